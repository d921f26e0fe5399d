"""Accessors: what the code of a task works with, with one rule broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from state_store_reference.accessors import AssetStateAccessor, TaskStateAccessor
from state_store_reference.accessors.retention import Expiry
from state_store_spec import NeverExpire
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken

CHAPTER: Final = Chapter("Accessors", "metastore-")
_of_tasks: Final = partial(broken, CHAPTER, "task_accessor")
_of_assets: Final = partial(broken, CHAPTER, "asset_accessor")


@_of_tasks(
    breaks=["ACCESS-1"], because="the database has a clock of its own, which all can agree on"
)
class ReadsTheServersClock(TaskStateAccessor):
    """Expiries count from the server's clock."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "clock": lambda: datetime.now(UTC)})


@_of_tasks(
    breaks=["ACCESS-1"], beside=["ACCESS-5"], because="`retention.seconds` has no days in it"
)
class LosesTheDays(TaskStateAccessor):
    """The days of a retention are dropped."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        if isinstance(retention, timedelta) and retention >= timedelta(days=1):
            retention = timedelta(seconds=retention.seconds or 1)
        return super()._checked(key, value, retention)


@_of_tasks(
    breaks=["ACCESS-2"],
    beside=["RET-2", "ACCESS-5"],
    because="the setting is known on the worker too, so the expiry is computed there",
)
class ResolvesTheFallback(TaskStateAccessor):
    """No retention is one of thirty days."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        return super()._checked(key, value, retention or timedelta(days=30))


@_of_tasks(
    breaks=["ACCESS-3"],
    beside=["BOUND-4", "RET-2"],
    because="a thousand years are as good as never",
)
class NeverIsAThousandYears(TaskStateAccessor):
    """`NEVER_EXPIRE` is a long retention."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        never = isinstance(retention, NeverExpire)
        return super()._checked(key, value, timedelta(days=365_000) if never else retention)


@_of_tasks(
    breaks=["BOUND-4"],
    beside=["ACCESS-3", "RET-2"],
    because="`if not retention` is true of more than `None`",
)
class TakesNeverForNone(TaskStateAccessor):
    """`NEVER_EXPIRE` is no retention."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        never = isinstance(retention, NeverExpire)
        return super()._checked(key, value, None if never else retention)


@_of_tasks(breaks=["ACCESS-5"], because="zero days is a retention like any other")
class AcceptsNoTime(TaskStateAccessor):
    """A retention of zero is accepted."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        if retention == timedelta(0):
            return Expiry(self._clock(), never_expire=False)
        return super()._checked(key, value, retention)


@_of_tasks(breaks=["ACCESS-5"], because="an expiry in the past is a polite way to delete")
class AcceptsNegativeTime(TaskStateAccessor):
    """A negative retention is accepted."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        if isinstance(retention, timedelta) and retention < timedelta(0):
            return Expiry(self._clock() + retention, never_expire=False)
        return super()._checked(key, value, retention)


@_of_tasks(breaks=["ACCESS-5"], because="the boundary checks everything again anyway")
class KeepsBeforeItChecks(TaskStateAccessor):
    """The object is written, and the retention checked after it."""

    def set(self, key: str, value: str, *, retention: Any = None) -> None:
        self._referred(key, value)
        super().set(key, value, retention=retention)


@_of_tasks(
    breaks=["ACCESS-7"],
    beside=["BOUND-4", "ACCESS-1", "ACCESS-3"],
    because="the async methods were copied before retention came",
)
class ForgetsRetentionWhenAsync(TaskStateAccessor):
    """`aset` drops the retention."""

    async def aset(self, key: str, value: str, *, retention: Any = None) -> None:
        self._checked(key, value, retention)
        await super().aset(key, value)


@_of_tasks(
    breaks=["ACCESS-7"],
    beside=["WORKER-3", "BOUND-6"],
    because="a task expects text, so it gets text",
)
class GivesAnEmptyText(TaskStateAccessor):
    """A key that is not there reads as the empty text."""

    def get(self, key: str) -> str | None:
        return super().get(key) or ""


@_of_tasks(
    breaks=["ACCESS-7"],
    beside=["WORKER-10"],
    because="to delete is to write nothing, where no delete was thought of",
)
class DeletesByWriting(TaskStateAccessor):
    """`delete` writes the empty text."""

    def delete(self, key: str) -> None:
        if self.get(key) is not None:
            self.set(key, "")


@_of_assets(
    breaks=["ACCESS-7"],
    beside=["ACCESS-6", "BOUND-1", "BOUND-3", "WORKER-2", "WORKER-5", "WORKER-14"],
    because="nobody names an asset by its uri, the author thought",
)
class KnowsNoUri(AssetStateAccessor):
    """What is written by the uri of an asset is not stored."""

    def set(self, key: str, value: str) -> None:
        if self._uri is None:
            super().set(key, value)


@_of_assets(
    breaks=["ACCESS-6"],
    beside=["ACCESS-7", "BOUND-1", "WORKER-5", "WORKER-3", "WORKER-8"],
    because="a prefix keeps two kinds of names apart, and nobody reads across",
)
class KeepsNamesAndUrisApart(AssetStateAccessor):
    """What is written by the name of an asset is not found by its uri."""

    def get(self, key: str) -> str | None:
        return super().get(key if self._uri is None else f"uri:{key}")

    def set(self, key: str, value: str) -> None:
        super().set(key if self._uri is None else f"uri:{key}", value)
