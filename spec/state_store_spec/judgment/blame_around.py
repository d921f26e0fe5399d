"""Which clause is broken around the store: by accessors, task instances, the worker's side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from state_store_spec.answers import Refused
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Collect,
    ConfigureWorkerBackend,
    DeleteDagRun,
    LoseObject,
    Operation,
    SetWorkerClock,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.oracle.references import is_reference, owner_of, reference_to
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.world import AssetPlace, TaskInstance, TaskRow, World
from state_store_spec.places import Place, is_within, place_of, row_at


def blame_for_answer_around(before: World, operation: Operation) -> str:
    """Return the clause that a wrong answer of such an operation breaks."""
    match operation:
        case AccessorGet():
            return _blame_for_get(before, operation)
        case AccessorSet():
            return _blame_for_set(before, operation)
        case AccessorDelete() | AccessorClear():
            return "BOUND-3" if _is_unknown_asset(before, operation.scope) else "ACCESS-7"
        case TaskInstanceMoves():
            return "SUCCESS-1"
        case _:
            return "BOUND-5"


def blame_for_refusal_around(operation: Operation, expected: Refused) -> str | None:
    """Return the clause by which such an operation had to be refused, if it is one of its own."""
    if expected.reason == "impossible-retention":
        return "ACCESS-5"
    if expected.reason == "missing-object":
        return "WORKER-13"
    if expected.reason == "unknown-asset" and isinstance(operation, AccessorSet):
        return "BOUND-3"
    return None


def _blame_for_get(before: World, operation: AccessorGet) -> str:
    row = row_at(before, place_of(before, operation.scope, operation.key))
    if _is_unknown_asset(before, operation.scope):
        return "BOUND-3"
    if row is None:
        return "WORKER-3" if before.worker_side else "ACCESS-7"
    if is_reference(row.value):
        return "WORKER-3" if before.worker_side else "WORKER-15"
    if before.worker_side:
        return "WORKER-12"
    if isinstance(operation.scope, SymbolicAssetScope):
        return "ACCESS-6"
    instance = instance_of(operation.scope)
    retried = before.task_instances.get(instance) in {"up_for_retry", "running"}
    return "SCOPE-2" if retried else "ACCESS-7"


def _blame_for_set(before: World, operation: AccessorSet) -> str:
    if before.worker_side:
        return "WORKER-5" if isinstance(operation.scope, SymbolicAssetScope) else "WORKER-1"
    if isinstance(operation.scope, SymbolicAssetScope):
        return "ACCESS-6"
    return _blame_for_retention(operation)


def _blame_for_retention(operation: AccessorSet) -> str:
    if isinstance(operation.retention, timedelta):
        return "ACCESS-1"
    return "ACCESS-2" if operation.retention is None else "ACCESS-3"


def blame_for_row_around(before: World, operation: Operation, place: Place, wrong: str) -> str:
    """Return the clause that a wrong row after such an operation breaks."""
    match operation:
        case AccessorSet():
            return _blame_for_written_row(before, operation, place, wrong)
        case AccessorDelete():
            meant = place_of(before, operation.scope, operation.key)
            return "ACCESS-7" if place == meant else "SCOPE-3"
        case AccessorClear():
            return _blame_for_cleared_row(before, operation, place)
        case TaskInstanceMoves():
            return _blame_for_row_of_instance(before, operation, place, wrong)
        case ConfigureWorkerBackend():
            return "WORKER-1"
        case SetWorkerClock():
            return "ACCESS-1"
        case LoseObject():
            return "WORKER-13"
        case AccessorGet():
            return "ACCESS-7"
        case _:
            return "BOUND-5"


def _blame_for_written_row(before: World, operation: AccessorSet, place: Place, wrong: str) -> str:
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
    replaced = row_at(before, place)
    if isinstance(replaced, TaskRow) and replaced.never_expire:
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
        return "SUCCESS-2" if place[:3] == instance[:3] else "SCOPE-3"
    if operation.to in {"up_for_retry", "running"}:
        return "SCOPE-2"
    if operation.to == "success" and not before.settings.clear_on_success:
        return "CONF-4"
    return "SUCCESS-4"


def blame_for_object(before: World, operation: Operation, reference: str, wrong: str) -> str:
    """Return the clause that a wrong object in the worker-side store breaks.

    ``wrong`` is ``missing``, ``unexpected`` or ``value``.
    """
    match operation:
        case AccessorSet():
            if reference != reference_to(operation.scope, operation.key):
                is_task = owner_of(operation.scope)[0] == "task"
                return "WORKER-7" if is_task else "WORKER-8"
            if wrong == "unexpected":
                return "ACCESS-5" if before.worker_side else "WORKER-1"
            place = place_of(before, operation.scope, operation.key)
            if place is None:
                return "WORKER-14"
            return "WORKER-9" if reference in before.objects else "WORKER-2"
        case AccessorDelete() | AccessorClear():
            return "WORKER-10"
        case Collect() | TaskInstanceMoves() | DeleteDagRun():
            return "WORKER-11"
        case LoseObject():
            return "WORKER-13"
        case _:
            return "WORKER-6"


def instance_of(scope: SymbolicTaskScope) -> TaskInstance:
    """Return the task instance of a task scope."""
    return TaskInstance(scope.dag, scope.run, scope.task, scope.map_index)


def _is_unknown_asset(before: World, scope: Any) -> bool:
    return isinstance(scope, SymbolicAssetScope) and resolve_asset(before, scope) is None
