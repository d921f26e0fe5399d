"""Stores on each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from state_store_reference import create_metastore_engine, create_tables
from tests.reference.collection.store import Store

if TYPE_CHECKING:
    from sqlalchemy import Engine

SERVERS = ("postgresql", "mysql")


def filled_engine(url: str) -> Iterator[Engine]:
    """Give an engine whose database has the tables."""
    engine = create_metastore_engine(url)
    create_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give an engine for a file, which other processes can open too."""
    folder: Path = tmp_path_factory.mktemp("collection")
    yield from filled_engine(f"sqlite:///{folder / 'state.db'}")


@pytest.fixture(scope="session")
def postgresql_engine(fresh_postgres_url: Callable[[], str]) -> Iterator[Engine]:
    """Give an engine for a PostgreSQL database of our own."""
    yield from filled_engine(fresh_postgres_url())


@pytest.fixture(scope="session")
def mysql_engine(fresh_mysql_url: Callable[[], str]) -> Iterator[Engine]:
    """Give an engine for a MySQL or MariaDB database of our own."""
    yield from filled_engine(fresh_mysql_url())


@pytest.fixture(params=("sqlite", *SERVERS))
def store(request: pytest.FixtureRequest) -> Store:
    """Give an empty store, on each kind of database in turn."""
    return _empty_store(request)


@pytest.fixture(params=SERVERS)
def server_store(request: pytest.FixtureRequest) -> Store:
    """Give an empty store, on each kind of server in turn."""
    return _empty_store(request)


def _empty_store(request: pytest.FixtureRequest) -> Store:
    store = Store(request.getfixturevalue(f"{request.param}_engine"))
    store.empty()
    return store
