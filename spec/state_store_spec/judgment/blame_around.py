"""Which clause is broken around the store: by accessors, task instances, the worker's side."""

from __future__ import annotations

from datetime import timedelta

from state_store_spec.answers import Answer, Refused
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Collect,
    ConfigureWorkerBackend,
    DeleteAsset,
    DeleteDagRun,
    LoseObject,
    Operation,
    SetWorkerClock,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.oracle.references import is_reference, owner_of, reference_to
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.world import AssetPlace, TaskRow, World
from state_store_spec.places import Place, instance_of, is_within, place_of, row_at


def blame_for_answer_around(before: World, operation: Operation) -> str:
    """Return the clause that a wrong answer of such an operation breaks."""
    match operation:
        case AccessorGet():
            return _blame_for_get(before, operation)
        case AccessorSet():
            return _blame_for_set(before, operation)
        case AccessorDelete() | AccessorClear():
            return _blame_for_unknown_parent(before, operation.scope) or "ACCESS-7"
        case TaskInstanceMoves():
            return "SUCCESS-1"
        case _:
            return _blame_for_event(operation)


def blame_for_refusal_around(operation: Operation, expected: Refused) -> str | None:
    """Return the clause by which such an operation had to be refused, if it is one of its own."""
    if expected.reason == "impossible-retention":
        return "ACCESS-5"
    if expected.reason == "missing-object":
        return "WORKER-13"
    if isinstance(operation, TaskInstanceMoves):
        return "VALUE-4" if expected.reason == "unrepresentable-task" else "SUCCESS-8"
    if isinstance(operation, AccessorSet | AccessorDelete | AccessorClear):
        return {"unknown-asset": "BOUND-3", "unknown-dag-run": "BOUND-6"}.get(expected.reason)
    return None


def _blame_for_get(before: World, operation: AccessorGet) -> str:
    row = row_at(before, place_of(before, operation.scope, operation.key))
    unknown = _blame_for_unknown_parent(before, operation.scope)
    if unknown is not None:
        return unknown
    if row is None:
        return "WORKER-3" if before.worker_side else "ACCESS-7"
    if is_reference(row.value):
        return _blame_for_resolving(before, operation, row.value)
    if before.worker_side:
        return "WORKER-12"
    if isinstance(operation.scope, SymbolicAssetScope):
        return "ACCESS-6"
    instance = instance_of(operation.scope)
    retried = before.task_instances.get(instance) in {"up_for_retry", "running"}
    return "SCOPE-2" if retried else "ACCESS-7"


def _blame_for_resolving(before: World, operation: AccessorGet, reference: str) -> str:
    if not before.worker_side:
        return "WORKER-15"
    if isinstance(operation.scope, SymbolicTaskScope):
        return "WORKER-3"
    # A reference that was made by the name is to be resolved when the asset is read by its uri.
    own = reference == reference_to(operation.scope, operation.key)
    return "WORKER-5" if own else "WORKER-8"


def _blame_for_set(before: World, operation: AccessorSet) -> str:
    if isinstance(operation.retention, timedelta) and operation.retention <= timedelta(0):
        # Where it is accepted at all.
        return "ACCESS-5"
    if before.worker_side:
        return "WORKER-5" if isinstance(operation.scope, SymbolicAssetScope) else "WORKER-1"
    if isinstance(operation.scope, SymbolicAssetScope):
        return "ACCESS-6"
    return _blame_for_retention(operation)


def _blame_for_retention(operation: AccessorSet) -> str:
    if isinstance(operation.retention, timedelta):
        return "ACCESS-1"
    return "ACCESS-2" if operation.retention is None else "ACCESS-3"


def blame_for_row_around(
    before: World, operation: Operation, after: World, place: Place, wrong: str
) -> str:
    """Return the clause that a wrong row after such an operation breaks.

    ``after`` is the world that the oracle has then.
    """
    match operation:
        case AccessorSet():
            return _blame_for_written_row(before, operation, after, place, wrong)
        case AccessorDelete():
            meant = place_of(before, operation.scope, operation.key)
            return "ACCESS-7" if place == meant else "SCOPE-3"
        case AccessorClear():
            return _blame_for_cleared_row(before, operation, place)
        case TaskInstanceMoves():
            return _blame_for_row_of_instance(before, operation, place, wrong)
        case AccessorGet():
            return "ACCESS-7"
        case _:
            return _blame_for_event(operation)


def _blame_for_event(operation: Operation) -> str:
    match operation:
        case ConfigureWorkerBackend():
            return "WORKER-1"
        case SetWorkerClock():
            return "ACCESS-1"
        case LoseObject():
            return "WORKER-13"
        case _:
            return "BOUND-5"


def _blame_for_written_row(
    before: World, operation: AccessorSet, after: World, place: Place, wrong: str
) -> str:
    meant = place_of(before, operation.scope, operation.key)
    if place != meant:
        is_asset = isinstance(operation.scope, SymbolicAssetScope)
        return "BOUND-1" if is_asset and isinstance(place, AssetPlace) else "SCOPE-3"
    if wrong == "value":
        return "WORKER-2" if before.worker_side else "ACCESS-7"
    if wrong == "updated_at":
        return "RET-10"
    if wrong in {"missing", "unexpected"}:
        return "ACCESS-7" if isinstance(operation.scope, SymbolicTaskScope) else "BOUND-1"
    if isinstance(place, AssetPlace):
        return "RET-8"
    replaced, written = row_at(before, place), row_at(after, place)
    if isinstance(replaced, TaskRow) and (
        replaced.never_expire
        or (
            operation.retention is None
            and replaced.expires_at is not None
            and isinstance(written, TaskRow)
            and written.expires_at is None
        )
    ):
        return "RET-2"
    if wrong == "never_expire" and operation.retention == "NEVER_EXPIRE":
        return "BOUND-4"
    return _blame_for_retention(operation)


def _blame_for_cleared_row(before: World, operation: AccessorClear, place: Place) -> str:
    scope = operation.scope
    if is_within(before, place, scope, all_map_indices=False):
        return "ACCESS-7"
    return "SCOPE-4" if is_within(before, place, scope, all_map_indices=True) else "SCOPE-3"


def _blame_for_row_of_instance(
    before: World, operation: TaskInstanceMoves, place: Place, wrong: str
) -> str:
    row = row_at(before, place)
    if wrong != "missing":
        if isinstance(row, TaskRow) and row.never_expire:
            return "SUCCESS-6"
        return "SUCCESS-5" if operation.by_hand else "SUCCESS-1"
    if isinstance(place, AssetPlace):
        return "SUCCESS-3"
    instance = instance_of(operation.scope)
    if place[:4] != instance:
        return "SUCCESS-2"
    if before.settings.clear_on_success:
        return "SUCCESS-4"
    if operation.to in {"up_for_retry", "running"}:
        return "SCOPE-2"
    return "CONF-4" if operation.to == "success" else "SUCCESS-4"


def blame_for_object(
    before: World, operation: Operation, reference: str, wrong: str, expected: Answer
) -> str:
    """Return the clause that a wrong object in the worker-side store breaks.

    ``wrong`` is ``missing``, ``unexpected`` or ``value``; ``expected`` the oracle's answer.
    """
    match operation:
        case AccessorSet() | AccessorDelete() | AccessorClear() if not before.worker_side:
            return "WORKER-1"
        case AccessorSet():
            return _blame_for_written_object(before, operation, reference, expected)
        case AccessorDelete() | AccessorClear():
            return _blame_for_another_object(before, operation.scope, reference) or "WORKER-10"
        case AccessorGet():
            return "WORKER-3"
        case Collect() | SweepOrphans() | TaskInstanceMoves() | DeleteDagRun() | DeleteAsset():
            return "WORKER-11"
        case ConfigureWorkerBackend():
            return "WORKER-1"
        case LoseObject():
            return "WORKER-13"
        case _:
            return "WORKER-6"


def _blame_for_written_object(
    before: World, operation: AccessorSet, reference: str, expected: Answer
) -> str:
    if not is_reference(reference):
        return "WORKER-9"
    another = _blame_for_another_object(before, operation.scope, reference)
    if another is not None:
        return another
    if isinstance(expected, Refused):
        return "ACCESS-5" if expected.reason == "impossible-retention" else "WORKER-14"
    if reference != reference_to(operation.scope, operation.key) or reference in before.objects:
        return "WORKER-9"
    return "WORKER-2"


def _blame_for_another_object(before: World, scope: SymbolicScope, reference: str) -> str | None:
    held = before.objects.get(reference)
    if held is None or held.owner == owner_of(scope):
        return None
    return "WORKER-7" if isinstance(scope, SymbolicTaskScope) else "WORKER-8"


def blame_for_crossing(before: World, operation: Operation, expected: Answer) -> str:
    """Return the clause that a value breaks which crosses the server boundary, or does not."""
    if isinstance(expected, Refused) and expected.reason == "impossible-retention":
        return "ACCESS-5"
    if not isinstance(operation, AccessorSet | AccessorGet):
        return "WORKER-6"
    return "WORKER-2" if before.worker_side else "WORKER-1"


def _blame_for_unknown_parent(before: World, scope: SymbolicScope) -> str | None:
    if isinstance(scope, SymbolicTaskScope):
        return None if (scope.dag, scope.run) in before.dag_runs else "BOUND-6"
    return None if resolve_asset(before, scope) is not None else "BOUND-3"
