"""``BaseStateBackend``: the interface that every state backend implements.

Eight abstract methods with the signatures of the documentation, four hooks of worker-side
backends, and the pair that writes a key which never expires.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from state_store_spec.scopes import StateScope


class BaseStateBackend(ABC):
    """What a state backend must do; the chapters METHOD, SCOPE, VALUE and SESSION say how."""

    @abstractmethod
    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None`` (METHOD-1)."""

    @abstractmethod
    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write or overwrite a key (METHOD-2).

        ``expires_at`` is a timezone-aware instant, or ``None`` for no explicit retention (RET-5).

        Raises:
            ValueError: ``expires_at`` is naive (RET-7).
        """

    @abstractmethod
    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a single key; do nothing where it is absent (METHOD-3, METHOD-4)."""

    @abstractmethod
    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope (METHOD-5, SCOPE-4, SCOPE-5)."""

    @abstractmethod
    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get` (METHOD-6)."""

    @abstractmethod
    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`set` (METHOD-6)."""

    @abstractmethod
    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete` (METHOD-6)."""

    @abstractmethod
    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear` (METHOD-6)."""

    def set_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: Session | None = None
    ) -> None:
        """Write or overwrite a key that time-based cleanup must skip (RET-4).

        The default forgets the flag, which is right for a store that never collects (RET-6).
        """
        self.set(scope, key, value, expires_at=None, session=session)

    async def aset_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`set_never_expire` (METHOD-6)."""
        await self.aset(scope, key, value, expires_at=None, session=session)

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:  # noqa: ARG002
        """Return the reference to store instead of ``value``; the default stores the value."""
        return value

    def deserialize_task_state_from_ref(self, stored: str) -> str:
        """Return the value behind a stored reference; the default stored the value itself."""
        return stored

    def serialize_asset_state_to_ref(self, *, value: str, key: str, asset_ref: str) -> str:  # noqa: ARG002
        """Asset variant; ``asset_ref`` is the asset's name or its uri."""
        return value

    def deserialize_asset_state_from_ref(self, stored: str) -> str:
        """Asset variant of :meth:`deserialize_task_state_from_ref`."""
        return stored
