# ruff: noqa: ARG002 - a session is a database's, and there is none here
"""Backends in a dictionary, as somebody's own: one that obeys the law, and others that do not."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, ClassVar

from state_store_spec import AssetScope, BaseStateBackend, NaiveExpiryError, TaskScope

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from state_store_spec import StateScope


class InMemory(BaseStateBackend):
    """A dictionary that goes with its instance."""

    def __init__(self) -> None:
        self.rows: dict[tuple[StateScope, str], str] = {}

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Give the value."""
        return self.rows.get((scope, key))

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write the value."""
        if expires_at is not None and expires_at.tzinfo is None:
            raise NaiveExpiryError("give an instant with its zone")
        self.rows[scope, key] = value

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete the key."""
        self.rows.pop((scope, key), None)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete the keys of the scope."""
        place = _place(scope, mapped=not all_map_indices)
        self.rows = {
            row: value
            for row, value in self.rows.items()
            if _place(row[0], mapped=not all_map_indices) != place
        }

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Give the value."""
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
        """Write the value."""
        self.set(scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Delete the key."""
        self.delete(scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Delete the keys of the scope."""
        self.clear(scope, all_map_indices=all_map_indices)


class ClearsEveryMapIndex(InMemory):
    """``clear`` forgets which map index it was asked for."""

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete too much."""
        super().clear(scope, all_map_indices=True)


class ClaimsTooMuch(InMemory):
    """It says that it drops what has expired, and that it outlives its instance."""

    state_store_claims: ClassVar[dict[str, object]] = {"expiry": "prompt", "durable": True}


class HangsInGet(InMemory):
    """``get`` does not come back."""

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Hang."""
        while True:
            time.sleep(60)


class HangsInAget(InMemory):
    """``aget`` does not come back."""

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Hang."""
        return await asyncio.Future()


class Exits(InMemory):
    """``delete`` ends the process."""

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """End the process."""
        os._exit(3)


class CannotBeMade(InMemory):
    """Its server is never there."""

    def __init__(self) -> None:
        raise ConnectionError("nobody answers")


class CanBeMadeOnce(InMemory):
    """Its server goes away after the first connection."""

    made = 0

    def __init__(self) -> None:
        CanBeMadeOnce.made += 1
        if CanBeMadeOnce.made > 1:
            raise ConnectionError("nobody answers")
        super().__init__()


def yielded() -> Generator[InMemory]:
    """Make a backend, as a fixture of pytest would be written."""
    yield InMemory()


def _place(scope: StateScope, *, mapped: bool) -> StateScope:
    if mapped or isinstance(scope, AssetScope):
        return scope
    return TaskScope(dag_id=scope.dag_id, run_id=scope.run_id, task_id=scope.task_id)
