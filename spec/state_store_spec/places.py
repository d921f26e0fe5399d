"""Places: where a call reads or writes, and what two places have in common."""

from __future__ import annotations

from typing import Any, TypeAlias

from state_store_spec.answers import StoredRow
from state_store_spec.operations import (
    AccessorClear,
    AccessorOperation,
    Clear,
    DataOperation,
    SymbolicScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.world import (
    AssetPlace,
    AssetRow,
    TaskInstance,
    TaskPlace,
    TaskRow,
    World,
)

Place: TypeAlias = TaskPlace | AssetPlace


def place_of_call(world: World, call: DataOperation | AccessorOperation) -> Place | None:
    """Return the place a call speaks of; ``None`` for a clear and for an unknown asset."""
    if isinstance(call, Clear | AccessorClear):
        return None
    return place_of(world, call.scope, call.key)


def place_of(world: World, scope: SymbolicScope, key: str) -> Place | None:
    """Return the place of a key in a scope; ``None`` where the scope means no asset."""
    if isinstance(scope, SymbolicTaskScope):
        return TaskPlace(scope.dag, scope.run, scope.task, scope.map_index, key)
    asset = resolve_asset(world, scope)
    return None if asset is None else AssetPlace(asset, key)


def place_of_row(row: StoredRow) -> Place:
    """Return the place a stored row lies in."""
    scope = row.scope
    if isinstance(scope, SymbolicTaskScope):
        return TaskPlace(scope.dag, scope.run, scope.task, scope.map_index, row.key)
    return AssetPlace(scope.asset or "", row.key)


def rows_of(world: World) -> dict[Place, TaskRow | AssetRow]:
    """Return every row of a world by its place."""
    rows: dict[Any, Any] = {**world.task_state, **world.asset_state}
    return rows


def row_at(world: World, place: Place | None) -> TaskRow | AssetRow | None:
    """Return the row at a place, or ``None``."""
    if isinstance(place, TaskPlace):
        return world.task_state.get(place)
    return None if place is None else world.asset_state.get(place)


def instance_of(scope: SymbolicTaskScope) -> TaskInstance:
    """Return the task instance of a task scope."""
    return TaskInstance(scope.dag, scope.run, scope.task, scope.map_index)


def is_within(world: World, place: Place, scope: SymbolicScope, *, all_map_indices: bool) -> bool:
    """Say whether a clear of the scope takes the place."""
    if isinstance(scope, SymbolicTaskScope):
        return (
            isinstance(place, TaskPlace)
            and place[:3] == (scope.dag, scope.run, scope.task)
            and (all_map_indices or place.map_index == scope.map_index)
        )
    return isinstance(place, AssetPlace) and place.asset == resolve_asset(world, scope)


def difference_of_places(one: Place, other: Place) -> tuple[str, ...]:
    """Name the parts in which two places differ: a field of both, or ``kind``."""
    if type(one) is not type(other):
        return ("kind",)
    return tuple(part for part, a, b in zip(one._fields, one, other, strict=True) if a != b)
