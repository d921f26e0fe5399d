"""Places: where a call reads or writes, and what two places have in common."""

from __future__ import annotations

from typing import TypeAlias

from state_store_spec.answers import StoredRow
from state_store_spec.operations import Clear, DataOperation, SymbolicScope, SymbolicTaskScope
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.world import AssetPlace, AssetRow, TaskPlace, TaskRow, World

Place: TypeAlias = TaskPlace | AssetPlace

TASK_PLACE_LENGTH = 5


def place_of_call(world: World, call: DataOperation) -> Place | None:
    """Return the place a call speaks of; ``None`` for a clear and for an unknown asset."""
    if isinstance(call, Clear):
        return None
    scope = call.scope
    if isinstance(scope, SymbolicTaskScope):
        return (scope.dag, scope.run, scope.task, scope.map_index, call.key)
    asset = resolve_asset(world, scope)
    return None if asset is None else (asset, call.key)


def place_of_row(row: StoredRow) -> Place:
    """Return the place a stored row lies in."""
    scope = row.scope
    if isinstance(scope, SymbolicTaskScope):
        return (scope.dag, scope.run, scope.task, scope.map_index, row.key)
    return (scope.asset or "", row.key)


def is_task_place(place: Place) -> bool:
    """Say whether the place belongs to a task instance."""
    return len(place) == TASK_PLACE_LENGTH


def rows_of(world: World) -> dict[Place, TaskRow | AssetRow]:
    """Return every row of a world by its place."""
    return {**world.task_state, **world.asset_state}


def row_at(world: World, place: Place | None) -> TaskRow | AssetRow | None:
    """Return the row at a place, or ``None``."""
    if place is None:
        return None
    if len(place) == TASK_PLACE_LENGTH:
        return world.task_state.get(place)
    return world.asset_state.get(place)


def is_within(world: World, place: Place, scope: SymbolicScope, all_map_indices: bool) -> bool:
    """Say whether a clear of the scope takes the place."""
    if isinstance(scope, SymbolicTaskScope):
        if place[:3] != (scope.dag, scope.run, scope.task) or not is_task_place(place):
            return False
        return all_map_indices or place[3] == scope.map_index
    return not is_task_place(place) and place[0] == resolve_asset(world, scope)


def difference_of_places(one: Place, other: Place) -> tuple[str, ...]:
    """Name the parts in which two places differ: dag, run, task, map index, asset, key, kind."""
    if is_task_place(one) != is_task_place(other):
        return ("kind",)
    names = ("dag", "run", "task", "map-index", "key") if is_task_place(one) else ("asset", "key")
    return tuple(name for name, a, b in zip(names, one, other, strict=True) if a != b)
