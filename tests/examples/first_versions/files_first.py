"""The first version of the backend on plain files, as it was written in a hurry; it is wrong."""

# ruff: noqa: ARG002, D102 - as it was
from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from state_store_spec import BaseStateBackend, StateScope, TaskScope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session


def safe(name: str) -> str:
    """Give a name that a file may have."""
    return name.replace("/", "_")


class FilesStateBackend(BaseStateBackend):
    """A folder for each scope, and a file for each key."""

    def __init__(self, root: str | None = None) -> None:
        self.root = Path(root or mkdtemp())

    def folder(self, scope: StateScope) -> Path:
        if isinstance(scope, TaskScope):
            names = (scope.dag_id, scope.run_id, scope.task_id, str(scope.map_index))
            return self.root.joinpath("task", *map(safe, names))
        return self.root / "asset" / safe(str(scope.asset_id or scope.name or scope.uri))

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        path = self.folder(scope) / safe(key)
        return path.read_text() if path.exists() else None

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
        folder = self.folder(scope)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / safe(key)).write_text(value)

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        (self.folder(scope) / safe(key)).unlink(missing_ok=True)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        folder = self.folder(scope)
        shutil.rmtree(folder.parent if all_map_indices else folder, ignore_errors=True)

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
