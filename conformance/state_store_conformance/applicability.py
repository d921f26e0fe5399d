"""Which clauses can be asked of a target, and which traces can be run on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias, get_args

from state_store_conformance.target import (
    ACCESSORS,
    ASYNC,
    COLLECTION,
    REFERENTIAL,
    SESSIONS,
    TASK_INSTANCES,
    WORKER_SIDE,
)
from state_store_spec.clause import NEEDS, Clause
from state_store_spec.operations import (
    AccessorOperation,
    ActivateAsset,
    AddDagRun,
    ChangeSettings,
    Collect,
    ConfigureWorkerBackend,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    ListKeys,
    LoseObject,
    Operation,
    RenameAsset,
    SetWorkerClock,
    TaskInstanceMoves,
    Transaction,
)
from state_store_spec.trace import Trace

_NEEDED_BY: Final[dict[type, str]] = {
    Collect: COLLECTION,
    Transaction: SESSIONS,
    ListKeys: ACCESSORS,
    SetWorkerClock: ACCESSORS,
    TaskInstanceMoves: TASK_INSTANCES,
    ConfigureWorkerBackend: WORKER_SIDE,
    LoseObject: WORKER_SIDE,
    **dict.fromkeys(get_args(AccessorOperation), ACCESSORS),
    **dict.fromkeys(
        (AddDagRun, DeleteDagRun, ActivateAsset, DeactivateAsset, RenameAsset, DeleteAsset),
        REFERENTIAL,
    ),
}


def needed_by(trace: Trace) -> frozenset[str]:
    """Give the capabilities without which the trace cannot be run."""
    return frozenset(
        capability for operation in trace.operations for capability in _needed_by(operation)
    )


def _needed_by(operation: Operation) -> Iterator[str]:
    if type(operation) in _NEEDED_BY:
        yield _NEEDED_BY[type(operation)]
    if isinstance(operation, ChangeSettings):
        if operation.clear_on_success is not None:
            yield TASK_INSTANCES
        if operation != ChangeSettings(clear_on_success=operation.clear_on_success):
            yield COLLECTION
    # What has no mode is blocking.
    if getattr(operation, "mode", "sync") == "async":
        yield ASYNC


Obstacle: TypeAlias = Literal["not-built", "not-offered", "outside-traces"]

OBSTACLES: Final[Mapping[str, str]] = {
    "not-built": "no trace can say it yet",
    "not-offered": "the target does not offer",
    "outside-traces": "shown by tests of its own",
}
"""Why a clause is not asked of a target, in a few words."""


def obstacle(clause: Clause, capabilities: frozenset[str]) -> tuple[Obstacle, str] | None:
    """Say why the clause cannot be asked of a target of these capabilities, or ``None``."""
    if clause.missing_operations:
        return "not-built", f"no trace can say {', '.join(clause.missing_operations)} yet"
    if not clause.testable:
        tests = ", ".join(clause.outside_traces)
        return "outside-traces", f"no trace can show it, tests do: {tests}"
    missing = [NEEDS[need] for need in clause.needs if need not in capabilities]
    if missing:
        return "not-offered", f"the target does not offer that {', nor that '.join(missing)}"
    return None
