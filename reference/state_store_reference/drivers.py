"""Which database driver serves a URL, for blocking and for async work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from state_store_reference.errors import UnsupportedDatabaseError


@dataclass(frozen=True, slots=True)
class _Database:
    """A kind of database: its drivers, the preferred one first, each with the module it needs."""

    blocking: Mapping[str, str]
    asynchronous: Mapping[str, str]
    extra: str | None


_MYSQL: Final = _Database(
    blocking={"pymysql": "pymysql", "mysqldb": "MySQLdb"},
    asynchronous={"aiomysql": "aiomysql", "asyncmy": "asyncmy"},
    extra="mysql",
)
_DATABASES: Final[Mapping[str, _Database]] = {
    "sqlite": _Database(
        blocking={"pysqlite": "sqlite3"},
        asynchronous={"aiosqlite": "aiosqlite"},
        extra=None,
    ),
    "postgresql": _Database(
        blocking={"psycopg": "psycopg", "psycopg2": "psycopg2"},
        asynchronous={"asyncpg": "asyncpg", "psycopg_async": "psycopg"},
        extra="postgres",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
}


def parse_url(url: str | URL) -> URL:
    """Parse a database URL; ``postgres://`` is taken for ``postgresql://``.

    Raises:
        UnsupportedDatabaseError: it is malformed, or of a kind that the metastore does not know.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so it is not repeated.
        raise UnsupportedDatabaseError(
            "The database URL is malformed. Write dialect://user:password@host:port/database or "
            "sqlite:////path/to/file."
        ) from error.with_traceback(None)
    if parsed.drivername.partition("+")[0] == "postgres":
        parsed = parsed.set(drivername=parsed.drivername.replace("postgres", "postgresql", 1))
    if parsed.get_backend_name() not in _DATABASES:
        raise UnsupportedDatabaseError(
            f"{parsed.drivername!r} is not a database of the metastore. "
            f"Use a URL of one of: {', '.join(_DATABASES)}."
        )
    return parsed


def with_blocking_driver(url: str | URL) -> URL:
    """Give the URL with a driver for blocking calls, its own if it names one.

    Raises:
        UnsupportedDatabaseError: as :func:`parse_url`, or no driver is installed.
    """
    parsed = parse_url(url)
    return _with_driver(parsed, _DATABASES[parsed.get_backend_name()].blocking)


def with_async_driver(url: str | URL) -> URL:
    """Give the URL with a driver for async calls, its own if it names one.

    Raises:
        UnsupportedDatabaseError: as :func:`parse_url`, or no driver is installed.
    """
    parsed = parse_url(url)
    return _with_driver(parsed, _DATABASES[parsed.get_backend_name()].asynchronous)


def _with_driver(url: URL, drivers: Mapping[str, str]) -> URL:
    dialect, _, named = url.drivername.partition("+")
    database = _DATABASES[dialect]
    if named and named not in {*database.blocking, *database.asynchronous}:
        known: Sequence[str] = [*database.blocking, *database.asynchronous]
        raise UnsupportedDatabaseError(
            f"{named!r} is not a driver for {dialect} that the metastore knows. "
            f"Leave it out of the URL, or use one of: {', '.join(known)}."
        )
    candidates = [named] if named in drivers else list(drivers)
    for driver in candidates:
        if find_spec(drivers[driver]) is not None:
            return url.set(drivername=f"{dialect}+{driver}")
    remedy = (
        f"pip install 'state-store-oracle[{database.extra}]'"
        if database.extra
        else f"pip install {candidates[0]}"
    )
    raise UnsupportedDatabaseError(
        f"No driver for {dialect} is installed (looked for {', '.join(candidates)}). Run: {remedy}"
    )
