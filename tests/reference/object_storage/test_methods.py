"""The eight methods, on local files and on S3."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest

from state_store_reference.object_storage import ObjectStorageStateBackend
from state_store_spec import (
    AssetScope,
    InvalidScopeError,
    NaiveExpiryError,
    StateScope,
    TaskScope,
    UnrepresentableError,
)
from tests.reference.object_storage.conftest import Storage
from tests.reference.object_storage.nasty_texts import NASTY_TEXTS

TASK = TaskScope("shop", "monday", "load", 1)
ORDERS = AssetScope(name="orders")

VALUES = [
    "",
    "17",
    "\n",
    "a\r\nb\rc\n",
    "\ufeffmark",
    "\0",
    "é\u0301😀",
    "x" * 300_000,
    '{"a": 1}\n',
]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_value_is_kept_exactly(backend: ObjectStorageStateBackend, value: str) -> None:
    """A value comes back as it went in: no newline, mark or byte of it changes."""
    backend.set(TASK, "job", value)

    assert value == backend.get(TASK, "job")


def test_absent_key(backend: ObjectStorageStateBackend) -> None:
    """A key that is not there reads as None, and is deleted and cleared without an error."""
    assert backend.get(TASK, "job") is None
    assert [] == backend.keys(TASK)
    backend.delete(TASK, "job")
    backend.clear(TASK)
    backend.clear(TASK, all_map_indices=True)


def test_overwrite(backend: ObjectStorageStateBackend) -> None:
    """A shorter value takes the place of a longer one, and a longer one of a shorter one."""
    read: list[str | None] = []
    for value in ("1" * 100_000, "2", "3" * 70_000, ""):
        backend.set(TASK, "job", value)
        read.append(backend.get(TASK, "job"))

    assert ["1" * 100_000, "2", "3" * 70_000, ""] == read


def test_delete(backend: ObjectStorageStateBackend) -> None:
    """A deleted key is gone and the others are not."""
    backend.set(TASK, "job", "17")
    backend.set(TASK, "rows", "40")

    backend.delete(TASK, "job")
    backend.delete(TASK, "job")

    assert (None, "40") == (backend.get(TASK, "job"), backend.get(TASK, "rows"))


def neighbors() -> list[StateScope]:
    """Give scopes that differ in one part, or in which fields are set."""
    return [
        TASK,
        TaskScope("shop", "monday", "load"),
        TaskScope("shop", "monday", "load", 10),
        TaskScope("shop", "monday", "load", 11),
        TaskScope("shop", "monday", "loa", 1),
        TaskScope("shop", "tuesday", "load", 1),
        TaskScope("shop2", "monday", "load", 1),
        ORDERS,
        AssetScope(uri="orders"),
        AssetScope(name="orders", uri="orders"),
        AssetScope(name="orders", uri="s3://orders"),
        AssetScope(name="1"),
        AssetScope(asset_id=1),
        AssetScope(asset_id=11),
    ]


@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_clear_touches_its_scope_alone(storage: Storage, step: int) -> None:
    """Clear deletes the keys of exactly its scope, and another process sees it at once."""
    backend, other = storage.backend(), storage.backend()
    left = neighbors()[::step]
    for scope in left:
        backend.set(scope, "job", str(scope))

    while left:
        scope = left.pop(0)
        backend.set(scope, "", "empty key")
        assert {"", "job"} == set(other.keys(scope))
        backend.clear(scope)
        assert [] == other.keys(scope)
        assert list(map(str, left)) == [other.get(neighbor, "job") for neighbor in left]


def test_clear_of_all_map_indices(backend: ObjectStorageStateBackend) -> None:
    """With the flag, clear deletes the keys of every map index of the task and nothing else."""
    for neighbor in neighbors():
        backend.set(neighbor, "job", "17")

    backend.clear(TaskScope("shop", "monday", "load", 99), all_map_indices=True)

    assert neighbors()[4:] == [
        neighbor for neighbor in neighbors() if backend.get(neighbor, "job") is not None
    ]


def test_flag_has_no_effect_on_an_asset(backend: ObjectStorageStateBackend) -> None:
    """The flag means nothing to an asset: what has the uri too is another place."""
    backend.set(ORDERS, "job", "17")
    backend.set(AssetScope(name="orders", uri="s3://orders"), "job", "18")

    backend.clear(ORDERS, all_map_indices=True)

    assert [None, "18"] == [
        backend.get(ORDERS, "job"),
        backend.get(AssetScope(name="orders", uri="s3://orders"), "job"),
    ]


def test_asset_id_is_the_place(backend: ObjectStorageStateBackend) -> None:
    """Where an asset id is given, it says everything."""
    backend.set(AssetScope(asset_id=7, name="orders"), "job", "17")

    assert "17" == backend.get(AssetScope(asset_id=7, uri="s3://orders"), "job")
    assert backend.get(ORDERS, "job") is None


def test_nasty_keys(storage: Storage) -> None:
    """All nasty keys of a scope lie beside each other, and are listed as they are."""
    backend = storage.backend()
    for key in NASTY_TEXTS:
        backend.set(TASK, key, f"value of {key}")

    other = storage.backend()
    assert [f"value of {key}" for key in NASTY_TEXTS] == [
        other.get(TASK, key) for key in NASTY_TEXTS
    ]
    assert sorted(NASTY_TEXTS) == sorted(other.keys(TASK))

    for key in NASTY_TEXTS[::2]:
        backend.delete(TASK, key)
    assert sorted(NASTY_TEXTS[1::2]) == sorted(other.keys(TASK))

    backend.clear(TASK)
    assert [] == other.keys(TASK)


def test_nasty_names(storage: Storage) -> None:
    """Tasks of nasty names are told apart; one is cleared, the others stay."""
    backend = storage.backend()
    scopes = [TaskScope(text, text, text) for text in NASTY_TEXTS]
    for scope in scopes:
        backend.set(scope, "job", f"value of {scope}")

    cleared = scopes[::7]
    for scope in cleared:
        backend.clear(scope, all_map_indices=True)

    assert [None if scope in cleared else f"value of {scope}" for scope in scopes] == [
        backend.get(scope, "job") for scope in scopes
    ]
    kept = [scope for scope in scopes if scope not in cleared]
    assert ["job"] == backend.keys(kept[-1])


def test_async_methods_do_what_the_others_do(storage: Storage) -> None:
    """What one family writes, the other reads, deletes and clears."""
    backend = storage.backend()

    async def write() -> None:
        await backend.aset(TASK, "job", "17", expires_at=datetime.now(UTC))
        await backend.aset(TASK, "rows", "40")
        await backend.aset_never_expire(TASK, "page", "3")
        await backend.aset(TaskScope("shop", "monday", "load", 2), "job", "18")

    async def read() -> list[str | None]:
        return [await backend.aget(TASK, key) for key in ("job", "rows", "page", "none")]

    async def remove() -> None:
        await backend.adelete(TASK, "job")
        await backend.aclear(TaskScope("shop", "monday", "load", 2))

    asyncio.run(write())
    assert ["17", "40", "3", None] == [
        backend.get(TASK, key) for key in ("job", "rows", "page", "x")
    ]
    backend.set(TASK, "job", "19")
    assert ["19", "40", "3", None] == asyncio.run(read())

    asyncio.run(remove())
    assert {"rows", "page"} == set(backend.keys(TASK))
    assert [] == backend.keys(TaskScope("shop", "monday", "load", 2))

    asyncio.run(backend.aclear(TASK, all_map_indices=True))
    assert [] == backend.keys(TASK)


def test_expiry_has_no_effect(backend: ObjectStorageStateBackend) -> None:
    """Nothing expires here: a value outlives its expiry until somebody removes it."""
    backend.set(TASK, "job", "17", expires_at=datetime(2000, 1, 1, tzinfo=UTC))
    backend.set_never_expire(ORDERS, "job", "18")

    assert ("17", "18") == (backend.get(TASK, "job"), backend.get(ORDERS, "job"))


@pytest.mark.parametrize("scope", [TASK, ORDERS])
def test_naive_expiry(local: Storage, scope: StateScope) -> None:
    """An expiry without a time zone is refused before anything is written."""
    backend = local.backend()

    with pytest.raises(NaiveExpiryError, match="2026-01-01T00:00:00 is naive"):
        backend.set(scope, "job", "17", expires_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(NaiveExpiryError):
        asyncio.run(backend.aset(scope, "job", "17", expires_at=datetime(2026, 1, 1)))  # noqa: DTZ001

    assert backend.get(scope, "job") is None


def test_expiry_of_any_offset(local: Storage) -> None:
    """Any time zone is accepted."""
    backend = local.backend()

    backend.set(
        TASK, "job", "17", expires_at=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-9)))
    )

    assert "17" == backend.get(TASK, "job")


HALF = "\ud83d"


@pytest.mark.parametrize(
    ("scope", "key", "value", "message"),
    [
        (TASK, HALF, "17", "The key '\\ud83d' contains a lone surrogate"),
        (TASK, "job", HALF, "The value '\\ud83d' contains a lone surrogate"),
        (TaskScope(HALF, "r", "t"), "job", "17", "The dag_id '\\ud83d' contains"),
        (AssetScope(uri=HALF), "job", "17", "The uri '\\ud83d' contains a lone surrogate"),
        (TASK, "job", 17, "value = 17 is not of type str"),
        (TASK, "job", None, "value = None is not of type str"),
        (TASK, 17, "17", "key = 17 is not of type str"),
        (TaskScope("d", "r", "t", cast("int", "1")), "job", "17", "map_index = '1' is not"),
    ],
)
def test_what_cannot_be_held(
    local: Storage, scope: StateScope, key: object, value: object, message: str
) -> None:
    """What has no UTF-8 form or is no text is refused, and nothing is written."""
    backend = local.backend()

    with pytest.raises(UnrepresentableError) as caught:
        backend.set(scope, cast("str", key), cast("str", value))

    assert str(caught.value).startswith(message)
    assert [] == backend.keys(TASK)


@pytest.mark.parametrize(
    ("scope", "key"),
    [(TASK, HALF), (TaskScope("d", HALF, "t"), "job"), (AssetScope(name=HALF), "x")],
)
def test_what_cannot_be_held_is_not_there(local: Storage, scope: StateScope, key: str) -> None:
    """Reading, deleting or clearing what could not be written finds nothing."""
    backend = local.backend()

    assert backend.get(scope, key) is None
    backend.delete(scope, key)
    backend.clear(scope)
    assert [] == backend.keys(scope)


def test_no_scope(local: Storage) -> None:
    """What is no scope is refused by each method."""
    backend = local.backend()
    no_scope = cast("StateScope", math.pi)

    for call in (
        lambda: backend.get(no_scope, "job"),
        lambda: backend.set(no_scope, "job", "17"),
        lambda: backend.delete(no_scope, "job"),
        lambda: backend.clear(no_scope),
        lambda: backend.keys(no_scope),
    ):
        with pytest.raises(InvalidScopeError):
            call()
