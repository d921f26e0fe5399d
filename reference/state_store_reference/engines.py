"""Engines as the metastore needs them; one URL serves the blocking and the async engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from state_store_reference.column_types import MYSQL_DIALECTS
from state_store_reference.drivers import with_async_driver, with_blocking_driver
from state_store_reference.memory_database import keep_alive, with_name

if TYPE_CHECKING:
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

SQLITE_BUSY_TIMEOUT_SECONDS: Final = 30.0
CONNECT_TIMEOUT_SECONDS: Final = 10


def create_metastore_engine(url: str | URL) -> Engine:
    """Make an engine for blocking calls.

    The driver in the URL is used if it can do blocking calls, else the usual one of that database.
    A nameless SQLite in memory is private to this engine; to share one, see
    :func:`~state_store_reference.memory_database.memory_url`.

    Args:
        url: ``sqlite:////path/file``, ``postgresql://...``, ``mysql://...`` or ``mariadb://...``.

    Raises:
        UnsupportedDatabaseError: malformed, of an unknown kind, or no driver is installed.
    """
    target = with_name(with_blocking_driver(url))
    engine = create_engine(target, connect_args=_connect_arguments(target))
    _prepare(engine)
    return engine


def create_async_metastore_engine(url: str | URL) -> AsyncEngine:
    """Make an engine for async calls; the URL may name a blocking driver.

    Args:
        url: as for :func:`create_metastore_engine`.

    Raises:
        UnsupportedDatabaseError: malformed, of an unknown kind, or no driver is installed.
    """
    target = with_name(with_async_driver(url))
    engine = create_async_engine(target, connect_args=_connect_arguments(target))
    _prepare(engine.sync_engine)
    return engine


def _connect_arguments(url: URL) -> dict[str, Any]:
    dialect, _, driver = url.drivername.partition("+")
    if dialect == "sqlite":
        return {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
    if driver == "asyncpg":
        return {"timeout": CONNECT_TIMEOUT_SECONDS}
    # What the URL says wins over what we would like.
    wanted: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    if dialect in MYSQL_DIALECTS:
        wanted["charset"] = "utf8mb4"
    return {name: value for name, value in wanted.items() if name not in url.query}


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        # Not a "begin" event, because a listener on the engine slows every statement down.
        engine.dialect.do_begin = _begin_sqlite  # type: ignore[method-assign]
        keep_alive(engine)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _set_up_postgres)


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver would begin transactions late, and savepoints would leak out of them.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(dbapi_connection: PoolProxiedConnection) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("BEGIN")
    cursor.close()


def _set_up_postgres(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Elsewhere an instant near the end of the year 9999 is past Python's last one.
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()
