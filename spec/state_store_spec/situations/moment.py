"""A moment: one call or event, the worlds around it, and what came before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from state_store_spec.answers import Answer
from state_store_spec.operations import AccessorOperation, Clear, DataOperation, Mode, Operation
from state_store_spec.oracle.world import AssetRow, TaskInstance, TaskRow, World
from state_store_spec.places import Place, place_of_call, row_at

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


class Origin(NamedTuple):
    """Where a stored row comes from: how it was written, and since when its place is taken."""

    mode: Mode
    named_by: str
    first_written: datetime
    retention_days: int
    retries: int
    instance: int


class Past(NamedTuple):
    """What the world itself has forgotten.

    Attributes:
        origins: the origin of each stored row.
        departed: for each place whose row is gone, the kind of operation that took it.
        retries: how often each task instance was up for retry.
        instances: how often a new instance of the backend took over.
    """

    origins: dict[Place, Origin]
    departed: dict[Place, str]
    retries: dict[TaskInstance, int]
    instances: int = 0


class Moment(NamedTuple):
    """What a situation is recognized by.

    ``session_began`` is the world in which the caller's session of the call began, if it has one.
    """

    past: Past
    before: World
    operation: Operation
    after: World
    answer: Answer
    profile: Profile
    session_began: World | None = None

    def call(self) -> DataOperation | AccessorOperation:
        """Return the operation of a moment that is registered for calls only."""
        return cast("DataOperation | AccessorOperation", self.operation)

    def data_call(self) -> DataOperation:
        """Return the operation of a moment that is registered for calls of a backend only."""
        return cast("DataOperation", self.operation)

    def clear(self) -> Clear:
        """Return the operation of a moment that is registered for clears only."""
        return cast("Clear", self.operation)

    def place(self) -> Place | None:
        """Return the place that the call of this moment speaks of."""
        return place_of_call(self.before, self.call())

    def origin(self) -> Origin | None:
        """Return where the row at that place comes from."""
        place = self.place()
        return None if place is None else self.past.origins.get(place)

    def departed_by(self) -> str | None:
        """Return the kind of operation that took the row of that place, if one did."""
        place = self.place()
        return None if place is None else self.past.departed.get(place)

    def row_before(self) -> TaskRow | AssetRow | None:
        """Return the row at that place before the call."""
        return row_at(self.before, self.place())

    def row_after(self) -> TaskRow | AssetRow | None:
        """Return the row at that place after the call."""
        return row_at(self.after, self.place())
