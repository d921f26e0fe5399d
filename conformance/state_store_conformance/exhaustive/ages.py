"""Ages: what of time decides what can happen next, and how to get from one such moment to another.

A row asks only how old it is: when its age reaches its own expiry, or a number of days that the
settings can have, it comes due. So of the clock there remain, for each row, the whole days of its
age as long as a boundary lies ahead, whether the age is exactly that many days, and which of two
rows reaches its next whole day first. These are the regions of a timed automaton (Alur and Dill,
*A theory of timed automata*, 1994): two worlds with equal regions can do the same from there on,
for every boundary is a whole number of days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from state_store_spec.oracle.world import AssetRow, TaskRow, World
from state_store_spec.places import Place, rows_of

DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta(0)

_PAST_ITS_LAST: Final = timedelta(microseconds=1)
# What is written next must not be so near that no instant lies between the two a day later.
_PAST_ANY_OTHER: Final = timedelta(minutes=1, microseconds=1)


class Age(NamedTuple):
    """The region of one row's age.

    Attributes:
        days: whole days, or -1 where no boundary lies ahead any more.
        begun: whether more than those days have passed.
        order: the place among all rows that have begun a day, by how much of it has passed.
    """

    days: int
    begun: bool = False
    order: int = 0


OLD: Final = Age(-1)


def ages(world: World, retention_days: Iterable[int]) -> dict[Place, Age]:
    """Give the region of each row's age.

    Args:
        world: has the rows and the clock.
        retention_days: every ``default_retention_days`` that the settings can have.
    """
    growing = dict(_growing(world, tuple(retention_days)))
    passed = sorted({age % DAY for age in growing.values()} - {_NOTHING})
    return {
        place: OLD
        if (age := growing.get(place)) is None
        else Age(age // DAY, age % DAY > _NOTHING, passed.index(age % DAY) if age % DAY else 0)
        for place in rows_of(world)
    }


def next_moment(world: World, retention_days: Iterable[int]) -> timedelta:
    """Give how long it takes to the next region: onto the next boundary, or just past this one."""
    days = tuple(retention_days)
    growing = dict(_growing(world, days))
    rows = rows_of(world)
    complete = [place for place, age in growing.items() if age % DAY == _NOTHING]
    if growing and not complete:
        return min(DAY - age % DAY for age in growing.values())
    if complete and all(growing[at] and growing[at] == _last(rows[at], days) for at in complete):
        return min(_PAST_ITS_LAST, _half_way(growing.values()))
    return min(_PAST_ANY_OTHER, _half_way(growing.values()))


def _half_way(growing: Iterable[timedelta]) -> timedelta:
    """Give half of the time until any row that has begun a day completes it."""
    return min((DAY - age % DAY for age in growing if age % DAY), default=DAY) / 2


def _growing(world: World, retention_days: tuple[int, ...]) -> Iterator[tuple[Place, timedelta]]:
    """Yield the rows that have a boundary at their age or ahead of it, with their ages."""
    for place, row in rows_of(world).items():
        age = world.now - row.updated_at
        if age <= _last(row, retention_days):
            yield place, age


def _last(row: TaskRow | AssetRow, retention_days: tuple[int, ...]) -> timedelta:
    # That a row has just been written is a boundary too: only later can one see it written anew.
    if isinstance(row, AssetRow) or row.never_expire:
        return _NOTHING
    if row.expires_at is not None:
        return max(row.expires_at - row.updated_at, _NOTHING)
    return max(retention_days, default=0) * DAY
