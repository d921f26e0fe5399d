"""The eight methods. Sync and async are one rule: the mode of a call changes nothing (METHOD-6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from state_store_spec.answers import DONE, Answer, Refused, Value
from state_store_spec.operations import (
    Clear,
    Delete,
    Get,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle.scopes import is_empty, resolve_asset
from state_store_spec.oracle.world import AssetPlace, AssetRow, TaskPlace, TaskRow, World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile

EMPTY_SCOPE = Refused("empty-scope", "ValueError")


def get(world: World, operation: Get, profile: Profile) -> tuple[World, Answer]:
    """Return the stored value, or ``None`` (METHOD-1); expiry plays no part (RET-3)."""
    scope = operation.scope
    row: TaskRow | AssetRow | None
    if isinstance(scope, SymbolicTaskScope):
        place = TaskPlace(scope.dag, scope.run, scope.task, scope.map_index, operation.key)
        row = world.task_state.get(place)
    elif is_empty(scope):
        return world, EMPTY_SCOPE
    else:
        asset = resolve_asset(world, scope)
        # REF-6: reading where there is nothing gives None.
        row = None if asset is None else world.asset_state.get(AssetPlace(asset, operation.key))
    return world, Value(None if row is None else row.value)


def set_(world: World, operation: Set, profile: Profile) -> tuple[World, Answer]:
    """Write or overwrite a key (METHOD-2)."""
    # RET-7, RET-13: a naive datetime names no instant.
    if operation.expires_in is not None and operation.expires_zone == "naive":
        refused = profile.refused_naive_expiry(operation.scope)
        if refused is not None:
            return world, refused
    expires_at = None if operation.expires_in is None else world.now + operation.expires_in
    return write(world, Write(operation.scope, operation.key, operation.value, expires_at), profile)


def set_never_expire(
    world: World, operation: SetNeverExpire, profile: Profile
) -> tuple[World, Answer]:
    """Write or overwrite a key that time-based cleanup skips (RET-4, RET-6)."""
    written = Write(operation.scope, operation.key, operation.value, never_expire=True)
    return write(world, written, profile)


def delete(world: World, operation: Delete, profile: Profile) -> tuple[World, Answer]:
    """Delete a single key (METHOD-3); do nothing where it is absent (METHOD-4)."""
    scope = operation.scope
    if isinstance(scope, SymbolicTaskScope):
        place = TaskPlace(scope.dag, scope.run, scope.task, scope.map_index, operation.key)
        if place not in world.task_state:
            return world, DONE
        task_state = world.task_state.copy()
        del task_state[place]
        return world._replace(task_state=task_state), DONE
    if is_empty(scope):
        return world, EMPTY_SCOPE
    asset = resolve_asset(world, scope)
    if asset is None or AssetPlace(asset, operation.key) not in world.asset_state:
        return world, DONE
    asset_state = world.asset_state.copy()
    del asset_state[AssetPlace(asset, operation.key)]
    return world._replace(asset_state=asset_state), DONE


def clear(world: World, operation: Clear, profile: Profile) -> tuple[World, Answer]:
    """Delete all keys under the scope (METHOD-5)."""
    scope = operation.scope
    if isinstance(scope, SymbolicTaskScope):
        task_state = {
            place: row
            for place, row in world.task_state.items()
            if not (
                place[:3] == (scope.dag, scope.run, scope.task)
                # SCOPE-4: exactly this map index, SCOPE-5: unless all are asked for.
                and (operation.all_map_indices or place.map_index == scope.map_index)
            )
        }
        return world._replace(task_state=task_state), DONE
    if is_empty(scope):
        return world, EMPTY_SCOPE
    asset = resolve_asset(world, scope)
    # SCOPE-9: all_map_indices has no effect on an asset.
    asset_state = {place: row for place, row in world.asset_state.items() if place.asset != asset}
    return world._replace(asset_state=asset_state), DONE


class Write(NamedTuple):
    """What is to be written, by whichever way it came."""

    scope: SymbolicScope
    key: str
    value: str
    expires_at: datetime | None = None
    never_expire: bool = False


def write(world: World, written: Write, profile: Profile) -> tuple[World, Answer]:
    """Write or overwrite a row, or refuse to (METHOD-2)."""
    scope, key, value, expires_at, never_expire = written
    # SCOPE-7, VALUE-4: what cannot be held exactly is refused before anything is written.
    if isinstance(scope, SymbolicAssetScope) and is_empty(scope):
        return world, EMPTY_SCOPE
    if key in world.unrepresentable_keys:
        return world, Refused("unrepresentable-key")
    if value in world.unrepresentable_values:
        return world, Refused("unrepresentable-value")
    if isinstance(scope, SymbolicTaskScope):
        if (scope.task, scope.map_index) in world.unrepresentable_tasks:
            return world, Refused("unrepresentable-task")
        # REF-1: a write for a dag run that does not exist is refused.
        if (scope.dag, scope.run) not in world.dag_runs:
            return world, Refused("unknown-dag-run")
        place = TaskPlace(scope.dag, scope.run, scope.task, scope.map_index, key)
        stored_expiry, flag = profile.stored_retention(world, expires_at, never_expire)
        # RET-2, RET-11: the whole row is replaced. RET-10: a write is the only update there is.
        row = TaskRow(value, world.now, stored_expiry, flag)
        return world._replace(task_state={**world.task_state, place: row}), DONE
    asset = resolve_asset(world, scope)
    # REF-2: likewise for an asset.
    if asset is None:
        return world, Refused("unknown-asset")
    # RET-8, RET-14: the expiry of an asset's key has no effect.
    asset_row = AssetRow(value, world.now)
    return world._replace(
        asset_state={**world.asset_state, AssetPlace(asset, key): asset_row}
    ), DONE
