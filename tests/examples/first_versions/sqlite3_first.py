"""The first version of the backend on sqlite3, as it was written in a hurry; it is wrong."""

# ruff: noqa: ARG002, D102 - as it was
from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, ClassVar

from state_store_spec import BaseStateBackend, StateScope, TaskScope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session


def place(scope: StateScope) -> str:
    """Give the text by which a scope is stored."""
    if isinstance(scope, TaskScope):
        return f"task/{scope.dag_id}/{scope.run_id}/{scope.task_id}/{scope.map_index}"
    return f"asset/{scope.asset_id or scope.name or scope.uri}"


class SQLiteStateBackend(BaseStateBackend):
    """One table, and one connection for everything."""

    state_store_claims: ClassVar[dict[str, object]] = {"expiry": "prompt"}

    def __init__(self, path: str | None = None) -> None:
        self.connection = sqlite3.connect(
            path or Path(mkdtemp()) / "state.db", check_same_thread=False, isolation_level=None
        )
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS state ("
            "place STRING, key STRING, value STRING, expires_at STRING, PRIMARY KEY (place, key))"
        )

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        row = self.connection.execute(
            "SELECT value FROM state WHERE place = ? AND key = ?"
            " AND (expires_at IS NULL OR expires_at >= ?)",
            (place(scope), key, datetime.now(UTC).isoformat()),
        ).fetchone()
        return row[0] if row else None

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        if expires_at is not None and expires_at.tzinfo is None:
            raise ValueError("expires_at must have a time zone")
        self.connection.execute(
            "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)",
            (place(scope), key, value, expires_at.isoformat() if expires_at else None),
        )

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        self.connection.execute(
            "DELETE FROM state WHERE place = ? AND key = ?", (place(scope), key)
        )

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        if isinstance(scope, TaskScope) and all_map_indices:
            task = place(scope).rpartition("/")[0]
            self.connection.execute("DELETE FROM state WHERE place LIKE ?", (f"{task}/%",))
        else:
            self.connection.execute("DELETE FROM state WHERE place = ?", (place(scope),))

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        return await asyncio.to_thread(self.get, scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        await asyncio.to_thread(self.set, scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        await asyncio.to_thread(self.delete, scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        await asyncio.to_thread(self.clear, scope, all_map_indices=all_map_indices)
