"""A transaction of the backend's own is tried again where that helps, and only there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from state_store_reference import create_async_metastore_engine, create_metastore_engine, memory_url
from state_store_reference.execution import (
    ATTEMPTS,
    in_own_async_transaction,
    in_own_transaction,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


class PostgresError(Exception):
    """What psycopg and asyncpg raise: the state is an attribute."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(f"state {sqlstate}")
        self.sqlstate = sqlstate


class MySqlError(Exception):
    """What the drivers of MySQL raise: the number comes first."""


class FailingCall:
    """A call that fails a number of times before it succeeds."""

    def __init__(self, error: Exception, failures: int) -> None:
        self.error = error
        self.failures = failures
        self.attempts = 0

    def run(self, connection: Connection) -> str:
        """Fail, or succeed."""
        assert connection.in_transaction()
        self.attempts += 1
        if self.attempts <= self.failures:
            raise OperationalError("INSERT", {}, self.error)
        return "done"


TRANSIENT = [
    PostgresError("40001"),
    PostgresError("40P01"),
    PostgresError("23503"),
    MySqlError(1213, "Deadlock found"),
    MySqlError(1467, "Failed to read auto-increment value from storage engine"),
    MySqlError(1452, "a foreign key constraint fails"),
    MySqlError(1020, "Record has changed since last read"),
]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        pass

    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr("tenacity.asyncio._portable_async_sleep", at_once)


@pytest.mark.parametrize("error", TRANSIENT)
def test_a_deadlock_is_tried_again(error: Exception, runner: asyncio.Runner) -> None:
    """After a deadlock, a serialization failure or a parent that just went, it begins anew."""
    url = memory_url()
    engine, async_engine = create_metastore_engine(url), create_async_metastore_engine(url)
    blocking, asynchronous = FailingCall(error, 3), FailingCall(error, 3)

    assert in_own_transaction(engine, blocking) == "done"
    assert runner.run(in_own_async_transaction(async_engine, asynchronous)) == "done"

    assert (blocking.attempts, asynchronous.attempts) == (4, 4)
    runner.run(async_engine.dispose())
    engine.dispose()


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (PostgresError("40001"), ATTEMPTS + 1),
        (PostgresError("23505"), 1),
        (MySqlError(1205, "Lock wait timeout exceeded"), 1),
        (MySqlError("no number"), 1),
    ],
)
def test_what_does_not_help_is_not_tried_forever(
    error: Exception, attempts: int, runner: asyncio.Runner
) -> None:
    """A lasting conflict ends after some attempts, and any other error after the first."""
    url = memory_url()
    engine, async_engine = create_metastore_engine(url), create_async_metastore_engine(url)
    blocking, asynchronous = FailingCall(error, 1000), FailingCall(error, 1000)

    with pytest.raises(OperationalError):
        in_own_transaction(engine, blocking)
    with pytest.raises(OperationalError):
        runner.run(in_own_async_transaction(async_engine, asynchronous))

    assert (blocking.attempts, asynchronous.attempts) == (attempts, attempts)
    runner.run(async_engine.dispose())
    engine.dispose()
