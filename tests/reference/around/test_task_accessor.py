"""``TaskStateAccessor`` without a worker-side backend: keys, values and retention."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from state_store_reference import Crossing, ServerBoundary, TaskStateAccessor, collect_garbage
from state_store_reference.accessors import ArgumentTypeError, RetentionError
from state_store_reference.accessors.retention import Expiry, expiry_of
from state_store_spec import (
    NEVER_EXPIRE,
    AssetScope,
    InvalidScopeError,
    NaiveExpiryError,
    NeverExpire,
    StateStoreError,
    StateStoreSettings,
    TaskScope,
    UnknownDagRunError,
)
from tests.reference.around.doubles import WorkerSideBackend

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def task(load: TaskScope, boundary: ServerBoundary) -> TaskStateAccessor:
    """Give an accessor whose clock stands at noon."""
    return TaskStateAccessor(load, boundary, clock=lambda: NOON)


def test_keys_of_a_task(task: TaskStateAccessor, call: Caller) -> None:
    """What was set is got, until it is deleted or cleared."""
    for key in ("job", "rows", "page"):
        call(task, "set", key, f"value of {key}")
    call(task, "delete", "rows")

    found = [call(task, "get", key) for key in ("job", "rows", "page")]
    call(task, "clear")

    assert ["value of job", None, "value of page"] == found
    assert call(task, "get", "job") is None


def test_next_try_finds_what_the_first_wrote(
    load: TaskScope, boundary: ServerBoundary, call: Caller
) -> None:
    """A retry has an accessor of its own and the same state; a sibling map index has not."""
    call(TaskStateAccessor(load, boundary), "set", "job", "17")
    sibling = TaskScope(load.dag_id, load.run_id, load.task_id, 0)

    assert call(TaskStateAccessor(load, boundary), "get", "job") == "17"
    assert call(TaskStateAccessor(sibling, boundary), "get", "job") is None


def test_unknown_dag_run(boundary: ServerBoundary, call: Caller) -> None:
    """The server's refusal reaches the task as it is."""
    task = TaskStateAccessor(TaskScope("shop", "tuesday", "load"), boundary)

    with pytest.raises(UnknownDagRunError, match="'tuesday'"):
        call(task, "set", "job", "17")


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        (None, Expiry(None, never_expire=False)),
        (NEVER_EXPIRE, Expiry(None, never_expire=True)),
        (timedelta(microseconds=1), Expiry(NOON + timedelta(microseconds=1), never_expire=False)),
        (timedelta(days=7), Expiry(NOON + timedelta(days=7), never_expire=False)),
    ],
    ids=repr,
)
def test_what_is_stored_of_a_retention(
    store: Surroundings,
    task: TaskStateAccessor,
    call: Caller,
    retention: timedelta | NeverExpire | None,
    expected: Expiry,
) -> None:
    """A duration counts from the worker's clock at write time; each write replaces all of it."""
    for earlier in (timedelta(days=3), NEVER_EXPIRE):
        call(task, "set", "job", "16", retention=earlier)
    call(task, "set", "job", "17", retention=retention)

    (row,) = store.task_rows()
    assert expected == Expiry(row.expires_at, row.never_expire)


def test_no_retention_is_the_default(
    store: Surroundings, task: TaskStateAccessor, call: Caller
) -> None:
    """Without the argument the server's settings govern the key."""
    call(task, "set", "job", "17")

    (row,) = store.task_rows()
    assert (None, False) == (row.expires_at, row.never_expire)


@pytest.mark.parametrize(
    "retention",
    [
        copy.copy(NEVER_EXPIRE),
        copy.deepcopy([NEVER_EXPIRE])[0],
        pickle.loads(pickle.dumps(NEVER_EXPIRE)),  # noqa: S301 - our own bytes
        NeverExpire("NEVER_EXPIRE"),
    ],
    ids=["copied", "copied deeply", "pickled", "by value"],
)
def test_never_expire_is_recognized(
    crossings: list[Crossing], task: TaskStateAccessor, retention: NeverExpire
) -> None:
    """However it came here, from another process or made from its value."""
    task.set("job", "17", retention=retention)

    assert [True] == [crossing.never_expire for crossing in crossings]


@pytest.mark.parametrize(
    ("retention", "error", "remedy"),
    [
        (timedelta(0), RetentionError, "longer timedelta"),
        (timedelta(microseconds=-1), RetentionError, "longer timedelta"),
        (timedelta.min, RetentionError, "longer timedelta"),
        (timedelta.max, RetentionError, "shorter timedelta, or NEVER_EXPIRE"),
        (datetime.max.replace(tzinfo=UTC) - NOON + timedelta.resolution, RetentionError, "shorter"),
        (3600, ArgumentTypeError, "Pass a timedelta"),
        (0, ArgumentTypeError, "Pass a timedelta"),
        (1.5, ArgumentTypeError, "Pass a timedelta"),
        ("7 days", ArgumentTypeError, "Pass a timedelta"),
        ("NEVER_EXPIRE", ArgumentTypeError, "NEVER_EXPIRE, or None"),
        (True, ArgumentTypeError, "Pass a timedelta"),
        (False, ArgumentTypeError, "Pass a timedelta"),
        (NOON, ArgumentTypeError, "Pass a timedelta"),
    ],
    ids=repr,
)
def test_retention_is_checked_before_anything_is_written(  # noqa: PLR0913, PLR0917 - a table
    untouched: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    load: TaskScope,
    retention: object,
    error: type[StateStoreError],
    remedy: str,
) -> None:
    """Neither side hears of it; the error names value and remedy (ACCESS-5)."""
    worker_side = WorkerSideBackend()
    task = TaskStateAccessor(load, untouched, worker_backend=worker_side, clock=lambda: NOON)

    with pytest.raises(error, match=remedy) as caught:
        call(task, "set", "job", "17", retention=retention)

    assert f"retention = {retention!r}"[:50] in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert ([], {}, []) == (crossings, worker_side.objects.held, worker_side.objects.hooks)


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        (None, "call delete('job')"),
        (17, "json.dumps"),
        (b"17", "Decode it"),
        (bytearray(b"17"), "Decode it"),
        ({"id": 17}, "json.dumps"),
        (True, "json.dumps"),
    ],
    ids=repr,
)
def test_value_is_checked_before_anything_is_written(
    untouched: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    load: TaskScope,
    value: object,
    remedy: str,
) -> None:
    """A value that is not text is refused; the error is a ``TypeError`` and a ``ValueError``."""
    worker_side = WorkerSideBackend()
    task = TaskStateAccessor(load, untouched, worker_backend=worker_side)

    with pytest.raises(ArgumentTypeError, match="values are text") as caught:
        call(task, "set", "job", value)

    assert f"value = {value!r}" in str(caught.value)
    assert remedy in str(caught.value)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)
    assert ([], {}, []) == (crossings, worker_side.objects.held, worker_side.objects.hooks)


@pytest.mark.parametrize("key", [None, 17, b"job", ("job",)], ids=repr)
@pytest.mark.parametrize(
    ("method", "arguments"), [("get", ()), ("set", ("17",)), ("delete", ())], ids=str
)
def test_key_is_checked_before_anything_is_asked(  # noqa: PLR0913, PLR0917 - a table
    untouched: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    load: TaskScope,
    method: str,
    arguments: tuple[str, ...],
    key: object,
) -> None:
    """A key that is not text is refused by each method."""
    worker_side = WorkerSideBackend()
    task = TaskStateAccessor(load, untouched, worker_backend=worker_side)

    with pytest.raises(ArgumentTypeError, match="keys are text"):
        call(task, method, key, *arguments)

    assert ([], [], []) == (crossings, worker_side.calls, worker_side.objects.hooks)


def test_scope_must_be_of_a_task(untouched: ServerBoundary) -> None:
    """An accessor of no task instance is not made."""
    with pytest.raises(InvalidScopeError, match="Pass a TaskScope"):
        TaskStateAccessor(AssetScope(name="orders"), untouched)  # type: ignore[arg-type]


def test_clock_without_zone(
    load: TaskScope, untouched: ServerBoundary, crossings: list[Crossing]
) -> None:
    """A clock that names no instant is refused, where a retention counts from it."""
    task = TaskStateAccessor(load, untouched, clock=lambda: NOON.replace(tzinfo=None))

    with pytest.raises(NaiveExpiryError, match=r"datetime\.now\(UTC\)"):
        task.set("job", "17", retention=MINUTE)

    assert [] == crossings


def test_default_clock_is_the_machines(
    store: Surroundings, load: TaskScope, boundary: ServerBoundary, call: Caller
) -> None:
    """Without another clock a retention counts from now, each time that something is written."""
    task = TaskStateAccessor(load, boundary)
    with freeze_time(NOON, real_asyncio=True) as clock:
        call(task, "set", "first", "1", retention=MINUTE)
        clock.tick(MINUTE)
        call(task, "set", "second", "2", retention=MINUTE)

    assert [NOON + MINUTE, NOON + 2 * MINUTE] == [row.expires_at for row in store.task_rows()]


@pytest.mark.parametrize("offset", [5 * MINUTE, timedelta(0), -5 * MINUTE], ids=str)
def test_worker_clock_decides_when_a_key_expires(
    store: Surroundings,
    load: TaskScope,
    boundary: ServerBoundary,
    call: Caller,
    offset: timedelta,
) -> None:
    """A worker five minutes ahead or behind moves the expiry by as much, on the server's clock."""
    settings = StateStoreSettings()
    with freeze_time(NOON, real_asyncio=True) as clock:
        task = TaskStateAccessor(load, boundary, clock=lambda: datetime.now(UTC) + offset)
        call(task, "set", "job", "17", retention=10 * MINUTE)
        (row,) = store.task_rows()

        clock.move_to(NOON + 10 * MINUTE + offset)
        at_expiry = collect_garbage(store.engine, settings).expired
        clock.tick(timedelta(microseconds=1))
        after_expiry = collect_garbage(store.engine, settings).expired

    assert (NOON, NOON + 10 * MINUTE + offset) == (row.updated_at, row.expires_at)
    assert (0, 1) == (at_expiry, after_expiry)


@pytest.mark.parametrize(
    ("offset", "expected"), [(5 * MINUTE, ["job"]), (-5 * MINUTE, [])], ids=["ahead", "behind"]
)
def test_clocks_five_minutes_apart_around_an_expiry(
    store: Surroundings,
    load: TaskScope,
    boundary: ServerBoundary,
    call: Caller,
    offset: timedelta,
    expected: list[str],
) -> None:
    """When the retention has passed on the server, a key of a worker ahead is still there."""
    with freeze_time(NOON, real_asyncio=True) as clock:
        task = TaskStateAccessor(load, boundary, clock=lambda: datetime.now(UTC) + offset)
        call(task, "set", "job", "17", retention=10 * MINUTE)
        clock.tick(10 * MINUTE)
        before = store.task_keys()
        collect_garbage(store.engine, StateStoreSettings())

    assert ["job"] == before
    assert expected == store.task_keys()


@given(
    now=st.datetimes(timezones=st.timezones() | st.just(timezone(timedelta(hours=14)))),
    retention=st.timedeltas(min_value=timedelta(microseconds=1)),
)
def test_expiry_is_clock_plus_retention(now: datetime, retention: timedelta) -> None:
    """Exact to the microsecond in UTC, in any zone of the clock, or refused past the last date."""
    try:
        expected = now.astimezone(UTC) + retention
    except OverflowError:
        with pytest.raises(RetentionError):
            expiry_of(retention, lambda: now)
    else:
        assert Expiry(expected, never_expire=False) == expiry_of(retention, lambda: now)
