"""Expiry: backends that let rows end too early, too late, or not as they claim."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from state_store_spec import AssetScope, StateScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import (
    EventualBackend,
    LazyBackend,
    MemoryBackend,
    PromptBackend,
    Row,
)
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Expiry")
_broken: Final = partial(broken, CHAPTER)

_TOO_EARLY_OR_LATE: Final = ("CUSTOM-4", "CUSTOM-5", "CUSTOM-6", "RET-2", "METHOD-2")


@_broken(breaks=["RET-3"], because="who would want to read what has expired")
class HidesWithoutAClaim(MemoryBackend):
    """An expired row is not read, and nothing was claimed."""

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        row = self.rows.get((self.place(scope), key))
        return None if row is not None and row.has_expired else super().get(scope, key, **options)


@_broken(breaks=["RET-3"], because="the default of thirty days was taken for a promise to all")
class EndsAfterThirtyDays(MemoryBackend):
    """A row without an expiry ends after thirty days."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        super().set(scope, key, value, expires_at=expires_at)
        if expires_at is None:
            in_thirty_days = datetime.now(UTC) + timedelta(days=30)
            self.rows[self.place(scope), key] = Row(value, in_thirty_days)

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        row = self.rows.get((self.place(scope), key))
        return None if row is None or row.has_expired else row.value


@_broken(breaks=["RET-7"], because="a comparison was never made, so that nothing ever raised")
class AcceptsNaiveInstants(MemoryBackend):
    """A datetime without a time zone is accepted."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        naive = expires_at is not None and expires_at.tzinfo is None
        super().set(scope, key, value, expires_at=None if naive else expires_at)


@_broken(breaks=["RET-7"], because="the argument is dropped before it is looked at")
class AcceptsNaiveInstantsForAssets(MemoryBackend):
    """A datetime without a time zone is accepted for an asset."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        of_asset = isinstance(scope, AssetScope)
        super().set(scope, key, value, expires_at=None if of_asset else expires_at)


@_broken(breaks=["RET-7"], because="the check raises what `json` or a driver would raise")
class RefusesNaiveInstantsAsTypes(MemoryBackend):
    """A datetime without a time zone is refused with a `TypeError`."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        if expires_at is not None and expires_at.tzinfo is None:
            raise TypeError("can't compare offset-naive and offset-aware datetimes")
        super().set(scope, key, value, expires_at=expires_at)


@_broken(breaks=["RET-7"], because="the row was written, and then its expiry was looked at")
class WritesBeforeItRefuses(MemoryBackend):
    """A refused write is stored all the same."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        self.rows[self.place(scope), key] = Row(value)
        super().set(scope, key, value, expires_at=expires_at)


@_broken(
    breaks=["RET-8"],
    beside=["RET-3", "METHOD-1", "METHOD-2", "SCOPE-3", "CUSTOM-4"],
    because="one method for both kinds of scope, and an expiry is an expiry",
)
class EndsAssetState(PromptBackend):
    """Asset state that was written with an expiry ends."""

    def end_of(self, scope: StateScope, expires_at: datetime | None) -> datetime | None:
        del scope
        return expires_at


class _EndsAtAnotherTime(PromptBackend):
    """Ends rows of tasks at another time than their expiry."""

    def end_of(self, scope: StateScope, expires_at: datetime | None) -> datetime | None:
        end = super().end_of(scope, expires_at)
        return None if end is None else self.changed(end)

    def changed(self, expires_at: datetime) -> datetime | None:
        """Give when a row ends."""
        return expires_at


@_broken(
    breaks=["CUSTOM-5"],
    beside=["CUSTOM-6"],
    because="the claim was copied from the example of the documentation",
)
class ClaimsWhatItDoesNotDo(_EndsAtAnotherTime):
    """Rows never end, though that is claimed."""

    def changed(self, expires_at: datetime) -> datetime | None:
        del expires_at
        return None


@_broken(
    breaks=["CUSTOM-4"],
    beside=_TOO_EARLY_OR_LATE,
    because="a time to live is a whole number of seconds, and so it is cut",
)
class CutsToWholeSeconds(_EndsAtAnotherTime):
    """A row ends up to a second too early."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return expires_at.replace(microsecond=0)


@_broken(
    breaks=["CUSTOM-4"],
    beside=_TOO_EARLY_OR_LATE,
    because="`timedelta.seconds` has no days in it",
)
class LosesTheDays(_EndsAtAnotherTime):
    """A row ends within a day."""

    def changed(self, expires_at: datetime) -> datetime | None:
        now = datetime.now(UTC)
        return now + timedelta(seconds=(expires_at - now).seconds)


@_broken(
    breaks=["CUSTOM-5"],
    beside=_TOO_EARLY_OR_LATE,
    because="the client counts in milliseconds, and was given seconds to be multiplied",
)
class CountsInMilliseconds(_EndsAtAnotherTime):
    """A row ends a thousand times later."""

    def changed(self, expires_at: datetime) -> datetime | None:
        now = datetime.now(UTC)
        lifetime = expires_at - now
        return now + lifetime * 1000 if lifetime < timedelta(days=1000) else expires_at


@_broken(
    breaks=["CUSTOM-4"],
    beside=_TOO_EARLY_OR_LATE,
    because="`.replace(tzinfo=UTC)` makes every datetime one in UTC",
)
class DropsTheZone(_EndsAtAnotherTime):
    """The offset of an expiry is lost."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return expires_at.replace(tzinfo=UTC)


@_broken(
    breaks=["CUSTOM-5"],
    beside=["CUSTOM-6", "CUSTOM-4", "METHOD-2"],
    because="a time to live has to be above zero, or else the server refuses it",
)
class KeepsWhatHasPassed(_EndsAtAnotherTime):
    """A row that has expired when it is written never ends."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return None if expires_at <= datetime.now(UTC) else expires_at


@_broken(
    breaks=["CUSTOM-4"],
    beside=["CUSTOM-5", "CUSTOM-6", "RET-2", "RET-3", "METHOD-2", "METHOD-1"],
    because="Redis keeps the time to live with KEEPTTL, and DynamoDB with an update of one field",
)
class KeepsTheFirstExpiry(_EndsAtAnotherTime):
    """An overwrite does not change when a row ends."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        before = self.rows.get((self.place(scope), key))
        super().set(scope, key, value, expires_at=expires_at)
        if before is not None and not before.has_expired and before.expires_at is not None:
            self.rows[self.place(scope), key] = Row(value, before.expires_at)


@_broken(
    breaks=["CUSTOM-4"],
    beside=["CUSTOM-5", "RET-10", "METHOD-2", "CUSTOM-6", "RET-3"],
    because="a write that changes nothing need not be sent",
)
class SkipsWritesOfTheSameValue(_EndsAtAnotherTime):
    """A write of the value that is there does not put the end off."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        if self.get(scope, key) != value or (expires_at is not None and expires_at.tzinfo is None):
            super().set(scope, key, value, expires_at=expires_at)


@_broken(
    breaks=["CUSTOM-6"],
    beside=["CUSTOM-5"],
    because="two replicas, and one of them is behind",
)
class FlickersAfterTheEnd(EventualBackend):
    """A row that has ended is read again, now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._reads = 0

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        row = self.rows.get((self.place(scope), key))
        if row is None or not row.has_expired:
            return super().get(scope, key, **options)
        self._reads += 1
        return None if self._reads % 2 else row.value


@_broken(
    breaks=["CUSTOM-4"],
    beside=["METHOD-1", "METHOD-2", "RET-3"],
    because="tidying up at a write takes all that has an expiry, not what has passed",
)
class TidiesUpTooMuch(EventualBackend):
    """Rows with an expiry go at the next write."""

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        self.rows = {place: row for place, row in self.rows.items() if row.expires_at is None}
        super().set(scope, key, value, expires_at=expires_at)


@_broken(breaks=["CUSTOM-8"], because="a cron job that nobody has written yet")
class CollectsNothing(LazyBackend):
    """The collection does nothing."""

    def is_due(self, row: Row) -> bool:
        del row
        return False


@_broken(breaks=["CUSTOM-8"], because="what has no expiry is as old as anything")
class CollectsWhatHasNoExpiry(LazyBackend):
    """The collection takes rows without an expiry."""

    def is_due(self, row: Row) -> bool:
        return row.expires_at is None or super().is_due(row)


@_broken(breaks=["CUSTOM-8"], because="the dates are compared, and the time of the day is lost")
class CollectsTheWholeDay(LazyBackend):
    """The collection takes what expires before the day is over."""

    def is_due(self, row: Row) -> bool:
        return row.expires_at is not None and row.expires_at.date() <= datetime.now(UTC).date()


@_broken(breaks=["CUSTOM-8"], because="it raises where there is nothing to be done")
class CollectionRaises(LazyBackend):
    """The collection raises where no row is due."""

    def cleanup(self) -> None:
        if not any(map(self.is_due, self.rows.values())):
            raise LookupError("there is nothing to collect")
        super().cleanup()
