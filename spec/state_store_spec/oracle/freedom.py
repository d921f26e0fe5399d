"""Freedom: where limits and claims leave a store a choice, and which one it has made.

A step of the oracle has one answer. A store may have more: it may refuse what lies beyond its
limits or keep it (VALUE-5), and what has reached its expiry may be gone or still be there
(CUSTOM-4 to CUSTOM-6). What was observed says which; the world that follows is the one in which
the store has chosen so. A choice that the claims do not leave is not taken, and differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast

from state_store_spec.answers import Answer, Answers, CallAnswer, Raised, Reading, Refused, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorOperation,
    AccessorSet,
    Clear,
    DataOperation,
    Get,
    Operation,
    Set,
    SetNeverExpire,
    SymbolicTaskScope,
    Transaction,
)
from state_store_spec.oracle.own_expiry import as_gone
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.step import step
from state_store_spec.oracle.stored import stored_objects
from state_store_spec.oracle.world import TaskPlace, World

if TYPE_CHECKING:
    from state_store_spec.answers import StoredObject
    from state_store_spec.profiles.profile import Profile

BEYOND: Final = Refused("beyond-the-limits")


def outcome(
    world: World,
    operation: Operation,
    answer: Answer,
    profile: Profile,
    objects: tuple[StoredObject, ...] | None = None,
) -> tuple[World, World, Answer]:
    """Return the worlds before and after, and the expected answer, given what the store chose.

    ``answer`` is what the store gave, and ``objects`` what the worker's store held then, if that
    was seen; they decide only what the store is free to decide.
    """
    if isinstance(operation, Transaction) and isinstance(answer, Answers):
        return _transaction(world, operation, answer, profile)
    if (
        isinstance(operation, DataOperation | AccessorOperation)
        and isinstance(answer, Raised)
        and may_refuse(world, operation)
    ):
        return world, _refused(world, operation, objects, profile), BEYOND
    before = world
    if isinstance(operation, Get) and answer == Value(None):
        before = as_gone(world, _task_places(operation))
    after, expected = step(before, operation, profile)
    return before, after, expected


def may_have_crossed(expected: Answer, operation: Operation) -> bool:
    """Say whether a refused value may have come to the server, or not even that far."""
    return expected == BEYOND and isinstance(operation, AccessorSet)


def as_read(world: World, readings: Iterable[Reading]) -> World:
    """Return the world in which every row is gone that may be, and was not found."""
    empty = [reading for reading in readings if reading.answer == Value(None)]
    return as_gone(world, (place for reading in empty for place in _task_places(reading)))


def may_refuse(world: World, call: DataOperation | AccessorOperation | Reading) -> bool:
    """Say whether the store may refuse the call, because it speaks of what is beyond its limits.

    What it holds it has to give back and to delete, whatever its limits are (VALUE-5).
    """
    if not speaks_of_refusable(world, call):
        return False
    return isinstance(call, Set | SetNeverExpire | AccessorSet) or not _holds(world, call)


def speaks_of_refusable(world: World, call: DataOperation | AccessorOperation | Reading) -> bool:
    """Say whether a key, a value or a part of the scope lies beyond the store's limits."""
    if not world.refusable:
        return False
    spoken_of: set[object] = {getattr(call, field, None) for field in ("key", "value")}
    if isinstance(call.scope, SymbolicTaskScope):
        scope = call.scope
        spoken_of |= {scope.dag, scope.run, scope.task, scope.map_index}
    return not spoken_of.isdisjoint(world.refusable)


def _refused(
    world: World,
    operation: Operation,
    objects: tuple[StoredObject, ...] | None,
    profile: Profile,
) -> World:
    """Return the world after a refusal: with the object, if the server refused its reference.

    Whether a worker's store refuses first is its own matter (WORKER-14).
    """
    if not isinstance(operation, AccessorSet) or objects is None:
        return world
    sent = world._replace(objects=step(world, operation, profile)[0].objects)
    return sent if set(stored_objects(sent)) == set(objects) else world


def _transaction(
    world: World, operation: Transaction, answer: Answers, profile: Profile
) -> tuple[World, World, Answer]:
    inside = world
    answers: list[CallAnswer] = []
    for call, given in zip(operation.operations, answer.answers, strict=True):
        _, inside, expected = outcome(inside, call, given, profile)
        answers.append(cast("CallAnswer", expected))
    return world, inside if operation.end == "commit" else world, Answers(tuple(answers))


def _task_places(call: DataOperation | AccessorOperation | Reading) -> tuple[TaskPlace, ...]:
    scope = call.scope
    if isinstance(call, Clear | AccessorClear) or not isinstance(scope, SymbolicTaskScope):
        return ()
    return (TaskPlace(scope.dag, scope.run, scope.task, scope.map_index, call.key),)


def _holds(world: World, call: DataOperation | AccessorOperation | Reading) -> bool:
    scope = call.scope
    if isinstance(scope, SymbolicTaskScope):
        if isinstance(call, Clear | AccessorClear):
            task = (scope.dag, scope.run, scope.task)
            return any(place[:3] == task for place in world.task_state)
        return _task_places(call)[0] in world.task_state
    asset = resolve_asset(world, scope)
    return any(
        place.asset == asset and (isinstance(call, Clear | AccessorClear) or place.key == call.key)
        for place in world.asset_state
    )
