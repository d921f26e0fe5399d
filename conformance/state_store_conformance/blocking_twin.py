"""The blocking twin of a trace: every async call is made by its blocking variant.

"Async variant of ``get``" and its like promise one rule for both (METHOD-6). A trace that breaks a
clause while its blocking twin conforms has broken that promise as well; where only accessors were
called so, the one that theirs do the same (ACCESS-7).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from state_store_conformance.side_by_side import Run
from state_store_spec.operations import (
    AccessorOperation,
    DataOperation,
    Operation,
    Transaction,
)
from state_store_spec.trace import Trace

_OF_BACKENDS: Final = "METHOD-6"
_OF_ACCESSORS: Final = "ACCESS-7"


def blocking_twin(trace: Trace) -> Trace | None:
    """Give the trace with blocking calls alone; ``None`` where it has no others."""
    operations = tuple(map(_blocking, trace.operations))
    return None if operations == trace.operations else trace.with_operations(operations)


def blamed_on_async(run: Run) -> Run:
    """Give the run with its differences laid to the async variants."""
    without_accessors = tuple(
        operation
        for operation in run.trace.operations
        if not isinstance(operation, AccessorOperation)
    )
    of_backends = blocking_twin(run.trace.with_operations(without_accessors)) is not None
    clause = _OF_BACKENDS if of_backends else _OF_ACCESSORS
    differences = tuple(replace(difference, clause=clause) for difference in run.differences)
    return replace(run, differences=differences)


def _blocking(operation: Operation) -> Operation:
    if isinstance(operation, Transaction):
        calls = tuple(replace(call, mode="sync") for call in operation.operations)
        return replace(operation, mode="sync", operations=calls)
    if isinstance(operation, DataOperation):
        return replace(operation, mode="sync")
    if isinstance(operation, AccessorOperation):
        return replace(operation, mode="sync")
    return operation
