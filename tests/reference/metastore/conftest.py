"""Each test here runs on every database; those that take ``either`` run blocking and async."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from state_store_reference import (
    MetastoreStateBackend,
    create_async_metastore_engine,
    create_metastore_engine,
    create_tables,
    memory_url,
)
from tests.reference.metastore.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """Give the one event loop of the process: a pool of connections belongs to one."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session", params=["sqlite-file", "sqlite-memory", "postgres", "mysql"])
def prepared(
    request: pytest.FixtureRequest,
    runner: asyncio.Runner,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Subject]:
    """Give a metastore on a database with the tables and nothing else."""
    url: str
    if request.param == "sqlite-file":
        url = f"sqlite:///{tmp_path_factory.mktemp('metastore') / 'state.db'}"
    elif request.param == "sqlite-memory":
        url = memory_url()
    else:
        url = request.getfixturevalue(f"fresh_{request.param}_url")()
    engine = create_metastore_engine(url)
    async_engine = create_async_metastore_engine(url)
    create_tables(engine)
    yield Subject(url, engine, async_engine, MetastoreStateBackend(engine, async_engine), runner)
    runner.run(async_engine.dispose())
    engine.dispose()


@pytest.fixture
def subject(prepared: Subject) -> Iterator[Subject]:
    """Give a metastore with one dag run, ``dag`` and ``run``, called blocking."""
    prepared.empty()
    prepared.add_dag_run()
    yield prepared
    prepared.empty()


@pytest.fixture(params=["blocking", "async"])
def either(request: pytest.FixtureRequest, subject: Subject) -> Subject:
    """Give the same metastore, called blocking and then async."""
    return replace(subject, mode=request.param)
