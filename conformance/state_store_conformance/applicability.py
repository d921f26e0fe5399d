"""Which clauses can be asked of a target, and which traces can be run on it."""

from __future__ import annotations

from typing import Final

from state_store_spec.clause import NEEDS, Clause
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    ChangeSettings,
    Collect,
    DataOperation,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    RenameAsset,
    Transaction,
)
from state_store_spec.trace import Trace

from state_store_conformance.target import ASYNC, COLLECTION, REFERENTIAL, SESSIONS

_NEEDED_BY: Final[dict[type, str]] = {
    Collect: COLLECTION,
    ChangeSettings: COLLECTION,
    Transaction: SESSIONS,
    **dict.fromkeys(
        (AddDagRun, DeleteDagRun, ActivateAsset, DeactivateAsset, RenameAsset, DeleteAsset),
        REFERENTIAL,
    ),
}


def needed_by(trace: Trace) -> frozenset[str]:
    """Give the capabilities without which the trace cannot be run."""
    needed: set[str] = set()
    for operation in trace.operations:
        if type(operation) in _NEEDED_BY:
            needed.add(_NEEDED_BY[type(operation)])
        if isinstance(operation, DataOperation | Transaction) and operation.mode == "async":
            needed.add(ASYNC)
    return frozenset(needed)


def obstacle(clause: Clause, capabilities: frozenset[str]) -> str | None:
    """Say why the clause cannot be asked of a target of these capabilities, or ``None``."""
    missing = [need for need in clause.needs if need not in capabilities]
    if clause.missing_operations:
        return f"no trace can say {', '.join(clause.missing_operations)} yet"
    if missing:
        return "not offered by the target: " + "; ".join(NEEDS[need] for need in missing)
    if not clause.testable:
        if clause.outside_traces:
            return f"no trace shows it, but tests do: {', '.join(clause.outside_traces)}"
        return "no trace can show it"
    return None
