"""Ages: boundaries are met exactly and passed by the least there is."""

from __future__ import annotations

from datetime import timedelta

from state_store_conformance.exhaustive.ages import DAY, OLD, Age, ages, next_moment
from state_store_spec.oracle.world import TaskPlace, TaskRow, World
from tests.conformance.exhaustive.walks import graph_of

FIRST = TaskPlace("dag_a", "run_1", "load", 0, "key_1")
SECOND = TaskPlace("dag_a", "run_1", "load", 0, "key_2")
MICROSECOND = timedelta(microseconds=1)


def world_with(*expiries: timedelta | None) -> World:
    """Give a world whose rows were written just now."""
    world = graph_of("retention-1").beginning
    rows = {
        place: TaskRow(
            "value_1",
            world.now,
            None if lasts is None else world.now + lasts,
            never_expire=False,
        )
        for place, lasts in zip((FIRST, SECOND), expiries, strict=False)
    }
    return world._replace(task_state=rows)


def passing(world: World) -> World:
    """Let time pass to the next moment."""
    return world._replace(now=world.now + next_moment(world, (1,)))


def test_a_row_is_followed_onto_its_expiry_and_just_past_it() -> None:
    """There are four ages of a row that lasts a day: new, younger, exactly as old, and older."""
    new = world_with(DAY)
    younger = passing(new)
    due = passing(younger)
    overdue = passing(due)

    assert [Age(0), Age(0, begun=True), Age(1), OLD] == [
        ages(world, (1,))[FIRST] for world in (new, younger, due, overdue)
    ]
    assert due.now == new.now + DAY
    assert overdue.now == due.now + MICROSECOND


def test_a_row_without_expiry_is_followed_as_far_as_settings_reach() -> None:
    """What the fallback says of it changes after as many days as the settings can have."""
    world = world_with(None)
    at = world._replace(now=world.now + 2 * DAY)

    assert Age(2) == ages(at, (0, 1, 2))[FIRST]
    assert OLD == ages(at, (0, 1))[FIRST]


def test_which_row_comes_first_is_told() -> None:
    """Two rows that were written one after the other are not the same as two written at once."""
    at_once = passing(world_with(DAY, DAY))
    other = at_once.task_state[SECOND]
    later = at_once._replace(
        task_state={**at_once.task_state, SECOND: other._replace(updated_at=at_once.now)}
    )

    assert ages(at_once, ())[FIRST] == ages(at_once, ())[SECOND]
    assert ages(passing(later), ())[FIRST].order > ages(passing(later), ())[SECOND].order


def test_how_late_it_is_says_nothing() -> None:
    """The same ages a week later are the same state."""
    world = world_with(DAY)
    moved = world._replace(
        now=world.now + 7 * DAY,
        task_state={
            FIRST: TaskRow("value_1", world.now + 7 * DAY, world.now + 8 * DAY, never_expire=False)
        },
    )

    assert ages(world, (1,)) == ages(moved, (1,))
