"""The backend on sqlite3: locks, and rows that have expired."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from examples.sqlite3_backend import SQLiteStateBackend
from state_store_spec import TaskScope

SCOPE = TaskScope("shop", "monday", "load", 1)
VALUES = "VALUES (?, ?, ?, ?, ?)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a database that is not there yet."""
    return tmp_path / "state.db"


def test_write_waits_for_another_process(path: Path) -> None:
    """A write that meets a lock waits until it is released, and the loop goes on meanwhile."""
    backend = SQLiteStateBackend(path)

    async def write_beside_a_lock() -> bool:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            write = asyncio.create_task(backend.aset(SCOPE, "job", "17"))
            done, _ = await asyncio.wait([write], timeout=0.1)
            other.execute("COMMIT")
        await write
        return bool(done)

    assert not asyncio.run(write_beside_a_lock())
    assert "17" == backend.get(SCOPE, "job")


def test_reader_does_not_wait_for_a_writer(path: Path) -> None:
    """A read beside an open transaction gives what was committed before it."""
    backend = SQLiteStateBackend(path)
    backend.set(SCOPE, "job", "17")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE state SET value = '18'")

        assert "17" == backend.get(SCOPE, "job")


def test_expired_rows_do_not_pile_up(path: Path) -> None:
    """A write with an expiry deletes the rows whose own has passed, and no others."""
    backend = SQLiteStateBackend(path)
    now = datetime.now(UTC)
    backend.set(SCOPE, "over", "1", expires_at=now - timedelta(microseconds=1))
    backend.set(SCOPE, "plain", "2")
    backend.set(SCOPE, "later", "3", expires_at=now + timedelta(days=1))
    with closing(sqlite3.connect(path)) as other:
        keys = other.execute("SELECT key FROM state ORDER BY key").fetchall()

    assert [("later",), ("plain",)] == keys


def test_failed_write_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second statement of a write fails, the first is undone."""
    backend = SQLiteStateBackend(path)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    backend.set(SCOPE, "over", "1", expires_at=yesterday)
    monkeypatch.setattr(
        "examples.sqlite3_backend._SET", "INSERT INTO nowhere VALUES (?, ?, ?, ?, ?)"
    )

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        backend.set(SCOPE, "job", "17", expires_at=yesterday)

    with closing(sqlite3.connect(path)) as other:
        assert [("over",)] == other.execute("SELECT key FROM state").fetchall()


def test_database_in_memory_is_refused() -> None:
    """A database in memory would be another one for each call."""
    with pytest.raises(ValueError, match="':memory:' is a database of its own for each call"):
        SQLiteStateBackend(":memory:")
