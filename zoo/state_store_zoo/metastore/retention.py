"""What a write stores of retention: metastores that store something else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from state_store_spec import AssetScope, StateScope
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.backend import Backend
from state_store_zoo.metastore.broken_part import broken

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CHAPTER: Final = Chapter("Retention in the metastore", "metastore-")
_broken: Final = partial(broken, CHAPTER, "backend")

_LAST_OF_32_BITS: Final = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


class _ChangesExpiry(Backend):
    """Both variants of ``set`` store another expiry."""

    def changed(self, expires_at: datetime) -> datetime | None:
        """Give what is stored instead."""
        raise NotImplementedError

    def set(self, *arguments: Any, expires_at: datetime | None = None, **options: Any) -> None:
        stored = None if expires_at is None else self.changed(expires_at)
        super().set(*arguments, expires_at=stored, **options)

    async def aset(
        self, *arguments: Any, expires_at: datetime | None = None, **options: Any
    ) -> None:
        stored = None if expires_at is None else self.changed(expires_at)
        await super().aset(*arguments, expires_at=stored, **options)


@_broken(
    breaks=["RET-1"], beside=["GC-1", "RET-7"], because="`.replace(tzinfo=UTC)` makes it aware too"
)
class DropsTheZone(_ChangesExpiry):
    """Every expiry is taken for one in UTC, whatever its offset."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return expires_at.replace(tzinfo=UTC)


@_broken(
    breaks=["RET-1"],
    beside=["ACCESS-1"],
    because="the column is a DATETIME without fractions of a second",
)
class KeepsWholeSeconds(_ChangesExpiry):
    """The microseconds of an expiry are dropped."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return expires_at.replace(microsecond=0) if expires_at.tzinfo else expires_at


@_broken(breaks=["RET-1"], because="MySQL's TIMESTAMP holds 32 bits of seconds")
class EndsIn2038(_ChangesExpiry):
    """No expiry is later than January 2038."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return min(expires_at, _LAST_OF_32_BITS) if expires_at.tzinfo else expires_at


@_broken(breaks=["RET-1"], beside=["ACCESS-1"], because="what has passed already cannot be meant")
class ForgetsWhatHasPassed(_ChangesExpiry):
    """An expiry that has passed already is stored as none."""

    def changed(self, expires_at: datetime) -> datetime | None:
        passed = expires_at.tzinfo is not None and expires_at <= datetime.now(UTC)
        return None if passed else expires_at


@_broken(breaks=["RET-7"], because="`astimezone` takes a naive datetime for local time, silently")
class AcceptsNaiveInstants(_ChangesExpiry):
    """A datetime without a time zone is taken for local time."""

    def changed(self, expires_at: datetime) -> datetime | None:
        return expires_at.astimezone(UTC)


@_broken(
    breaks=["RET-7"],
    because="asset state has no expiry, so the argument is dropped before it is looked at",
)
class AcceptsNaiveInstantsForAssets(Backend):
    """A naive expiry is accepted where the scope is an asset's."""

    def set(
        self,
        scope: StateScope,
        *arguments: Any,
        expires_at: datetime | None = None,
        **options: Any,
    ) -> None:
        if isinstance(scope, AssetScope):
            expires_at = None
        super().set(scope, *arguments, expires_at=expires_at, **options)


@_broken(breaks=["RET-8"], because="better to refuse what has no effect, thought the author")
class RefusesExpiryOfAssets(Backend):
    """A write of asset state with an expiry is refused."""

    def set(
        self,
        scope: StateScope,
        *arguments: Any,
        expires_at: datetime | None = None,
        **options: Any,
    ) -> None:
        if isinstance(scope, AssetScope) and expires_at is not None:
            raise ValueError("asset state has no expiry")
        super().set(scope, *arguments, expires_at=expires_at, **options)


@_broken(
    breaks=["RET-5"],
    beside=["RET-2", "ACCESS-2", "GC-2", "BOUND-4", "RET-3"],
    because="the table of methods calls `None` the expiry of keys that do not expire",
)
class NoExpiryIsNever(Backend):
    """A write without an expiry stays for ever."""

    def set(self, *arguments: Any, expires_at: datetime | None = None, **options: Any) -> None:
        if expires_at is None:
            self.set_never_expire(*arguments, **options)
        else:
            super().set(*arguments, expires_at=expires_at, **options)


@_broken(
    breaks=["RET-5"],
    beside=["RET-2", "RET-10", "ACCESS-2"],
    because="the days of retention are turned into an expiry when a row is written",
)
class ResolvesRetentionAtOnce(Backend):
    """A write without an expiry gets one of thirty days."""

    def set(self, *arguments: Any, expires_at: datetime | None = None, **options: Any) -> None:
        in_thirty_days = datetime.now(UTC) + timedelta(days=30)
        super().set(*arguments, expires_at=expires_at or in_thirty_days, **options)


@_broken(
    breaks=["RET-4", "RET-6"],
    beside=["ACCESS-3", "BOUND-4", "GC-4", "RET-2"],
    because="the default of the base class was good enough",
)
class StoresNoFlag(Backend):
    """A key that never expires is stored as one without retention."""

    def set_never_expire(self, *arguments: Any, **options: Any) -> None:
        self.set(*arguments, **options)


@_broken(
    breaks=["RET-4", "RET-6"],
    beside=["ACCESS-3", "BOUND-4", "RET-2"],
    because="the year 9999 is as good as never",
)
class NeverIsTheYear9999(Backend):
    """A key that never expires gets an expiry far away instead of the flag."""

    def set_never_expire(self, *arguments: Any, **options: Any) -> None:
        self.set(*arguments, expires_at=datetime(9999, 12, 31, tzinfo=UTC), **options)


@_broken(
    breaks=["RET-6"],
    beside=["RET-4", "RET-10", "METHOD-2", "ACCESS-3", "BOUND-4"],
    because="never had been set before, so the row must be there",
)
class NeverOverwritesNothing(Backend):
    """`set_never_expire` changes nothing where the key is there."""

    def set_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: Session | None = None
    ) -> None:
        if self.get(scope, key, session=session) is None:
            super().set_never_expire(scope, key, value, session=session)


@_broken(breaks=["RET-2"], beside=["RET-5"], because="the upsert lists the columns it replaces")
class KeepsTheFlag(Backend):
    """The flag of a key outlives a plain write."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        before = self.stored(scope, key, session)
        if before is not None and before.never_expire and expires_at is None:
            self.set_never_expire(scope, key, value, session=session)
        else:
            super().set(scope, key, value, expires_at=expires_at, session=session)


@_broken(breaks=["RET-2"], because="the upsert keeps what is `NULL` in the new row: COALESCE")
class KeepsTheExpiry(Backend):
    """The expiry of a key outlives a plain write."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        before = self.stored(scope, key, session)
        if before is not None and expires_at is None:
            expires_at = before.expires_at
        super().set(scope, key, value, expires_at=expires_at, session=session)


@_broken(
    breaks=["RET-1"],
    beside=["RET-2"],
    because="two writers should not shorten each other's retention",
)
class LetsTheLongerExpiryWin(Backend):
    """An overwrite never shortens a retention."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        before = self.stored(scope, key, session)
        if expires_at is not None and expires_at.tzinfo and before and before.expires_at:
            expires_at = max(expires_at, before.expires_at)
        super().set(scope, key, value, expires_at=expires_at, session=session)


@_broken(
    breaks=["RET-10"],
    beside=["RET-2", "RET-1", "RET-4"],
    because="a write that changes nothing need not be sent",
)
class SkipsWritesOfTheSameValue(Backend):
    """A write of the value that is there already does nothing."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        before = self.stored(scope, key, session)
        if before is None or before.value != value or before.expires_at != expires_at:
            super().set(scope, key, value, expires_at=expires_at, session=session)


@_broken(
    breaks=["RET-10"],
    beside=["METHOD-1"],
    because="what is in use should not be collected: a read touches the row",
)
class ReadingRenews(Backend):
    """A read moves the last update of a key."""

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        found = super().get(scope, key, session=session)
        before = self.stored(scope, key, session)
        if before is not None and found is not None and not before.never_expire:
            self.set(scope, key, found, expires_at=before.expires_at, session=session)
        return found


@_broken(breaks=["RET-3"], because="who would want to read what has expired")
class HidesExpiredRows(Backend):
    """A row whose expiry has passed is not read."""

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        before = self.stored(scope, key, session)
        if before is not None and before.expires_at is not None:
            return before.value if datetime.now(UTC) < before.expires_at else None
        return super().get(scope, key, session=session)


@_broken(
    breaks=["RET-3"],
    beside=["METHOD-1"],
    because="the collection comes at night, so a read may as well tidy up",
)
class ReadingDeletesExpiredRows(Backend):
    """A read deletes a row whose expiry has passed."""

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        before = self.stored(scope, key, session)
        if before and before.expires_at and before.expires_at < datetime.now(UTC):
            self.delete(scope, key, session=session)
            return None
        return super().get(scope, key, session=session)


@_broken(breaks=["RET-9"], because="never sounds like a promise to everybody")
class NeverIsNotDeleted(Backend):
    """`delete` spares a key that never expires."""

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        before = self.stored(scope, key, session)
        if before is None or not before.never_expire:
            super().delete(scope, key, session=session)
