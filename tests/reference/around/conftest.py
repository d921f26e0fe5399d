"""Each test here runs on every database, and most of them blocking and async."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from state_store_reference import (
    Crossing,
    MetastoreStateBackend,
    ServerBoundary,
    create_async_metastore_engine,
    create_metastore_engine,
    create_tables,
)
from state_store_spec import TaskScope
from tests.reference.around.doubles import CustomBackend
from tests.reference.around.surroundings import Caller, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal


@pytest.fixture(scope="session", params=["sqlite", "postgres", "mysql"])
def metastore_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the URL of a database with the tables of the metastore."""
    url: str
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('around') / 'metastore.db'}"
    else:
        # A database of its own: other tests may have made tables in the shared one.
        url = request.getfixturevalue(f"fresh_{request.param}_url")()
    engine = create_metastore_engine(url)
    create_tables(engine)
    engine.dispose()
    return url


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Give the one event loop of a test: a pool of connections belongs to one."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def store(metastore_url: str, runner: asyncio.Runner) -> Iterator[Surroundings]:
    """Give a database with one dag run in it, ``shop`` on ``monday``."""
    engine = create_metastore_engine(metastore_url)
    async_engine = create_async_metastore_engine(metastore_url)
    store = Surroundings(engine, async_engine, MetastoreStateBackend(engine, async_engine))
    store.empty()
    store.add_dag_run()
    yield store
    runner.run(async_engine.dispose())
    store.empty()
    engine.dispose()


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest, runner: asyncio.Runner) -> Caller:
    """Give a way to call both variants of a method."""
    mode: Literal["sync", "async"] = request.param
    return Caller(mode, runner)


@pytest.fixture
def crossings() -> list[Crossing]:
    """Give what has crossed the boundary."""
    return []


@pytest.fixture
def boundary(store: Surroundings, crossings: list[Crossing]) -> ServerBoundary:
    """Give the boundary before the metastore."""
    return ServerBoundary(
        store.backend, store.engine, store.async_engine, recorder=crossings.append
    )


@pytest.fixture
def untouched(crossings: list[Crossing]) -> Iterator[ServerBoundary]:
    """Give a boundary without tables behind it, for requests that must not get that far."""
    engine = create_metastore_engine("sqlite://")
    yield ServerBoundary(CustomBackend(), engine, recorder=crossings.append)
    engine.dispose()


@pytest.fixture
def load() -> TaskScope:
    """Give the task instance that most tests are about."""
    return TaskScope("shop", "monday", "load")
