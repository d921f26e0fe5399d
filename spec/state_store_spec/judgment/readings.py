"""The comparison of a read-back: what ``get`` gives for each key after an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from state_store_spec.answers import NoAnswer, Raised, Reading, Value
from state_store_spec.judgment.blame_of_answers import blame_for_answer
from state_store_spec.judgment.blame_of_rows import blame_for_row
from state_store_spec.judgment.difference import Difference, no_answer
from state_store_spec.operations import Advance, Get, Operation, Set, SetNeverExpire
from state_store_spec.oracle.freedom import may_refuse, speaks_of_refusable
from state_store_spec.oracle.own_expiry import has_own_expiry
from state_store_spec.oracle.world import AssetRow, TaskPlace, TaskRow, World
from state_store_spec.places import Place, place_of, row_at

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile

_ORDER = ("missing", "unexpected", "value")


def differences_of_readings(
    before: World,
    operation: Operation,
    after: World,
    readings: tuple[Reading, ...],
    profile: Profile,
) -> Iterator[Difference]:
    """Yield what is not read as it must be, the rows that are missing first."""
    found: list[tuple[int, Difference]] = []
    for reading in readings:
        subject = subject_of(reading)
        place = place_of(after, reading.scope, reading.key)
        row = row_at(after, place)
        wanted = "None" if row is None else repr(row.value)
        if isinstance(reading.answer, NoAnswer):
            yield no_answer(subject, wanted, reading.answer)
        elif isinstance(reading.answer, Raised):
            if row is None and may_refuse(after, reading):
                continue
            get = Get(scope=reading.scope, key=reading.key)
            clause = blame_for_answer(after, get, reading.answer, profile)
            shown = f"{reading.answer.types[0]}: {reading.answer.message}"
            found.append((len(_ORDER), Difference(clause, subject, wanted, shown)))
        elif (wrong := _wrong(row, reading.answer)) is not None and place is not None:
            clause = _blame(before, operation, after, place, wrong, profile)
            given = "None" if reading.answer.value is None else repr(reading.answer.value)
            found.append((_ORDER.index(wrong), Difference(clause, subject, wanted, given)))
    yield from (difference for _, difference in sorted(found, key=lambda pair: pair[0]))


def subject_of(reading: Reading) -> str:
    """Return the subject of a difference that is about this reading."""
    return f"get of key {reading.key!r} in {_scope(reading)}"


def _wrong(row: TaskRow | AssetRow | None, read: Value) -> str | None:
    if row is None:
        return None if read.value is None else "unexpected"
    if read.value is None:
        return "missing"
    return None if read.value == row.value else "value"


def _blame(
    before: World, operation: Operation, after: World, place: Place, wrong: str, profile: Profile
) -> str:
    if isinstance(operation, Set | SetNeverExpire) and speaks_of_refusable(before, operation):
        return "VALUE-5"
    if isinstance(place, TaskPlace) and has_own_expiry(after):
        if wrong == "unexpected" and place in after.ended:
            return "CUSTOM-5" if after.claims.expiry == "prompt" else "CUSTOM-6"
        row = after.task_state.get(place)
        # Time alone can end a row without expiry as well; of what else happens other clauses speak.
        ended = isinstance(operation, Advance) or (row is not None and row.expires_at is not None)
        if wrong == "missing" and ended:
            return "CUSTOM-4"
    if isinstance(operation, Advance) and not isinstance(place, TaskPlace):
        return "RET-8"
    return blame_for_row(before, operation, place, wrong, profile)


def _scope(reading: Reading) -> str:
    scope = reading.scope
    parts = (getattr(scope, name, None) for name in ("dag", "run", "task", "map_index"))
    named = [str(part) for part in parts if part is not None]
    if named:
        return f"task {'/'.join(named)}"
    return f"asset {getattr(scope, 'asset', None)}"
