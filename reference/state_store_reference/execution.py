"""Running a call: on the caller's session, or in a transaction of its own.

The caller's session is never committed, rolled back or closed. A transaction of our own is tried
again after a deadlock or a serialization failure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy.exc import DBAPIError
from tenacity import (
    AsyncRetrying,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from state_store_reference.failures import explained, is_transient
from state_store_reference.schema import task_state

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session

    from state_store_reference.calls import Call

ATTEMPTS: Final = 10
_FIRST_PAUSE_SECONDS: Final = 0.01
_LONGEST_PAUSE_SECONDS: Final = 0.5

Outcome = TypeVar("Outcome")
Work = TypeVar("Work")


def in_session(session: Session, call: Call[Outcome]) -> Outcome:
    """Run a call in the transaction of the caller's session.

    What the session has not flushed yet is flushed first, as its own queries would do, so that
    parents that are still pending are known.
    """
    # A session that is flushing right now called us from one of its events: it must not again.
    if session.autoflush and not getattr(session, "_flushing", False):
        session.flush()
    return call.run(session.connection(bind_arguments={"clause": task_state}))


async def in_async_session(session: AsyncSession, call: Call[Outcome]) -> Outcome:
    """Run a call in the transaction of the caller's async session; see :func:`in_session`."""
    return await session.run_sync(in_session, call)


def in_own_transaction(engine: Engine, call: Call[Outcome]) -> Outcome:
    """Run a call in a transaction of its own, and commit it.

    Raises:
        MetastoreUnavailableError: the database does not answer, or has no tables.
    """
    return persistently(engine, _attempt, call)


async def in_own_async_transaction(engine: AsyncEngine, call: Call[Outcome]) -> Outcome:
    """Async variant of :func:`in_own_transaction`.

    Raises:
        MetastoreUnavailableError: the database does not answer, or has no tables.
    """
    return await apersistently(engine, _async_attempt, call)


def persistently(engine: Engine, attempt: Callable[[Engine, Work], Outcome], work: Work) -> Outcome:
    """Attempt a transaction, again and again after a deadlock or a serialization failure.

    Args:
        engine: what to attempt it on.
        attempt: one transaction, from its beginning to its commit.
        work: what is handed to each attempt.

    Raises:
        MetastoreUnavailableError: the database does not answer, or has no tables.
    """
    try:
        try:
            return attempt(engine, work)
        except DBAPIError as error:
            if not is_transient(error):
                raise
        again = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS),
            retry=retry_if_exception(is_transient),
            reraise=True,
        )
        return again.wraps(attempt)(engine, work)
    except (DBAPIError, OSError) as error:
        if explanation := explained(engine, error):
            raise explanation from error
        raise


async def apersistently(
    engine: AsyncEngine, attempt: Callable[[AsyncEngine, Work], Awaitable[Outcome]], work: Work
) -> Outcome:
    """Async variant of :func:`persistently`.

    Raises:
        MetastoreUnavailableError: the database does not answer, or has no tables.
    """
    try:
        try:
            return await attempt(engine, work)
        except DBAPIError as error:
            if not is_transient(error):
                raise
        return await AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS),
            retry=retry_if_exception(is_transient),
            reraise=True,
        )(attempt, engine, work)
    except (DBAPIError, OSError) as error:
        if explanation := explained(engine.sync_engine, error):
            raise explanation from error
        raise


def _attempt(engine: Engine, call: Call[Outcome]) -> Outcome:
    with engine.begin() as connection:
        return call.run(connection)


async def _async_attempt(engine: AsyncEngine, call: Call[Outcome]) -> Outcome:
    async with engine.begin() as connection:
        return await connection.run_sync(_run, call)


def _run(connection: Connection, call: Call[Outcome]) -> Outcome:
    return call.run(connection)
