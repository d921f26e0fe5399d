"""Expiry of a store's own: rows that end by themselves, where a backend claims it (CUSTOM-4).

A row ends no sooner than its expiry. A prompt store gives it no longer from then on (CUSTOM-5);
an eventual one may give it for a while, until it is gone for good (CUSTOM-6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from state_store_spec.operations import Clear, DataOperation, Get, Operation, SymbolicTaskScope
from state_store_spec.oracle.world import TaskPlace, TaskRow, World

# A clock that nobody moves goes on while a trace runs, for less than this.
_REAL_TIME: Final = timedelta(hours=1)


def has_own_expiry(world: World) -> bool:
    """Say whether rows end by themselves (CUSTOM-4)."""
    return world.claims.expiry in {"prompt", "eventual"}


def after_time(world: World) -> World:
    """Return the world without the rows that a prompt store no longer gives (CUSTOM-5)."""
    if world.claims.expiry != "prompt":
        return world
    over = [place for place, row in world.task_state.items() if _must_be_gone(world, row)]
    return _without(world, over)


def as_gone(world: World, places: Iterable[TaskPlace]) -> World:
    """Return the world without those rows at the places that are free to be gone."""
    if not has_own_expiry(world):
        return world
    gone = [
        place
        for place in places
        if (row := world.task_state.get(place)) is not None and _may_be_gone(world, row)
    ]
    return _without(world, gone)


def forgetting_the_ended(world: World, operation: Operation) -> World:
    """Return the world that knows no more of ended rows where somebody wrote or deleted since."""
    if not world.ended or not isinstance(operation, DataOperation) or isinstance(operation, Get):
        return world
    scope = operation.scope
    if not isinstance(scope, SymbolicTaskScope):
        return world
    key = None if isinstance(operation, Clear) else operation.key
    kept = {
        place: row
        for place, row in world.ended.items()
        if place[:4] != (scope.dag, scope.run, scope.task, scope.map_index)
        or key not in {None, place.key}
    }
    return world._replace(ended=kept)


def _must_be_gone(world: World, row: TaskRow) -> bool:
    if row.expires_at is None:
        return False
    # A server's clock stands where it stood when the trace began, as far as anybody knows.
    now = world.now if world.claims.clock == "process" else world.began
    return row.expires_at + timedelta(seconds=world.claims.expiry_lag_seconds) < now


def _may_be_gone(world: World, row: TaskRow) -> bool:
    slack = timedelta(0) if world.claims.clock == "process" else _REAL_TIME
    return row.expires_at is not None and row.expires_at <= world.now + slack


def _without(world: World, places: Iterable[TaskPlace]) -> World:
    gone = set(places)
    if not gone:
        return world
    return world._replace(
        task_state={place: row for place, row in world.task_state.items() if place not in gone},
        ended={**world.ended, **{place: world.task_state[place] for place in gone}},
    )
