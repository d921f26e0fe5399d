"""Backends of somebody's own, right ones and ones that are broken, for tests of the judging.

They keep everything in a dictionary of the process that lives as long as it does, as a server
would, or in the instance.
"""

# ruff: noqa: ARG002 - what a backend is handed, it need not use
from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

from state_store_spec import AssetScope, BaseStateBackend, StateScope, TaskScope


class Row(NamedTuple):
    """A value, and when it ends."""

    value: str
    expires_at: datetime | None


class InMemory(BaseStateBackend):
    """A right one, which promises nothing; its rows live in the instance."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Any, ...], Row] = {}

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row."""
        row = self.rows.get((*place(scope), key))
        return None if row is None else row.value

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Write a row."""
        if expires_at is not None and expires_at.tzinfo is None:
            raise ValueError(f"expires_at = {expires_at} has no zone. Give one, such as UTC.")
        self.rows[(*place(scope), key)] = Row(value, expires_at)

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Delete a row."""
        self.rows.pop((*place(scope), key), None)

    def clear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Delete the rows of the scope."""
        whole = place(scope)
        if all_map_indices and isinstance(scope, TaskScope):
            whole = whole[:-1]
        for other in [other for other in self.rows if other[: len(whole)] == whole]:
            del self.rows[other]

    async def aget(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row."""
        return self.get(scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Write a row."""
        self.set(scope, key, value, expires_at=expires_at)

    async def adelete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Delete a row."""
        self.delete(scope, key)

    async def aclear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Delete the rows of the scope."""
        self.clear(scope, all_map_indices=all_map_indices)


def place(scope: StateScope) -> tuple[Any, ...]:
    """Give what tells a scope from all others."""
    if isinstance(scope, TaskScope):
        return ("task", scope.dag_id, scope.run_id, scope.task_id, scope.map_index)
    assert isinstance(scope, AssetScope)
    return ("asset", scope.asset_id, scope.name, scope.uri)


class Prompt(InMemory):
    """A right one whose rows end at their expiry."""

    state_store_claims: ClassVar[dict[str, object]] = {"expiry": "prompt"}

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row that has not ended."""
        row = self.rows.get((*place(scope), key))
        if row is None:
            return None
        ended = row.expires_at is not None and row.expires_at <= datetime.now(UTC)
        return None if ended and isinstance(scope, TaskScope) else row.value


class Eventual(InMemory):
    """A right one whose rows end some time after their expiry: at the third read."""

    state_store_claims: ClassVar[dict[str, object]] = {"expiry": "eventual"}

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row; every third time, look after what has ended."""
        self.reads += 1
        if self.reads % 3 == 0:
            now = datetime.now(UTC)
            self.rows = {
                where: row
                for where, row in self.rows.items()
                if where[0] != "task" or row.expires_at is None or row.expires_at > now
            }
        return super().get(scope, key)


class Lazy(InMemory):
    """A right one with a collection of its own."""

    state_store_claims: ClassVar[dict[str, object]] = {"expiry": "lazy", "collect": "cleanup"}

    def cleanup(self) -> None:
        """Delete what has expired."""
        now = datetime.now(UTC)
        self.rows = {
            where: row
            for where, row in self.rows.items()
            if where[0] != "task" or row.expires_at is None or row.expires_at >= now
        }


class Durable(InMemory):
    """A right one whose rows live longer than the instance."""

    state_store_claims: ClassVar[dict[str, object]] = {"durable": True}
    kept: ClassVar[dict[tuple[Any, ...], Row]] = {}

    def __init__(self) -> None:
        self.rows = self.kept


class ClaimsTooMuch(InMemory):
    """Says that it is durable, and is not."""

    state_store_claims: ClassVar[dict[str, object]] = {"durable": True}


class SharesRuns(Durable):
    """Takes one run of a dag for another: what a trace wrote, the next one finds."""

    state_store_claims: ClassVar[dict[str, object]] = {}

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row of any run."""
        return super().get(without_run(scope), key)

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Write a row of every run."""
        super().set(without_run(scope), key, value, expires_at=expires_at)


def without_run(scope: StateScope) -> StateScope:
    """Give the scope of the task in whichever run."""
    if isinstance(scope, TaskScope):
        return TaskScope(scope.dag_id, "run", scope.task_id, scope.map_index)
    return scope


class Raises(InMemory):
    """Cannot write."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Raise."""
        raise OSError("the disk is full")


class Hangs(InMemory):
    """Does not come back from a delete."""

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Wait for what nobody does."""
        threading.Event().wait()


class HangsAsync(InMemory):
    """Does not come back from an async delete."""

    async def adelete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Wait for what nobody does."""
        await asyncio.Event().wait()


class HangsWhenRead(InMemory):
    """Does not come back from reading what was written."""

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Wait for what nobody does, where there is something."""
        if (*place(scope), key) in self.rows:
            threading.Event().wait()
        return None


class Ends(InMemory):
    """Ends its process at a delete."""

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """End the process, without a word."""
        os._exit(7)


class Aborts(InMemory):
    """Crashes the interpreter at a delete."""

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Crash."""
        os.abort()


class ExitsPolitely(InMemory):
    """Calls ``sys.exit`` at a delete."""

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Exit."""
        sys.exit(3)


class Talks(InMemory):
    """Prints on every call, on both streams and past Python."""

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row, loudly."""
        sys.stdout.write("get on standard output\n" * 20)
        os.write(1, b"get past Python\n" * 20)
        return super().get(scope, key)


class LeavesOpen(BaseStateBackend):
    """Implements none of the eight methods."""


def hangs_when_made() -> InMemory:
    """Never give a backend."""
    time.sleep(0)
    threading.Event().wait()
    return InMemory()


def raises_when_made() -> InMemory:
    """Raise instead of giving a backend."""
    raise ConnectionError("nobody listens on port 1")


ONE = Durable()


def one_for_all() -> InMemory:
    """Give the same instance each time."""
    return ONE


class ForgetsNames(InMemory):
    """Gives what was written last under a key to whoever comes anew, until somebody else writes."""

    last: ClassVar[dict[str, str]] = {}

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Read a row, or in a fresh instance what the one before was given."""
        return super().get(scope, key) if self.rows else self.last.get(key)

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Write a row, and keep it for the next instance."""
        super().set(scope, key, value, expires_at=expires_at)
        self.last[key] = value


def forgets_names() -> InMemory:
    """Give an instance that is not fresh."""
    return ForgetsNames()
