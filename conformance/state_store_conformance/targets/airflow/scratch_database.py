"""A database of our own making for an Airflow, which goes at the end.

A process that is killed leaves its database behind. Its name says when it was made, and the next
run drops those that are older than a day and that nobody is connected to.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from state_store_conformance.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DRIVERS: Final = {"postgresql": "postgresql+psycopg2", "mysql": "mysql+mysqldb"}
# As Airflow's page on setting up a database makes them.
_CREATE: Final = {
    "postgresql": "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'",
    "mysql": "CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
}
_DROP: Final = {
    "postgresql": "DROP DATABASE IF EXISTS {name} WITH (FORCE)",
    "mysql": "DROP DATABASE IF EXISTS {name}",
}

# A schema is a database on MySQL; LIKE takes the underscores for any character, which does no harm.
_UNUSED: Final = {
    "postgresql": "SELECT datname FROM pg_database WHERE datname LIKE :names AND datname NOT IN "
    "(SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)",
    "mysql": "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE :names "
    "AND schema_name NOT IN "
    "(SELECT db FROM information_schema.processlist WHERE db IS NOT NULL)",
}
_PREFIX: Final = "state_store_airflow_"
_OLD_SECONDS: Final = 86_400


def server_url(words: str) -> URL:
    """Give the URL of a server that Airflow can keep its metadata on.

    Without a driver it is the one that Airflow's pages name, or for MySQL one without a compiler.

    Raises:
        UsageError: it is no such URL.
    """
    try:
        url = make_url(words)
    except ArgumentError as error:
        raise UsageError(
            "What follows airflow-metastore@ is no database URL. Write, for example, "
            "airflow-metastore@postgresql://user@host/postgres."
        ) from error
    # What SQLAlchemy calls mariadb, Airflow does not know.
    backend = url.get_backend_name().replace("mariadb", "mysql")
    if backend not in _CREATE:
        raise UsageError(
            f"Airflow keeps its metadata on PostgreSQL and MySQL or MariaDB, not on {backend!r}; "
            "the embedded SQLite is airflow-metastore alone."
        )
    if "+" in url.drivername:
        return url.set(drivername=url.drivername.replace("mariadb", "mysql"))
    return url.set(drivername=_DRIVERS[backend])


@contextmanager
def scratch_database(server: URL | None) -> Generator[str]:
    """Make an empty database on the server, or a SQLite file, and give its URL."""
    if server is None:
        with TemporaryDirectory(prefix="state-store-airflow-") as folder:
            yield f"sqlite:///{Path(folder) / 'airflow.db'}"
        return
    name = f"{_PREFIX}{int(time.time())}_{secrets.token_hex(8)}"
    backend = server.get_backend_name()
    _drop_what_was_left(server)
    _execute(server, _CREATE[backend].format(name=name))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, _DROP[backend].format(name=name))


def _drop_what_was_left(server: URL) -> None:
    backend = server.get_backend_name()
    with _connected(server) as connection:
        unused = connection.scalars(text(_UNUSED[backend]), {"names": f"{_PREFIX}%"}).all()
    for name in unused:
        made = name.removeprefix(_PREFIX).partition("_")[0]
        if made.isdecimal() and time.time() - int(made) > _OLD_SECONDS:
            _execute(server, _DROP[backend].format(name=name))


def _execute(server: URL, statement: str) -> None:
    with _connected(server) as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def _connected(server: URL) -> Generator[Connection]:
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
