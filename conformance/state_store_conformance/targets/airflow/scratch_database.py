"""A database of our own making for an Airflow, which goes at the end."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from state_store_conformance.errors import UsageError

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


def server_url(text: str) -> URL:
    """Give the URL of a server that Airflow can keep its metadata on.

    Without a driver it is the one that Airflow's pages name, or for MySQL one without a compiler.

    Raises:
        UsageError: it is no such URL.
    """
    try:
        url = make_url(text)
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
    name = f"state_store_airflow_{secrets.token_hex(8)}"
    backend = server.get_backend_name()
    _execute(server, _CREATE[backend].format(name=name))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, _DROP[backend].format(name=name))


def _execute(server: URL, statement: str) -> None:
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
