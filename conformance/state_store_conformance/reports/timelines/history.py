"""The history of a trace: what lay where from which step to which, and what was done.

It is read off the trace alone, whose steps say what had to be stored and what was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from state_store_conformance.reports.steps import steps_in_words
from state_store_conformance.reports.timelines.actions import (
    Action,
    Kind,
    in_a_word,
    kind_of,
    touched,
)
from state_store_conformance.reports.timelines.lanes import Lane, LanesOfTrace
from state_store_conformance.wording import answer_in_words
from state_store_spec.answers import Answer, Value
from state_store_spec.operations import Advance, SymbolicTaskScope
from state_store_spec.trace import Observation, Trace


@dataclass(frozen=True, slots=True)
class Column:
    """One step.

    Attributes:
        number: counts from 1, as in the table of the steps.
        word: what happens, in a word or two.
        kind: a call of the store, time passing, a collection, or something around the store.
        begins, ends: the time since the start of the trace; they differ where time passes.
    """

    number: int
    word: str
    kind: Kind
    begins: timedelta
    ends: timedelta


class Row(NamedTuple):
    """What is known of a row; where keys are read back, it is the value alone.

    Attributes:
        value: its value, or what reading it came to.
        updated_at: when it was written last, if that was seen.
        expires_at: when it expires, if it does and that was seen.
        never_expire: whether it was seen to be kept for ever.
    """

    value: str
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    never_expire: bool = False

    def is_like(self, other: Row) -> bool:
        """Say whether the two are the same row, as far as both are known."""
        if None in {self.updated_at, other.updated_at}:
            return self.value == other.value
        return self == other


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A row from the step that brought it to the step that changed or took it.

    Attributes:
        row: what is stored.
        first: the index of the column that brought it.
        last: the index of the column that ended it, or ``None`` where it is there at the end.
    """

    row: Row
    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class LaneHistory:
    """A key: what had to lie there, what did, and what was done to it.

    Attributes:
        lane: the key and its scope.
        expected: the rows that had to be there.
        actual: those that were; ``None`` where nobody could look.
        marks: the index of a column, and what it did.
        seen_at_the_end: whether somebody looked after the last step.
    """

    lane: Lane
    expected: tuple[Lifetime, ...]
    actual: tuple[Lifetime, ...] | None
    marks: tuple[tuple[int, Action], ...]
    seen_at_the_end: bool

    @property
    def at_the_end(self) -> tuple[Row | None, Row | None]:
        """What had to be there at the end, and what was."""
        return _last(self.expected), _last(self.actual or ())

    @property
    def parted(self) -> bool:
        """Whether the two sides hold different rows at the end."""
        expected, actual = self.at_the_end
        if not self.seen_at_the_end:
            return False
        if expected is None or actual is None:
            return expected is not actual
        return not expected.is_like(actual)

    @property
    def updates_differ(self) -> bool:
        """Whether both sides hold a row at the end that was not written at the same instant."""
        expected, actual = (None if row is None else row.updated_at for row in self.at_the_end)
        return expected is not None and actual is not None and expected != actual


@dataclass(frozen=True, slots=True)
class History:
    """Steps as columns and keys as lanes; at the last column the two sides part.

    Attributes:
        columns: the steps.
        lanes: the keys.
        answers: what the last step had to answer and what it did, where they differ.
    """

    columns: tuple[Column, ...]
    lanes: tuple[LaneHistory, ...]
    answers: tuple[str, str] | None = None


def history(trace: Trace, *, answers_differ: bool = False) -> History:
    """Read the history off a recorded trace.

    Args:
        trace: its steps say what was expected and observed.
        answers_differ: whether the answer of the last step is not as expected.
    """
    last = steps_in_words(trace)[-1]
    finder = LanesOfTrace(trace)
    expected = [
        _with_expiries(_rows(finder, step.expect), asked)
        for step, asked in zip(trace.steps, _expiries(trace, finder), strict=True)
    ]
    actual = [_rows(finder, step.actual) for step in trace.steps]
    lanes = dict.fromkeys(_met(trace, finder))
    for rows in (*expected, *actual):
        lanes |= dict.fromkeys(rows or ())
    lanes |= dict.fromkeys(_scopes_without_keys(trace, finder, tuple(lanes)))
    looked = any(rows is not None for rows in actual)
    return History(
        columns=tuple(_columns(trace)),
        lanes=tuple(
            LaneHistory(
                lane=lane,
                expected=_lifetimes(lane, expected),
                actual=_lifetimes(lane, actual) if looked else None,
                marks=tuple(_marks(trace, finder, lane)),
                seen_at_the_end=actual[-1] is not None,
            )
            for lane in lanes
        ),
        answers=(last.expected, last.actual) if answers_differ else None,
    )


_Rows: TypeAlias = dict[Lane, Row] | None


def _rows(finder: LanesOfTrace, observation: Observation | None) -> _Rows:
    if observation is None:
        return None
    if observation.stored is not None:
        return {
            finder.lane(row.scope, row.key): Row(
                row.value, row.updated_at, row.expires_at, row.never_expire
            )
            for row in observation.stored
        }
    if observation.read is None:
        return None
    return {
        finder.lane(reading.scope, reading.key): Row(_read(reading.answer))
        for reading in observation.read
        if reading.answer != Value(None)
    }


def _expiries(trace: Trace, finder: LanesOfTrace) -> Iterator[dict[Lane, datetime]]:
    """Give after each step the expiry that the last write of each key of a task has asked for."""
    now, asked = trace.start, dict[Lane, datetime]()
    for operation in trace.operations:
        if isinstance(operation, Advance):
            now += operation.by
        for touch in touched(operation):
            if touch.action == "write" and touch.key is not None:
                lane = finder.lane(touch.scope, touch.key)
                asked.pop(lane, None)
                if touch.expires_in is not None and isinstance(touch.scope, SymbolicTaskScope):
                    asked[lane] = now + touch.expires_in
        yield dict(asked)


def _with_expiries(rows: _Rows, asked: dict[Lane, datetime]) -> _Rows:
    """Give the rows of a read-back the expiry that was asked for; a side door has shown it."""
    return rows and {
        lane: row if row.updated_at else row._replace(expires_at=asked.get(lane))
        for lane, row in rows.items()
    }


def _read(answer: Answer) -> str:
    if isinstance(answer, Value):
        return str(answer.value)
    return answer_in_words(answer)


def _met(trace: Trace, finder: LanesOfTrace) -> Iterator[Lane]:
    for operation in trace.operations:
        for touch in touched(operation):
            if touch.key is not None:
                yield finder.lane(touch.scope, touch.key)


def _scopes_without_keys(
    trace: Trace, finder: LanesOfTrace, lanes: tuple[Lane, ...]
) -> Iterator[Lane]:
    for operation in trace.operations:
        for touch in touched(operation):
            if touch.key is None and not any(finder.speaks_of(touch, lane) for lane in lanes):
                yield finder.lane(touch.scope, None)


def _marks(trace: Trace, finder: LanesOfTrace, lane: Lane) -> Iterator[tuple[int, Action]]:
    for index, operation in enumerate(trace.operations):
        for touch in touched(operation):
            if finder.speaks_of(touch, lane):
                yield index, touch.action


def _columns(trace: Trace) -> Iterator[Column]:
    now = timedelta(0)
    for number, operation in enumerate(trace.operations, start=1):
        begins = now
        if isinstance(operation, Advance):
            now += operation.by
        yield Column(number, in_a_word(operation), kind_of(operation), begins, now)


def _lifetimes(lane: Lane, states: Sequence[_Rows]) -> tuple[Lifetime, ...]:
    found: list[Lifetime] = []
    there: Row | None = None
    first = 0
    for index, rows in enumerate(states):
        # Where nobody looked, what was seen last is shown on.
        row = there if rows is None else rows.get(lane)
        if row == there:
            continue
        if there is not None:
            found.append(Lifetime(there, first, index))
        there, first = row, index
    if there is not None:
        found.append(Lifetime(there, first, None))
    return tuple(found)


def _last(lifetimes: Sequence[Lifetime]) -> Row | None:
    return lifetimes[-1].row if lifetimes and lifetimes[-1].last is None else None
