"""Correct backends in memory: what the broken ones are built on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from state_store_spec import BaseStateBackend, NaiveExpiryError, StateScope, TaskScope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a key."""

    value: str
    expires_at: datetime | None = None

    @property
    def has_expired(self) -> bool:
        """Whether its expiry has come."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)


class MemoryBackend(BaseStateBackend):
    """Keeps rows in a dictionary, by place and key; each method is a line or two.

    The async variants are the blocking ones: nothing here waits for anything.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[Hashable, str], Row] = {}

    def place(self, scope: StateScope) -> Hashable:
        """Say where the keys of a scope are kept."""
        return scope

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Give the value."""
        row = self.rows.get((self.place(scope), key))
        return None if row is None else row.value

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write the row."""
        require_zone(expires_at)
        self.rows[self.place(scope), key] = Row(value, self.end_of(scope, expires_at))

    def end_of(self, scope: StateScope, expires_at: datetime | None) -> datetime | None:
        """Say when a row ends: asset state never does (RET-8)."""
        return expires_at if isinstance(scope, TaskScope) else None

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Remove the row."""
        self.rows.pop((self.place(scope), key), None)

    def clear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: Session | None = None
    ) -> None:
        """Remove the rows of a place, or of all map indices of a task."""
        for place, key in list(self.rows):
            if self.is_cleared(place, scope, all_map_indices=all_map_indices):
                del self.rows[place, key]

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        """Say whether ``clear`` of the scope takes the keys of that place."""
        if all_map_indices and isinstance(scope, TaskScope):
            return is_task_of(place, scope)
        return place == self.place(scope)

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Do what ``get`` does."""
        return self.get(scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Do what ``set`` does."""
        self.set(scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Do what ``delete`` does."""
        self.delete(scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Do what ``clear`` does."""
        self.clear(scope, all_map_indices=all_map_indices)


def is_task_of(place: object, scope: TaskScope) -> bool:
    """Say whether a place is a map index of the task that the scope is of."""
    return isinstance(place, TaskScope) and (place.dag_id, place.run_id, place.task_id) == (
        scope.dag_id,
        scope.run_id,
        scope.task_id,
    )


def require_zone(expires_at: datetime | None) -> None:
    """Refuse an expiry that names no instant.

    Raises:
        NaiveExpiryError: it has no time zone (RET-7).
    """
    if expires_at is not None and expires_at.utcoffset() is None:
        raise NaiveExpiryError(
            f"expires_at = {expires_at.isoformat()} has no time zone (RET-7). Give it one."
        )


class UnicodeBackend(MemoryBackend):
    """Claims to hold every Unicode key, and does."""

    state_store_claims: ClassVar[Mapping[str, Any]] = {
        "key_alphabet": "unicode",
        "longest_key": 512,
    }


class PromptBackend(MemoryBackend):
    """Claims that rows end at their expiry, and does not give them from then on."""

    state_store_claims: ClassVar[Mapping[str, Any]] = {"expiry": "prompt"}

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Give the value, unless its expiry has come."""
        row = self.rows.get((self.place(scope), key))
        return None if row is None or row.has_expired else row.value


class EventualBackend(MemoryBackend):
    """Claims that rows end some time after their expiry: here, at the next write after it."""

    state_store_claims: ClassVar[Mapping[str, Any]] = {"expiry": "eventual"}

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        """Write the row, and tidy up."""
        self.rows = {place: row for place, row in self.rows.items() if not row.has_expired}
        super().set(scope, key, value, **options)


class LazyBackend(MemoryBackend):
    """Claims to keep expired rows until its own collection is run."""

    state_store_claims: ClassVar[Mapping[str, Any]] = {"expiry": "lazy", "collect": "cleanup"}

    def cleanup(self) -> None:
        """Remove every row whose expiry has passed."""
        for place, row in list(self.rows.items()):
            if self.is_due(row):
                del self.rows[place]

    def is_due(self, row: Row) -> bool:
        """Say whether the collection takes the row."""
        return row.expires_at is not None and row.expires_at < datetime.now(UTC)


class DurableBackend(MemoryBackend):
    """Claims that an instance finds what another one wrote: they share what stands for a server."""

    state_store_claims: ClassVar[Mapping[str, Any]] = {"durable": True}
    server: ClassVar[dict[tuple[Hashable, str], Row]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.rows = self.server
