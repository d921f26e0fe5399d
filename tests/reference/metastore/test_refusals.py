"""Bad input is refused with an error that helps, and leaves the store as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from state_store_reference import (
    MetastoreStateBackend,
    MetastoreUnavailableError,
    MissingTablesError,
    create_async_metastore_engine,
    create_metastore_engine,
    create_tables,
    drop_tables,
    memory_url,
    require_tables,
)
from state_store_spec import (
    AssetScope,
    InvalidScopeError,
    NaiveExpiryError,
    TaskScope,
    UnrepresentableError,
)
from tests.reference.metastore.subject import SCOPE, Subject


@pytest.fixture
def stocked(either: Subject) -> Subject:
    """Give a metastore with a row of a task and a row of an asset."""
    either.add_asset(active=True)
    either.call("set", SCOPE, "key", "value")
    either.call("set", AssetScope(name="orders"), "key", "value")
    return either


@pytest.mark.parametrize("scope", [SCOPE, AssetScope(name="orders")])
def test_a_naive_expiry(stocked: Subject, scope: TaskScope | AssetScope) -> None:
    """An expiry without time zone is refused, for an asset too."""
    before = stocked.everything()
    naive = datetime(2030, 1, 1)  # noqa: DTZ001 - that is what is tested

    with pytest.raises(NaiveExpiryError, match=r"2030-01-01T00:00:00 is naive.*datetime.now\(UTC"):
        stocked.call("set", scope, "key", "other", expires_at=naive)

    assert stocked.everything() == before


@pytest.mark.parametrize(
    "expires_at",
    [
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_an_expiry_outside_the_calendar(stocked: Subject, expires_at: datetime) -> None:
    """An instant that no UTC datetime can name is refused."""
    before = stocked.everything()

    with pytest.raises(UnrepresentableError, match="outside the years 1 to 9999"):
        stocked.call("set", SCOPE, "key", "other", expires_at=expires_at)

    assert stocked.everything() == before


@pytest.mark.parametrize("scope", [SCOPE, AssetScope(name="orders")])
@pytest.mark.parametrize(
    ("key", "rule"),
    [
        pytest.param("k" * 513, "513 characters.*up to 512", id="too long"),
        pytest.param("\U0001f600" * 100_000, "100000 characters", id="much too long"),
        pytest.param("ke\0y", "a NUL character", id="NUL"),
        pytest.param("ke\ud800y", "a lone surrogate", id="surrogate"),
    ],
)
def test_a_key_that_the_store_cannot_hold(
    stocked: Subject, scope: TaskScope | AssetScope, key: str, rule: str
) -> None:
    """A write is refused by name and rule; a read finds nothing; a deletion does nothing."""
    before = stocked.everything()

    with pytest.raises(UnrepresentableError, match=rule) as caught:
        stocked.call("set", scope, key, "value")

    assert len(str(caught.value)) < 400
    assert stocked.call("get", scope, key) is None
    stocked.call("delete", scope, key)
    assert stocked.everything() == before


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        pytest.param("a\0b", "a NUL character", id="NUL"),
        pytest.param("a\udc80b", "a lone surrogate", id="surrogate"),
        pytest.param("a" * (4 * 1024 * 1024 + 1), "4194305 bytes", id="too large"),
        pytest.param(b"bytes", "not of type str", id="bytes"),
        pytest.param(None, "not of type str", id="None"),
    ],
)
def test_a_value_that_the_store_cannot_hold(stocked: Subject, value: str, rule: str) -> None:
    """A value that would not come back exactly is refused."""
    before = stocked.everything()

    with pytest.raises(UnrepresentableError, match=rule) as caught:
        stocked.call("set", SCOPE, "key", value)

    assert len(str(caught.value)) < 400
    assert stocked.everything() == before


@pytest.mark.parametrize(
    ("scope", "rule"),
    [
        (TaskScope("dag", "run", "t" * 251), "251 characters"),
        (TaskScope("dag", "run", "\U0001f600" * 151), "604 bytes"),
        (TaskScope("dag", "run", "t\0"), "a NUL character"),
        (TaskScope("dag", "run", "\ud800"), "a lone surrogate"),
        (TaskScope("dag", "run", "task", 2**31), "does not fit into 32 bits"),
        (TaskScope("dag", "run", "task", -(2**31) - 1), "does not fit into 32 bits"),
    ],
)
def test_a_task_that_the_store_cannot_hold(stocked: Subject, scope: TaskScope, rule: str) -> None:
    """A task id or a map index without a place is refused for writing, absent for reading."""
    before = stocked.everything()

    with pytest.raises(UnrepresentableError, match=rule):
        stocked.call("set", scope, "key", "value")

    assert stocked.call("get", scope, "key") is None
    stocked.call("delete", scope, "key")
    stocked.call("clear", scope)
    assert stocked.everything() == before


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        (SCOPE, 7),
        (SCOPE, None),
        (TaskScope("dag", "run", "task", "0"), "key"),  # type: ignore[arg-type]
        (TaskScope("dag", "run", "task", map_index=True), "key"),
        (TaskScope(1, "run", "task"), "key"),  # type: ignore[arg-type]
        (TaskScope("dag", b"run", "task"), "key"),  # type: ignore[arg-type]
        (TaskScope("dag", "run", None), "key"),  # type: ignore[arg-type]
        (AssetScope("1"), "key"),  # type: ignore[arg-type]
        (AssetScope(asset_id=True), "key"),
        (AssetScope(name=5), "key"),  # type: ignore[arg-type]
        (AssetScope(uri=5), "key"),  # type: ignore[arg-type]
    ],
)
def test_arguments_of_a_wrong_type(stocked: Subject, scope: TaskScope, key: str) -> None:
    """A mistaken type is a mistake in the program: reading reports it as writing does."""
    before = stocked.everything()

    with pytest.raises(UnrepresentableError, match="is not of type"):
        stocked.call("set", scope, key, "value")
    with pytest.raises(UnrepresentableError, match="is not of type"):
        stocked.call("get", scope, key)
    with pytest.raises(UnrepresentableError, match="is not of type"):
        stocked.call("delete", scope, key)

    assert stocked.everything() == before


def test_what_is_no_scope(stocked: Subject) -> None:
    """Anything but a scope, and a scope that names nothing, is refused."""
    with pytest.raises(InvalidScopeError, match="Pass a TaskScope or an AssetScope"):
        stocked.call("get", ("dag", "run", "task", -1), "key")
    with pytest.raises(InvalidScopeError, match="Pass a TaskScope or an AssetScope"):
        stocked.call("clear", None)
    with pytest.raises(InvalidScopeError, match="at least one of"):
        AssetScope()


def test_an_expiry_that_is_no_datetime(stocked: Subject) -> None:
    """Text and numbers are no instants."""
    with pytest.raises(UnrepresentableError, match="is not of type datetime"):
        stocked.call("set", SCOPE, "key", "value", expires_at="2030-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://user:secret@127.0.0.1:1/nowhere",
        "mysql+pymysql://user:secret@127.0.0.1:1/nowhere",
        "sqlite:////no/such/folder/state.db",
    ],
)
def test_a_database_that_does_not_answer(url: str, runner: asyncio.Runner) -> None:
    """Every way to reach it says so, names it and keeps the password to itself."""
    engine = create_metastore_engine(url)
    backend = MetastoreStateBackend(engine)
    attempts: list[Callable[[], object]] = [
        lambda: backend.get(SCOPE, "key"),
        lambda: backend.set(SCOPE, "key", "value"),
        lambda: runner.run(backend.aget(SCOPE, "key")),
        lambda: create_tables(engine),
        lambda: drop_tables(engine),
    ]
    for attempt in attempts:
        with pytest.raises(MetastoreUnavailableError, match="does not answer") as caught:
            attempt()
        assert "secret" not in str(caught.value)
    with pytest.raises(MetastoreUnavailableError, match=r"does not answer|state-store db init"):
        require_tables(engine)
    runner.run(backend.aclose())
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mysql"])
def test_a_database_without_tables(
    database: str, request: pytest.FixtureRequest, runner: asyncio.Runner
) -> None:
    """The error names the command that makes them."""
    url: str = (
        memory_url() if database == "sqlite" else request.getfixturevalue(f"fresh_{database}_url")()
    )
    engine = create_metastore_engine(url)
    async_engine = create_async_metastore_engine(url)
    backend = MetastoreStateBackend(engine, async_engine)
    attempts: list[Callable[[], object]] = [
        lambda: require_tables(engine),
        lambda: backend.get(SCOPE, "key"),
        lambda: backend.set(SCOPE, "key", "value"),
        lambda: backend.clear(SCOPE),
        lambda: runner.run(backend.aset(SCOPE, "key", "value")),
    ]
    for attempt in attempts:
        with pytest.raises(MissingTablesError, match="Run: state-store db init"):
            attempt()
    runner.run(async_engine.dispose())
    engine.dispose()


def test_looking_for_a_file_does_not_make_it(tmp_path: Path) -> None:
    """A SQLite file that is not there has no tables, and is still not there afterwards."""
    path = tmp_path / "absent.db"
    with pytest.raises(MissingTablesError, match=r"absent\.db"):
        require_tables(create_metastore_engine(f"sqlite:///{path}"))
    assert not path.exists()
