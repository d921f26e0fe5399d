"""A state backend on SQLite, with nothing but the standard library.

One table holds everything. Which task instance or asset a row belongs to is written out as JSON,
which joins names without confusing them; SQLite compares such texts byte by byte.

Each call opens the file and closes it again. A connection of ``sqlite3`` must not cross threads
or a fork, and to open one costs little beside a write that reaches the disk.
"""

# ruff: noqa: ARG002 - a session is SQLAlchemy's, and there is none here
from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, ClassVar, Final

from state_store_spec import (
    BaseStateBackend,
    NaiveExpiryError,
    StateScope,
    TaskScope,
    UnrepresentableError,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

_BUSY_TIMEOUT_SECONDS: Final = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_MAP_INDEX: Final = -1

# TEXT and INTEGER, and no other type: a column of a type that SQLite does not know, such as STRING,
# turns '007' into the number 7.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS state (
    place TEXT NOT NULL,
    map_index INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (place, map_index, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS state_by_expiry ON state (expires_at) WHERE expires_at IS NOT NULL;
"""
_GET: Final = """
SELECT value FROM state
WHERE place = ? AND map_index = ? AND key = ? AND (expires_at IS NULL OR expires_at >= ?)
"""
_SET: Final = """
INSERT INTO state (place, map_index, key, value, expires_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (place, map_index, key)
DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_DELETE_EXPIRED: Final = "DELETE FROM state WHERE expires_at < ?"
_DELETE: Final = "DELETE FROM state WHERE place = ? AND map_index = ? AND key = ?"
_CLEAR: Final = "DELETE FROM state WHERE place = ? AND map_index = ?"
_CLEAR_ALL_MAP_INDICES: Final = "DELETE FROM state WHERE place = ?"


class SQLiteStateBackend(BaseStateBackend):
    """Task and asset state in one file, for processes of one machine.

    Any text without NUL and lone surrogates is a name, a key or a value. A row is no longer read
    once its expiry has passed, and the next write with an expiry deletes it.

    Args:
        path: the file, which is made if it is absent; its folder must exist. By default
            the environment variable ``STATE_STORE_SQLITE_PATH``.

    Raises:
        KeyError: no path is given, and the variable is not set.
        ValueError: the path is ``:memory:``.
        sqlite3.Error: the file cannot be opened, or is no database.
    """

    state_store_claims: ClassVar[Mapping[str, object]] = {
        "expiry": "prompt",
        "durable": True,
        "key_alphabet": "unicode",
        "longest_key": 512,
        "largest_value_bytes": 1_000_000,
    }

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        path = path or os.environ["STATE_STORE_SQLITE_PATH"]
        if path == ":memory:":
            raise ValueError(
                "':memory:' is a database of its own for each call. Give the path of a file."
            )
        self._path = Path(path).resolve()
        with self._connection() as connection:
            # Readers and a writer do not wait for each other; the file remembers it.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None``."""
        if not _is_text(scope, key):
            return None
        with self._connection() as connection:
            now = _microseconds(datetime.now(UTC))
            row = connection.execute(_GET, (*_place(scope), key, now)).fetchone()
        return None if row is None else str(row[0])

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write or overwrite a key; ``expires_at`` is for tasks only.

        Raises:
            NaiveExpiryError: ``expires_at`` has no time zone.
            UnrepresentableError: a text has a NUL or a lone surrogate.
        """
        _require_storable(scope, key, value, expires_at)
        ends = None
        if expires_at is not None and isinstance(scope, TaskScope):
            ends = _microseconds(expires_at)
        with self._connection() as connection:
            if ends is not None:
                connection.execute(_DELETE_EXPIRED, (_microseconds(datetime.now(UTC)),))
            connection.execute(_SET, (*_place(scope), key, value, ends))

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a key; do nothing where it is absent."""
        if _is_text(scope, key):
            with self._connection() as connection:
                connection.execute(_DELETE, (*_place(scope), key))

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope."""
        if not _is_text(scope):
            return
        place, map_index = _place(scope)
        with self._connection() as connection:
            if all_map_indices:
                connection.execute(_CLEAR_ALL_MAP_INDICES, (place,))
            else:
                connection.execute(_CLEAR, (place, map_index))

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get`, in a thread."""
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
        """Async variant of :meth:`set`, in a thread."""
        await asyncio.to_thread(self.set, scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete`, in a thread."""
        await asyncio.to_thread(self.delete, scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear`, in a thread."""
        await asyncio.to_thread(self.clear, scope, all_map_indices=all_map_indices)

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        """Open the file; commit at the end, or roll back after an error, and close it."""
        opened = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_SECONDS)
        # `with connection` ends the transaction and leaves the connection open.
        with closing(opened), opened as connection:
            yield connection


def _place(scope: StateScope) -> tuple[str, int]:
    """Give the place of a scope: what it belongs to, and the map index."""
    if isinstance(scope, TaskScope):
        return json.dumps(["task", scope.dag_id, scope.run_id, scope.task_id]), scope.map_index
    if scope.asset_id is not None:
        return json.dumps(["asset", scope.asset_id]), _NO_MAP_INDEX
    # Whether a name and a uri mean one asset, only a store that knows assets can tell.
    return json.dumps(["asset", scope.name, scope.uri]), _NO_MAP_INDEX


def _microseconds(instant: datetime) -> int:
    """Count the microseconds since 1970; a whole number loses none of them."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _is_text(scope: StateScope, *others: str) -> bool:
    """Tell whether SQLite can hold the texts.

    A lone surrogate has no form in UTF-8, and what SQLite does with a NUL in a text is undefined.
    """
    names = (
        (scope.dag_id, scope.run_id, scope.task_id)
        if isinstance(scope, TaskScope)
        else (scope.name or "", scope.uri or "")
    )
    joined = "".join((*names, *others))
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in joined


def _require_storable(scope: StateScope, key: str, value: str, expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at.utcoffset() is None:
        raise NaiveExpiryError(
            f"expires_at = {expires_at.isoformat()} has no time zone and names no instant. "
            "Pass an aware datetime, such as datetime.now(UTC) + timedelta(days=1)."
        )
    if not _is_text(scope, key, value):
        raise UnrepresentableError(
            f"A NUL or a lone surrogate in {scope!a}, the key {key[:60]!a} or the value "
            f"{value[:60]!a}: SQLite has no place for it in a text. "
            "Encode it, for example as base64."
        )


def backend() -> SQLiteStateBackend:
    """Give a backend on a file that the process keeps until it ends."""
    return SQLiteStateBackend(_temporary_file())


@cache
def _temporary_file() -> str:
    folder = mkdtemp(prefix="state_store_check_")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return f"{folder}/state.db"
