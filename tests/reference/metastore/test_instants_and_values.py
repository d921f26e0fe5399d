"""Instants keep their microseconds and values their bytes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from freezegun import freeze_time
from sqlalchemy import create_engine, select
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Session

from state_store_reference.column_types import UtcInstant
from state_store_reference.schema import task_state
from state_store_spec import AssetScope, TaskScope, UnknownAssetError, UnknownDagRunError
from tests.reference.metastore.subject import SCOPE, Subject

NOW = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "expires_at",
    [
        datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
        datetime(2200, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, 0, 654321, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(-timedelta(hours=12))),
    ],
)
def test_an_expiry_is_kept_to_the_microsecond(either: Subject, expires_at: datetime) -> None:
    """What comes back is the same instant in UTC, from the year 1 to the year 9999."""
    either.call("set", SCOPE, "key", "value", expires_at=expires_at)

    [row] = either.task_rows()
    assert row.expires_at == expires_at
    assert row.expires_at.utcoffset() == timedelta(0)


def test_an_overwrite_replaces_all_of_a_row(either: Subject) -> None:
    """Value, time of update, expiry and flag are those of the last write."""

    def row() -> tuple[object, ...]:
        [found] = either.task_rows()
        return (found.value, found.updated_at, found.expires_at, found.never_expire)

    expiry = NOW + timedelta(days=3)
    with freeze_time(NOW, real_asyncio=True) as clock:
        either.call("set", SCOPE, "key", "first", expires_at=expiry)
        assert row() == ("first", NOW, expiry, False)
        clock.tick(timedelta(microseconds=1))
        either.call("set_never_expire", SCOPE, "key", "second")
        assert row() == ("second", NOW + timedelta(microseconds=1), None, True)
        clock.tick(timedelta(seconds=1))
        either.call("set", SCOPE, "key", "third")
        assert row() == ("third", NOW + timedelta(seconds=1, microseconds=1), None, False)


def test_an_asset_row_has_no_expiry(either: Subject) -> None:
    """An expiry and the never-expire pair are accepted for an asset, and leave a plain row."""
    scope = AssetScope(asset_id=either.add_asset(active=True))
    with freeze_time(NOW, real_asyncio=True):
        either.call("set", scope, "key", "first", expires_at=NOW)
        either.call("set_never_expire", scope, "other", "second")

    rows = [(row.key, row.value, row.updated_at) for row in either.asset_rows()]
    assert rows == [("key", "first", NOW), ("other", "second", NOW)]


def test_an_identical_overwrite_is_no_unknown_parent(either: Subject) -> None:
    """A row written twice within one microsecond is written, not refused."""
    scope = AssetScope(asset_id=either.add_asset(active=True))
    with freeze_time(NOW, real_asyncio=True):
        for _ in range(2):
            either.call("set", SCOPE, "key", "value")
            either.call("set", scope, "key", "value")

    assert either.call("get", SCOPE, "key") == "value"
    assert either.call("get", scope, "key") == "value"


@pytest.mark.parametrize("prepared", ["mysql"], indirect=True)
def test_a_server_that_counts_changed_rows(subject: Subject) -> None:
    """A driver that counts only what an overwrite changes makes no parent unknown."""
    scope = AssetScope(asset_id=subject.add_asset(active=True))
    engine = create_engine(subject.url, connect_args={"client_flag": 0})
    with Session(engine) as session, freeze_time(NOW):
        for _ in range(2):
            subject.backend.set(SCOPE, "key", "value", session=session)
            subject.backend.set(scope, "key", "value", session=session)
        with pytest.raises(UnknownDagRunError):
            subject.backend.set(TaskScope("dag", "nobody", "task"), "k", "v", session=session)
        with pytest.raises(UnknownAssetError):
            subject.backend.set(AssetScope(name="nobody"), "k", "v", session=session)
        session.commit()
    engine.dispose()

    assert [row.value for row in subject.everything()] == ["value", "value"]


def alphabet_soup(length: int) -> str:
    """Give text of any planes, the awkward characters included."""
    source = random.Random(length)
    awkward = "'\"\\%_:?\r\n\t\x01\x1a\x7f\x85\u2028\ufeff\ufffe\uffff\U0001f600\U0010ffff"
    return "".join(
        source.choice(awkward) if source.random() < 0.3 else chr(source.randrange(1, 0xD800))
        for _ in range(length)
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param(" ", id="blank"),
        pytest.param("null", id="null"),
        pytest.param("a" * 65_535, id="65535 bytes"),
        pytest.param("\U0001f600" * 16_384, id="65536 bytes of emoji"),
        pytest.param("x'\\" * 350_000, id="1 MB to escape"),
        pytest.param("\u00e9" * 2 * 1024 * 1024, id="4 MiB, the most"),
        pytest.param(alphabet_soup(20_000), id="any characters"),
    ],
)
def test_a_value_is_kept_exactly(either: Subject, value: str) -> None:
    """A value comes back as it was written, whatever its characters and its size up to 4 MiB."""
    scope = AssetScope(asset_id=either.add_asset(active=True))
    either.call("set", SCOPE, "key", value)
    either.call("set", scope, "key", value)

    # Not in one assert: a difference of megabytes takes pytest minutes to explain.
    same = [either.call("get", place, "key") == value for place in (SCOPE, scope)]
    assert same == [True, True]


def test_statements_can_be_printed() -> None:
    """A statement with an instant and a key prints, on any dialect and on none."""
    statement = select(task_state.c.value).where(
        task_state.c.expires_at < NOW, task_state.c.key == "key"
    )
    for dialect in (None, sqlite.dialect(), postgresql.dialect(), mysql.dialect()):  # type: ignore[no-untyped-call]
        printed = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        assert "'2026-03-29 01:30:00.123456" in str(printed)
        assert "'key'" in str(printed)
    assert str(UtcInstant())
