"""The layout of a timeline: the coordinates of everything that is drawn, in CSS pixels.

Steps are columns of one width, because a microsecond and a month are of equal interest. Time runs
only within the columns where it passes, so an instant lies at a place of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from state_store_conformance.reports.legible import legible
from state_store_conformance.reports.timelines.actions import Action, short_duration
from state_store_conformance.reports.timelines.history import (
    Column,
    History,
    LaneHistory,
    Lifetime,
    Row,
)

# Left of the columns stands which side a bar is of; right of them is what is there at the end.
_GUTTER: Final = 62
_END: Final = 76
_NARROWEST_COLUMN: Final = 52
_WIDEST_COLUMN: Final = 200
_HEADER: Final = 92
_LANE: Final = 66
_LANE_OF_ONE_SIDE: Final = 50
_FIRST_BAR: Final = 20
_SECOND_BAR: Final = 39
_BAR: Final = 15
_MARK: Final = 10
_PER_CHARACTER: Final = 6.2
_PADDING: Final = 6


@dataclass(frozen=True, slots=True)
class Strip:
    """A column as it is drawn: a band over the whole height, a number and a word above it."""

    column: Column
    x: float
    width: float
    parts: bool

    @property
    def center(self) -> float:
        """Where the operation happens."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Instant:
    """A place on the axis of time."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it begins."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row while it is there, or the place where one had to be or must not be."""

    x: float
    y: float
    width: float
    text: Label
    title: str
    look: str


@dataclass(frozen=True, slots=True)
class Glyph:
    """Something that happened in a lane."""

    x: float
    y: float
    look: Action | str
    title: str


@dataclass(frozen=True, slots=True)
class LaneDrawing:
    """A lane: its name, the two sides, and what happened.

    Attributes:
        y: its upper edge.
        title: its scope.
        key: its key.
        bars: the rows of the two sides, and their answers.
        glyphs: what was done, and when a row expires.
        looked: whether the actual side could be looked at.
    """

    y: float
    title: str
    key: str
    bars: tuple[Bar, ...]
    glyphs: tuple[Glyph, ...]
    looked: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A timeline with its coordinates, and whether two sides are compared in it."""

    width: float
    height: float
    header: float
    strips: tuple[Strip, ...]
    instants: tuple[Instant, ...]
    lanes: tuple[LaneDrawing, ...]
    compares: bool


def laid_out(told: History, start: datetime, width: float, *, compares: bool = True) -> Drawing:
    """Lay a history out within a width; many steps may need more.

    Args:
        told: what is drawn.
        start: the clock at the first step.
        width: in CSS pixels.
        compares: whether what was observed is drawn below what had to be.
    """
    return _Layout(told, start, width, compares=compares).drawing()


class _Layout:
    def __init__(self, told: History, start: datetime, width: float, *, compares: bool) -> None:
        self._told = told
        self._compares = compares
        self._lane_height = _LANE if compares else _LANE_OF_ONE_SIDE
        self._start = start
        share = (width - _GUTTER - _END) / max(1, len(told.columns))
        self._column = min(max(share, _NARROWEST_COLUMN), _WIDEST_COLUMN)
        self._right = _GUTTER + self._column * len(told.columns) + _END

    def drawing(self) -> Drawing:
        """Give everything with its coordinates."""
        return Drawing(
            width=self._right,
            height=_HEADER + self._lane_height * len(self._told.lanes),
            header=_HEADER,
            strips=tuple(
                Strip(
                    column,
                    self._left(index),
                    self._column,
                    self._compares and column.number == len(self._told.columns),
                )
                for index, column in enumerate(self._told.columns)
            ),
            instants=tuple(self._instants()),
            lanes=tuple(self._lane(row, lane) for row, lane in enumerate(self._told.lanes)),
            compares=self._compares,
        )

    def _left(self, index: int) -> float:
        return _GUTTER + index * self._column

    def _center(self, index: int) -> float:
        return self._left(index) + self._column / 2

    def _instants(self) -> Iterator[Instant]:
        yield Instant(_GUTTER, "start")
        for index, column in enumerate(self._told.columns):
            if column.ends > column.begins:
                yield Instant(self._left(index + 1), f"+{short_duration(column.ends)}")

    def _place(self, instant: timedelta) -> float | None:
        """Give where an instant lies: where time comes to it; ``None`` after the last step."""
        for index, column in enumerate(self._told.columns):
            if column.begins < instant <= column.ends:
                share = (instant - column.begins) / (column.ends - column.begins)
                return self._left(index) + self._column * share
        return _GUTTER if instant <= timedelta(0) else None

    def _lane(self, row: int, lane: LaneHistory) -> LaneDrawing:
        y = _HEADER + row * self._lane_height
        bars = list(self._side(lane.expected, y + _FIRST_BAR, "expected", lane))
        bars += self._side(lane.actual or (), y + _SECOND_BAR, "actual", lane)
        bars += self._absent(lane, y)
        bars += self._answers(lane, y)
        glyphs = [
            Glyph(self._center(index), y + _SECOND_BAR - 2, action, action)
            for index, action in lane.marks
        ]
        glyphs += self._expiries(lane.expected, y + _FIRST_BAR, lane)
        glyphs += self._expiries(lane.actual or (), y + _SECOND_BAR, lane)
        return LaneDrawing(
            y=y,
            title=legible(lane.lane.title),
            key="every key" if lane.lane.key is None else legible(lane.lane.key) or "''",
            bars=tuple(bars),
            glyphs=tuple(glyphs),
            looked=lane.actual is not None,
        )

    def _side(
        self, lifetimes: tuple[Lifetime, ...], y: float, side: str, lane: LaneHistory
    ) -> Iterator[Bar]:
        for lifetime in lifetimes:
            x, end = self._center(lifetime.first), self._end(lifetime)
            wrong = side == "actual" and lifetime.last is None and lane.parted
            told = self._in_words(lifetime.row, lane)
            yield Bar(
                x=x,
                y=y,
                width=end - x,
                text=_label(told, x, end, self._expiry(lifetime)),
                title=f"{side}: {told[0]}",
                look="wrong" if wrong else side,
            )

    def _end(self, lifetime: Lifetime) -> float:
        """Give where a row ends: at its expiry where time alone ended it."""
        if lifetime.last is None:
            return self._right - _PADDING
        expiry, border = self._expiry(lifetime), self._left(lifetime.last)
        if self._told.columns[lifetime.last].kind == "time" and expiry is not None:
            return min(max(expiry, border), border + self._column)
        return self._center(lifetime.last)

    def _absent(self, lane: LaneHistory, y: float) -> Iterator[Bar]:
        if not lane.parted:
            return
        x = self._center(len(self._told.columns) - 1)
        width = self._right - _PADDING - x
        for row, top, look in zip(
            lane.at_the_end,
            (y + _FIRST_BAR, y + _SECOND_BAR),
            ("absent", "missing"),
            strict=True,
        ):
            if row is None:
                yield Bar(x, top, width, _label(["no row"], x, x + width), "no row", look)

    def _answers(self, lane: LaneHistory, y: float) -> Iterator[Bar]:
        """Give what a call answered, where that is all that differs."""
        last = len(self._told.columns) - 1
        asked = [other for other in self._told.lanes if last in dict(other.marks)]
        # The answers of a session belong to several keys: the table shows them.
        if self._told.answers is None or lane.parted or asked != [lane]:
            return
        x, end = self._center(last) + _MARK, self._right
        for told, top, look in zip(
            self._told.answers,
            (y + _FIRST_BAR, y + _SECOND_BAR),
            ("answer", "wrong-answer"),
            strict=True,
        ):
            line = legible(told.partition("\n")[0])
            yield Bar(x, top, end - x, _label([line], x - _PADDING, end), line, look)

    def _expiries(
        self, lifetimes: tuple[Lifetime, ...], y: float, lane: LaneHistory
    ) -> Iterator[Glyph]:
        for lifetime in lifetimes:
            x = self._expiry(lifetime)
            if x is not None:
                yield Glyph(x, y + _BAR / 2, "expiry", self._in_words(lifetime.row, lane)[0])

    def _expiry(self, lifetime: Lifetime) -> float | None:
        """Give where a row expires, at the earliest where it begins."""
        if lifetime.row.expires_at is None:
            return None
        place = self._place(lifetime.row.expires_at - self._start)
        return None if place is None else max(place, self._center(lifetime.first))

    def _in_words(self, row: Row, lane: LaneHistory) -> list[str]:
        """Give the row in words, shorter and shorter."""
        value = legible(row.value) or "''"
        notes: list[str] = []
        if row.expires_at is not None:
            notes.append(f"expires {self._since_start(row.expires_at)}")
        if row.never_expire:
            notes.append("never expires")
        if lane.updates_differ and row.updated_at is not None:
            notes.append(f"updated {self._since_start(row.updated_at)}")
        return [" · ".join([value, *notes]), " · ".join(notes) or value, value]

    def _since_start(self, instant: datetime) -> str:
        since = instant - self._start
        if since < timedelta(0):
            return f"{short_duration(-since)} before the start"
        return f"+{short_duration(since)}" if since else "at the start"


def _label(candidates: list[str], x: float, end: float, mark: float | None = None) -> Label:
    """Give the first text that fits, or the beginning of the last, beside the mark of an expiry."""
    rooms = [(x + _MARK, end)]
    if mark is not None and x <= mark <= end:
        rooms = [(x + _MARK, mark - _MARK), (mark + _MARK, end)]
    begin, last = max(rooms, key=lambda room: room[1] - room[0])
    room = int((last - begin - _PADDING) / _PER_CHARACTER)
    for text in candidates:
        if len(text) <= room:
            return Label(begin, text)
    return Label(begin, f"{candidates[-1][: room - 1]}…" if room > 1 else "")
