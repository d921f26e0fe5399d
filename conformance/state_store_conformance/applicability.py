"""Which clauses can be asked of a target, and which traces can be run on it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias, get_args

from state_store_conformance.target import (
    ACCESSORS,
    ASYNC,
    ASYNC_AROUND,
    COLLECTION,
    DURABLE,
    NEVER_EXPIRE_PAIR,
    ORPHAN_SWEEP,
    OWN_COLLECTION,
    OWN_EXPIRY,
    OWN_LIMITS,
    PROMPT_EXPIRY,
    REFERENTIAL,
    SESSIONS,
    TASK_INSTANCES,
    WORKER_SIDE,
)
from state_store_spec.claims import NO_CLAIMS
from state_store_spec.clause import NEEDS, Clause, Need
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
    Reopen,
    SetNeverExpire,
    SetWorkerClock,
    SweepOrphans,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Transaction,
)
from state_store_spec.trace import Trace

_NEEDED_BY: Final[dict[type, str]] = {
    Collect: COLLECTION,
    Reopen: DURABLE,
    SetNeverExpire: NEVER_EXPIRE_PAIR,
    SweepOrphans: ORPHAN_SWEEP,
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


_NEEDED_BY_CLAIMS: Final[dict[str, str]] = {
    "lazy": OWN_COLLECTION,
    "prompt": PROMPT_EXPIRY,
    "eventual": OWN_EXPIRY,
}


def needed_by(trace: Trace) -> frozenset[str]:
    """Give the capabilities without which the trace cannot be run, or says something else."""
    needed = {*needed_to_run(trace)}
    if trace.claims.expiry != "none":
        needed.add(_NEEDED_BY_CLAIMS[trace.claims.expiry])
    if trace.claims.limits() != NO_CLAIMS.limits():
        # No metastore has limits that it may pass.
        needed.add(OWN_LIMITS)
    if any(not _means_itself(trace, call.scope) for call in trace.calls()):
        needed.add(REFERENTIAL)
    return frozenset(needed)


def needed_to_run(trace: Trace) -> frozenset[str]:
    """Give the capabilities without which some operation of the trace cannot be done."""
    needed = {capability for operation in trace.operations for capability in _needed_by(operation)}
    needed |= {NEVER_EXPIRE_PAIR for call in trace.calls() if isinstance(call, SetNeverExpire)}
    if trace.claims.expiry == "lazy" and COLLECTION in needed:
        # The collection is the store's own.
        needed = needed - {COLLECTION} | {OWN_COLLECTION}
    return frozenset(needed)


def _means_itself(trace: Trace, scope: SymbolicScope) -> bool:
    """Say whether a store that knows no dag runs and no assets can tell what the scope means."""
    if isinstance(scope, SymbolicTaskScope):
        return any(
            known.exists and (known.dag, known.run) == (scope.dag, scope.run)
            for known in trace.universe.dag_runs
        )
    if scope.asset is None:
        # The empty scope is refused by its own class, whatever the store is.
        return scope.name is None and scope.uri is None
    states = {known.asset: known.state for known in trace.universe.assets}
    return (
        scope.name is None and scope.uri is None and states.get(scope.asset, "absent") != "absent"
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
        if isinstance(operation, TaskInstanceMoves | ListKeys):
            yield ASYNC_AROUND


Obstacle: TypeAlias = Literal["not-built", "not-offered", "outside-traces"]

OBSTACLES: Final[Mapping[str, str]] = {
    "not-built": "no trace can say it yet",
    "not-offered": "the target does not offer",
    "outside-traces": "shown by tests of its own",
}
"""Why a clause is not asked of a target, in a few words."""


LACKS: Final[Mapping[Need, str]] = {
    "worker-side": "has no worker-side backend beside it",
    "accessors": "is called through no accessors",
    "task-instances": "has no task instances beside it",
    "collection": "is not collected by Airflow",
    "orphan-sweep": "sweeps no orphans with its collection",
    "referential": "knows no dag runs and assets",
    "sessions": "takes no session of its caller",
    "stored-rows": "shows its rows through get only",
    "never-expire-flag": "stores no flag for never",
    "never-expire-pair": "lacks the pair that writes a key which never expires",
    "prompt-expiry": "claims no prompt expiry",
    "own-expiry": "claims no expiry of its own",
    "own-collection": "claims no collection of its own",
    "keeps-expired-rows": "claims an expiry of its own",
    "durable": "claims no durability",
    "unicode-keys": "claims no keys beyond ASCII",
    "exact-limits": "may hold more than it has to",
    "own-limits": "claims no limits of its own",
}
"""What a target lacks that does not offer what is needed, the most telling first."""


def lacking(clause: Clause, capabilities: frozenset[str]) -> tuple[Need, ...]:
    """Give the needs of a clause that a target of these capabilities does not meet."""
    return tuple(need for need in LACKS if need in clause.needs and need not in capabilities)


def obstacles(
    law: Iterable[Clause],
    capabilities: frozenset[str],
    hosted: frozenset[str] = frozenset(),
    inspected: Container[str] = (),
) -> dict[str, str]:
    """Say why clauses cannot be asked of a target, by their ids.

    Args:
        law: the clauses.
        capabilities: what the target offers.
        hosted: what is offered by the server that stands behind a worker-side backend.
        inspected: ids of clauses that are judged by looking at the backend, and need no trace.
    """
    found = {
        clause.id: obstacle(clause, asked_with(clause, capabilities, hosted))
        for clause in law
        if clause.id not in inspected
    }
    return {clause: why[1] for clause, why in found.items() if why is not None}


def asked_with(
    clause: Clause, capabilities: frozenset[str], hosted: frozenset[str]
) -> frozenset[str]:
    """Give the capabilities that count for a clause: those of the hooks are asked of the host."""
    return hosted if hosted and WORKER_SIDE in clause.needs else capabilities


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
