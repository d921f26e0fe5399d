"""Engines from URLs: drivers, databases in memory, and errors that say what to install."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import create_engine, text

import state_store_reference
from state_store_reference import (
    MetastoreStateBackend,
    UnsupportedDatabaseError,
    create_async_metastore_engine,
    create_metastore_engine,
    create_tables,
    drivers,
    memory_url,
)
from state_store_reference.drivers import with_async_driver, with_blocking_driver
from state_store_reference.schema import dag_run
from state_store_spec import TaskScope

SCOPE = TaskScope("dag", "run", "task")


@pytest.mark.parametrize(
    ("given", "blocking", "asynchronous"),
    [
        ("sqlite:////tmp/a.db", "sqlite+pysqlite", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////tmp/a.db", "sqlite+pysqlite", "sqlite+aiosqlite"),
        ("postgresql://h/d", "postgresql+psycopg", "postgresql+asyncpg"),
        ("postgres://h/d", "postgresql+psycopg", "postgresql+asyncpg"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg", "postgresql+asyncpg"),
        ("postgresql+asyncpg://h/d", "postgresql+psycopg", "postgresql+asyncpg"),
        ("postgresql+psycopg_async://h/d", "postgresql+psycopg", "postgresql+psycopg_async"),
        ("mysql://h/d", "mysql+pymysql", "mysql+aiomysql"),
        ("mysql+pymysql://h/d", "mysql+pymysql", "mysql+aiomysql"),
        ("mysql+aiomysql://h/d", "mysql+pymysql", "mysql+aiomysql"),
        ("mysql+asyncmy://h/d", "mysql+pymysql", "mysql+asyncmy"),
        ("mysql+mysqldb://h/d", "mysql+mysqldb", "mysql+aiomysql"),
        ("mariadb+pymysql://h/d", "mariadb+pymysql", "mariadb+aiomysql"),
    ],
)
def test_one_url_serves_both_engines(
    given: str, blocking: str, asynchronous: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver of the URL is kept where it fits, and replaced by the usual one elsewhere."""
    monkeypatch.setattr(drivers, "find_spec", lambda _: object())

    assert with_blocking_driver(given).drivername == blocking
    assert with_async_driver(given).drivername == asynchronous


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("oracle://h/d", "'oracle' is not a database of the metastore.*sqlite, postgresql"),
        ("postgresql+pg8000://h/d", "'pg8000' is not a driver.*Leave it out of the URL"),
        ("nonsense:secret", "is malformed"),
        ("", "is malformed"),
    ],
)
def test_a_url_that_the_metastore_cannot_use(url: str, says: str) -> None:
    """The error names what is wrong and what is possible, and repeats no password."""
    for create in (create_metastore_engine, create_async_metastore_engine):
        with pytest.raises(UnsupportedDatabaseError, match=says) as caught:
            create(url)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "extra"),
    [("postgresql://h/d", "postgres"), ("mysql://h/d", "mysql"), ("mariadb://h/d", "mysql")],
)
def test_a_driver_that_is_not_installed(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is the command that installs it."""
    monkeypatch.setattr(drivers, "find_spec", lambda _: None)

    for create in (create_metastore_engine, create_async_metastore_engine):
        with pytest.raises(UnsupportedDatabaseError) as caught:
            create(url)
        assert f"pip install 'state-store-oracle[{extra}]'" in str(caught.value)
    with pytest.raises(UnsupportedDatabaseError, match="pip install aiosqlite"):
        create_async_metastore_engine("sqlite://")


def test_the_second_choice_of_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the usual driver another one that is installed serves."""
    monkeypatch.setattr(drivers, "find_spec", lambda name: object() if name == "MySQLdb" else None)

    assert with_blocking_driver("mysql://h/d").drivername == "mysql+mysqldb"


def test_a_database_in_memory_is_shared(runner: asyncio.Runner) -> None:
    """Blocking and async calls and several threads see the same rows, and nobody else does."""
    engine = create_metastore_engine(memory_url())
    create_tables(engine)
    with engine.begin() as connection:
        connection.execute(dag_run.insert(), {"dag_id": "dag", "run_id": "run"})
    backend = MetastoreStateBackend(engine)

    def write(number: int) -> None:
        for count in range(20):
            backend.set(SCOPE, f"{number}-{count}", "value")

    threads = [Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    runner.run(backend.aset(SCOPE, "async", "value"))
    for thread in threads:
        thread.join()

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM task_state")).scalar() == 81
    engine.dispose()
    assert backend.get(SCOPE, "async") == "value"
    runner.run(backend.aclose())
    with create_metastore_engine(memory_url()).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_a_database_in_memory_outlives_its_connections() -> None:
    """It is there as long as its engine, whether or not a connection is open."""
    engine = create_metastore_engine(memory_url())
    create_tables(engine)

    engine.dispose()

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM dag_run")).scalar() == 0
    engine.dispose()


def test_a_nameless_database_is_private_to_its_engine() -> None:
    """Two engines made from ``sqlite://`` are two databases."""
    first, second = create_metastore_engine("sqlite://"), create_metastore_engine("sqlite://")
    create_tables(first)

    with second.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_an_engine_whose_database_no_other_can_reach(runner: asyncio.Runner) -> None:
    """Async calls beside somebody's private engine are refused, not sent elsewhere."""
    engine = create_engine("sqlite://")
    with pytest.raises(UnsupportedDatabaseError, match="private to its engine"):
        runner.run(MetastoreStateBackend(engine).aget(SCOPE, "key"))
    engine.dispose()


def test_a_backend_without_engines_uses_the_configured_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner
) -> None:
    """``[database] sql_alchemy_conn`` says where, when the first call comes."""
    url = f"sqlite:///{tmp_path / 'configured.db'}"
    backend = MetastoreStateBackend()
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", url)
    create_tables(backend.engine)
    with backend.engine.begin() as connection:
        connection.execute(dag_run.insert(), {"dag_id": "dag", "run_id": "run"})

    backend.set(SCOPE, "key", "value")

    assert runner.run(backend.aget(SCOPE, "key")) == "value"
    assert (tmp_path / "configured.db").exists()
    runner.run(backend.aclose())


def test_every_name_of_the_package_is_there() -> None:
    """What the package lists it has, and nothing else."""
    for name in state_store_reference.__all__:
        assert getattr(state_store_reference, name) is not None
    assert set(dir(state_store_reference)) >= set(state_store_reference.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = state_store_reference.nothing
