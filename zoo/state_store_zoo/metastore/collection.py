"""Garbage collection by time, written in a hurry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Engine, and_, false, or_

from state_store_reference.schema import asset_state
from state_store_spec import StateStoreSettings
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken
from state_store_zoo.metastore.short_collection import (
    NO_EXPLICIT_RETENTION,
    ROW,
    Collection,
    Counts,
)

CHAPTER: Final = Chapter("Garbage collection by time", "metastore-")
_broken: Final = partial(broken, CHAPTER, "collect")


@_broken(breaks=["GC-1"], because="`<=` and `<` look alike, and tests never stand on the instant")
class ExpiresOnTheInstant(Collection):
    """A row is taken at the very instant of its expiry."""

    def expired(self, now: datetime, days: int) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = ROW.expires_at <= now
        return condition


@_broken(breaks=["GC-2", "CONF-2"], because="`<=` and `<` look alike, here too")
class FallbackOnTheInstant(Collection):
    """The fallback takes a row at the very instant at which its days are over."""

    def fallback(self, cutoff: datetime) -> ColumnElement[bool]:
        return and_(NO_EXPLICIT_RETENTION, ROW.updated_at <= cutoff)


@_broken(
    breaks=["GC-1"],
    beside=["GC-7"],
    because="only the fallback was written; the other rule was forgotten",
)
class NeverLooksAtExpiry(Collection):
    """Rows whose expiry has passed are never taken."""

    def expired(self, now: datetime, days: int) -> ColumnElement[bool]:
        return false()


@_broken(breaks=["GC-2", "CONF-2"], because="rows without an expiry look like rows to keep")
class HasNoFallback(Collection):
    """Rows without an explicit retention stay for ever."""

    def fallback(self, cutoff: datetime) -> ColumnElement[bool]:
        return false()


@_broken(breaks=["GC-2", "CONF-2"], because="a date is compared with a date, and the time is lost")
class CountsWholeDays(Collection):
    """The fallback looks at dates, so that a row may stay for most of a day too long."""

    def fallback(self, cutoff: datetime) -> ColumnElement[bool]:
        midnight = cutoff.replace(hour=0, minute=0, second=0, microsecond=0)
        return super().fallback(midnight)


@_broken(
    breaks=["GC-3"],
    beside=["GC-1"],
    because="the fallback is taken for the longest that any row may stay",
)
class FallbackGovernsAll(Collection):
    """The fallback takes rows that have a longer expiry of their own."""

    def fallback(self, cutoff: datetime) -> ColumnElement[bool]:
        return and_(~ROW.never_expire, ROW.updated_at < cutoff)


@_broken(breaks=["GC-4"], because="the flag came later than the collection, and nobody told it")
class OverlooksTheFlag(Collection):
    """The fallback takes keys that were written to stay for ever."""

    def fallback(self, cutoff: datetime) -> ColumnElement[bool]:
        return and_(ROW.expires_at.is_(None), ROW.updated_at < cutoff)


@_broken(breaks=["GC-5", "CONF-3"], because="`0` is read as a number of days like any other")
class ZeroIsNoDay(Collection):
    """With `default_retention_days` at 0 everything is too old."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        if settings.default_retention_days == 0:
            # A day that is over at once.
            settings = replace(settings, default_retention_days=1)
        return super().__call__(engine, settings, dry_run=dry_run)


@_broken(
    breaks=["GC-5", "CONF-3"],
    because="only the fallback was thought of as what `0` disables",
)
class ZeroSwitchesOffTheFallbackAlone(Collection):
    """With `default_retention_days` at 0 an explicit expiry is still collected."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        if settings.default_retention_days == 0:
            settings = replace(settings, default_retention_days=36_500)
        return super().__call__(engine, settings, dry_run=dry_run)


@_broken(breaks=["GC-8"], because="the option is checked in one of two branches")
class DryRunDeletes(Collection):
    """A dry run deletes like any other."""

    def __call__(
        self,
        engine: Engine,
        settings: StateStoreSettings,
        *,
        dry_run: bool = False,
    ) -> Counts:
        return super().__call__(engine, settings)


@_broken(breaks=["GC-8"], because="what was deleted is counted, and nothing was")
class DryRunCountsNothing(Collection):
    """A dry run says that nothing would go."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        counts = super().__call__(engine, settings, dry_run=dry_run)
        return Counts(0, 0, 0) if dry_run else counts


@_broken(breaks=["GC-8"], because="a dry run was written for task state, the sweep came later")
class DryRunSweeps(Collection):
    """A dry run sweeps orphaned asset state all the same."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        counts = super().__call__(engine, settings, dry_run=dry_run)
        if dry_run:
            with engine.connect() as connection:
                self.take(connection, asset_state, self.orphaned(), 0)
        return counts


@_broken(
    breaks=["GC-10"],
    because="both tables have `updated_at`, so that one rule seems to serve both",
)
class AgesAssetState(Collection):
    """The fallback takes asset state too."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        counts = super().__call__(engine, settings, dry_run=dry_run)
        if settings.default_retention_days and not dry_run:
            cutoff = datetime.now(UTC) - timedelta(days=settings.default_retention_days)
            with engine.connect() as connection:
                self.take(connection, asset_state, asset_state.c.updated_at < cutoff, 0)
        return counts


@_broken(
    breaks=["CONF-7"],
    beside=["GC-4", "GC-1", "GC-2", "GC-3", "GC-5", "GC-7", "GC-8", "CONF-2", "CONF-3", "CONF-5"],
    because="settings are read when the process starts, like everything in `airflow.cfg`",
)
class RemembersTheFirstSettings(Collection):
    """The days of retention are those of the start, whatever an administrator changes."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        days = self.at_start.default_retention_days
        return super().__call__(
            engine, replace(settings, default_retention_days=days), dry_run=dry_run
        )


@_broken(
    breaks=["GC-1"],
    beside=["GC-2", "GC-3"],
    because="one `DELETE` for both rules, and its row count for the first",
)
class MixesUpTheCounts(Collection):
    """What the fallback takes is reported as expired."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        expired, fallback, orphaned = super().__call__(engine, settings, dry_run=dry_run)
        return Counts(expired + fallback, 0, orphaned)


@_broken(
    breaks=["GC-4"],
    beside=["GC-1", "GC-2", "GC-3", "GC-7"],
    because="`NULL < now` was expected to be true in one database and false in the next",
)
class TakesRowsWithoutExpiry(Collection):
    """Rows without an expiry count as expired."""

    def expired(self, now: datetime, days: int) -> ColumnElement[bool]:
        return or_(ROW.expires_at < now, ROW.expires_at.is_(None))
