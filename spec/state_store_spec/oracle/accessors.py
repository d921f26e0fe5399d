"""The accessors: how a value gets into the store from a task, and back (ACCESS-7, ACCESS-11).

What crosses the server boundary is the value, or with a worker-side backend its reference.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from state_store_spec.answers import Answer, Listed, Refused, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Clear,
    Delete,
    Get,
    ListKeys,
    Operation,
    Retention,
    SymbolicScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle import methods
from state_store_spec.oracle.references import (
    is_reference,
    objects_without,
    owner_of,
    reference_to,
)
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.world import HeldObject, World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def accessor_get(world: World, operation: AccessorGet, profile: Profile) -> tuple[World, Answer]:
    """Return the value, which with a worker-side backend lies behind a reference (WORKER-3)."""
    # BOUND-3, BOUND-6: the boundary finds nothing where the asset or the dag run is not there.
    _, answer = methods.get(world, Get(scope=operation.scope, key=operation.key), profile)
    # WORKER-15: without the backend a reference is as good as any text.
    # WORKER-12: what was stored before the backend was configured is no reference, and is kept.
    if (
        not world.worker_side
        or not isinstance(answer, Value)
        or answer.value is None
        or not is_reference(answer.value)
    ):
        return world, answer
    held = world.objects.get(answer.value)
    # WORKER-13: a reference whose object is gone is an error, never a made-up value.
    return world, Refused("missing-object") if held is None else Value(held.value)


def accessor_set(world: World, operation: AccessorSet, profile: Profile) -> tuple[World, Answer]:
    """Write a key with the retention that the task asks for (ACCESS-7).

    The scope of an asset has its name or its uri (ACCESS-6); where that leads to an asset, the
    backend is given its id (BOUND-1).
    """
    # ACCESS-5, ACCESS-10: an impossible retention is refused before anything is written.
    if isinstance(operation.retention, timedelta):
        refused = profile.refused_retention(worker_now(world), operation.retention)
        if refused is not None:
            return world, refused
    # ACCESS-3, ACCESS-9, BOUND-4: never is asked for by name.
    never_expire = operation.retention == "NEVER_EXPIRE"
    expires_at = _expiry(world, operation.retention, profile)
    stored = operation.value
    if world.worker_side:
        # WORKER-2: the value goes to the worker-side store first, and only a reference is sent.
        # WORKER-5: so does that of an asset.
        stored = reference_to(operation.scope, operation.key)
        held = HeldObject(owner_of(operation.scope), operation.value)
        world = world._replace(objects={**world.objects, stored: held})
    # BOUND-3, BOUND-6: the boundary refuses an asset or a dag run that is not there.
    # WORKER-14: if the server refuses the reference, the object stays behind.
    written = methods.Write(operation.scope, operation.key, stored, expires_at, never_expire)
    return methods.write(world, written, profile)


def accessor_delete(
    world: World, operation: AccessorDelete, profile: Profile
) -> tuple[World, Answer]:
    """Delete the stored reference, then its object (WORKER-10)."""
    refused = _refused_removal(world, operation.scope, profile)
    if refused is not None:
        return world, refused
    call = Delete(scope=operation.scope, key=operation.key)
    after, answer = methods.delete(world, call, profile)
    if not world.worker_side:
        return after, answer
    objects = {
        reference: held
        for reference, held in after.objects.items()
        if reference != reference_to(operation.scope, operation.key)
    }
    return after._replace(objects=objects), answer


def accessor_clear(
    world: World, operation: AccessorClear, profile: Profile
) -> tuple[World, Answer]:
    """Clear the stored references of this task instance or asset, then its objects (WORKER-10)."""
    refused = _refused_removal(world, operation.scope, profile)
    if refused is not None:
        return world, refused
    after, answer = methods.clear(world, Clear(scope=operation.scope), profile)
    if not world.worker_side:
        return after, answer
    objects = objects_without(after.objects, owner_of(operation.scope))
    return after._replace(objects=objects), answer


def worker_now(world: World) -> datetime:
    """Return the worker's clock."""
    return world.now + world.worker_ahead


def crossing(
    before: World, operation: Operation, answer: Answer, profile: Profile
) -> tuple[str, ...]:
    """Return the symbols of the values that cross the server boundary (WORKER-2).

    What is refused on the server's side has crossed; what is refused before has not (ACCESS-5).
    """
    if isinstance(operation, AccessorSet):
        if isinstance(answer, Refused) and answer.reason == "impossible-retention":
            return ()
        reference = reference_to(operation.scope, operation.key)
        return (reference if before.worker_side else operation.value,)
    if isinstance(operation, AccessorGet):
        stored = methods.get(before, Get(scope=operation.scope, key=operation.key), profile)[1]
        found = stored.value if isinstance(stored, Value) else None
        return () if found is None else (found,)
    # WORKER-6: people are shown what is stored.
    if isinstance(operation, ListKeys) and isinstance(answer, Listed):
        return tuple(row.value for row in answer.rows)
    return ()


def _refused_removal(world: World, scope: SymbolicScope, profile: Profile) -> Refused | None:
    """Refuse to remove what the boundary cannot find, or find nothing there (BOUND-3, BOUND-6)."""
    if not profile.removal_needs_parent:
        return None
    if isinstance(scope, SymbolicTaskScope):
        # BOUND-8: a task instance goes with its dag run.
        is_there = (scope.dag, scope.run) in world.dag_runs
        return None if is_there else Refused("unknown-dag-run")
    # BOUND-7: names mean active assets, for those who remove too.
    return None if resolve_asset(world, scope) is not None else Refused("unknown-asset")


def _expiry(world: World, retention: Retention, profile: Profile) -> datetime | None:
    # ACCESS-1: the worker's clock decides when a key expires.
    if isinstance(retention, timedelta):
        return worker_now(world) + retention
    # ACCESS-2, ACCESS-8: what no retention means.
    return None if retention == "NEVER_EXPIRE" else profile.default_expiry(world, worker_now(world))
