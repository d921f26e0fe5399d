"""What can be said of the Airflow targets where no Airflow is installed."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from state_store_conformance.errors import UsageError
from state_store_conformance.targets.airflow.scratch_database import scratch_database, server_url
from state_store_conformance.targets.deletions_seen import DeletionsSeen
from state_store_conformance.targets.finding import REGISTERED, find_target
from state_store_spec.answers import Deletion
from tests.servers import MYSQL, POSTGRES, Server, execute

if TYPE_CHECKING:
    from collections.abc import Iterable

AIRFLOW_TARGETS = ("airflow-metastore", "airflow-object-storage")


def test_both_are_registered() -> None:
    """Both have a name, and a database server can be named after it."""
    assert dict.fromkeys(AIRFLOW_TARGETS, True) == {
        name: REGISTERED[name].takes_server for name in AIRFLOW_TARGETS
    }


@pytest.mark.parametrize("words", [*AIRFLOW_TARGETS, "airflow-metastore@postgresql://me@host/db"])
def test_missing_airflow_is_named_with_its_remedy(words: str) -> None:
    """Without Airflow the error says what to install, and nothing of Airflow is imported."""
    assert find_spec("airflow") is None

    with pytest.raises(UsageError, match=r"pip install 'state-store-oracle\[airflow\]'"):
        find_target(words)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://me@host/db", "postgresql+psycopg2"),
        ("postgresql+psycopg://me@host/db", "postgresql+psycopg"),
        ("mysql://me@host/db", "mysql+mysqldb"),
        ("mariadb://me@host/db", "mysql+mysqldb"),
        ("mariadb+pymysql://me@host/db", "mysql+pymysql"),
    ],
)
def test_driver_of_a_server(given: str, expected: str) -> None:
    """A driver that is given stays; without one it is the one that Airflow's pages name."""
    assert expected == server_url(given).drivername


@pytest.mark.parametrize("given", ["", "host", "sqlite:///file.db", "oracle://me@host/db"])
def test_server_that_airflow_cannot_use(given: str) -> None:
    """What is no URL, and what is no server of Airflow's, is refused before anything is made."""
    with pytest.raises(UsageError, match="airflow-metastore"):
        server_url(given)


def test_embedded_database_goes() -> None:
    """The SQLite file is there while it is needed, and its folder goes with it."""
    with scratch_database(None) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE one (id INTEGER)"))
        engine.dispose()

    with pytest.raises(Exception, match="unable to open database file"):
        create_engine(url).connect()


@pytest.mark.parametrize("server", [POSTGRES, MYSQL], ids=lambda server: server.name)
def test_database_that_a_killed_run_left_goes(
    server: Server, postgres_url: str, mysql_url: str
) -> None:
    """An old one that nobody uses is dropped; a young one may be in use in a moment."""
    del postgres_url, mysql_url  # the servers answer
    now = int(time.time())
    old, young = (f"state_store_airflow_{made}_0123456789abcdef" for made in (now - 90_000, now))
    for name in (old, young):
        execute(server, server.create_database.format(name=name))
    try:
        url = make_url(server.url())
        with scratch_database(url) as made:
            assert {make_url(made).database, young} <= databases(server)
            assert old not in databases(server)
        assert make_url(made).database not in databases(server)
    finally:
        for name in (old, young):
            execute(server, server.drop_database.format(name=name))


def databases(server: Server) -> set[str]:
    """Give the names of the databases of a server."""
    engine = create_engine(server.url(), poolclass=NullPool)
    with engine.connect() as connection:
        listed = "SELECT datname FROM pg_database" if server is POSTGRES else "SHOW DATABASES"
        return set(connection.scalars(text(listed)))


def deletions(tables: dict[str, str], statements: Iterable[str]) -> list[tuple[Deletion, ...]]:
    """Execute statements, and give what was seen of their deletions."""
    engine = create_engine("sqlite://")
    seen = DeletionsSeen(engine, tables)
    with seen.watching() as transactions, engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    return transactions


def test_deletions_from_tables_of_other_names() -> None:
    """The tables of Airflow are told by the names that the specification has for them."""
    statements = (
        "CREATE TABLE task_state_store (id INTEGER)",
        "CREATE TABLE task_state (id INTEGER)",
        "INSERT INTO task_state_store VALUES (1), (2)",
        "DELETE FROM task_state",
        "DELETE FROM task_state_store",
    )

    assert [(Deletion("task_state", 2),)] == deletions(
        {"task_state_store": "task_state"}, statements
    )
