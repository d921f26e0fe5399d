"""The backend on Redis: what is left on the server, for how long, and lost connections."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis
from redis.crc import key_slot

from examples.redis_backend import RedisStateBackend
from state_store_spec import AssetScope, TaskScope
from tests.examples.store import Store

SCOPE = TaskScope("shop", "monday", "load", 1)
SIBLING = TaskScope("shop", "monday", "load", 10)
DAY = timedelta(days=1)


@pytest.fixture
def backend(redis_store: Store) -> RedisStateBackend:
    """Give a backend on keys of its own."""
    opened = redis_store.open()
    assert isinstance(opened, RedisStateBackend)
    return opened


@pytest.fixture
def server(redis_store: Store) -> Iterator[redis.Redis]:
    """Give a client that looks behind the backend."""
    with redis.Redis.from_url(redis_store.arguments["url"], decode_responses=True) as client:
        yield client


@pytest.fixture
def prefix(redis_store: Store) -> str:
    """Give what the names of the backend's keys begin with."""
    return redis_store.arguments["prefix"]


def days_left(server: redis.Redis, prefix: str) -> set[int | None]:
    """Give the days that each key has left, rounded; ``None`` where it stays for good."""
    lifetimes = [server.pttl(name) for name in server.scan_iter(f"{prefix}*")]
    day = DAY // timedelta(milliseconds=1)
    return {None if lifetime == -1 else round(lifetime / day) for lifetime in lifetimes}


def in_days(days: float) -> datetime:
    """Give an instant that many days from now."""
    return datetime.now(UTC) + days * DAY


def test_memory_comes_back(backend: RedisStateBackend, server: redis.Redis, prefix: str) -> None:
    """The keys of rows that expire go by themselves, a day after the last of them."""
    backend.set(SCOPE, "job", "17", expires_at=in_days(9))
    assert {10} == days_left(server, prefix)

    backend.set(SCOPE, "rows", "40", expires_at=in_days(4))
    assert {10} == days_left(server, prefix)

    backend.set(SCOPE, "page", "3", expires_at=in_days(19))
    assert {20} == days_left(server, prefix)


def test_expired_row_takes_no_other_with_it(
    backend: RedisStateBackend, server: redis.Redis, prefix: str
) -> None:
    """A row without expiry keeps its key for good, whichever is written first."""
    backend.set(SCOPE, "job", "17", expires_at=in_days(1))
    backend.set(SCOPE, "rows", "40")
    assert {None} == days_left(server, prefix)

    backend.set(SCOPE, "page", "3", expires_at=in_days(1))
    assert {None} == days_left(server, prefix)


def test_sibling_that_stays(backend: RedisStateBackend, server: redis.Redis, prefix: str) -> None:
    """A map index that expires does not take away what leads to one that stays."""
    backend.set(SIBLING, "rows", "40")
    backend.set(SCOPE, "job", "17", expires_at=in_days(1))

    assert [None, 2] == sorted(days_left(server, prefix), key=str, reverse=True)
    backend.clear(SCOPE, all_map_indices=True)
    assert [] == list(server.scan_iter(f"{prefix}*"))


@pytest.mark.parametrize("removal", ["delete", "clear", "clear of all map indices"])
def test_nothing_is_left(
    backend: RedisStateBackend, server: redis.Redis, prefix: str, removal: str
) -> None:
    """When the last row of a task or an asset has gone, so have all keys."""
    for scope in (SCOPE, SIBLING, AssetScope(asset_id=5)):
        backend.set(scope, "job", "17")
    assert 4 == len(list(server.scan_iter(f"{prefix}*")))

    for scope in (SCOPE, SIBLING, AssetScope(asset_id=5)):
        if removal == "delete":
            backend.delete(scope, "job")
        else:
            backend.clear(scope, all_map_indices=removal != "clear")

    assert [] == list(server.scan_iter(f"{prefix}*"))


def test_keys_of_a_task_are_in_one_slot(
    backend: RedisStateBackend, server: redis.Redis, prefix: str
) -> None:
    """In a cluster, the keys of a task lie together, as its scripts need it."""
    for scope in (SCOPE, SIBLING):
        backend.set(scope, "job", "17")

    names = list(server.scan_iter(f"{prefix}*"))

    assert 3 == len(names)
    assert 1 == len({key_slot(name.encode()) for name in names})


def test_braces_in_a_name(backend: RedisStateBackend, server: redis.Redis, prefix: str) -> None:
    """Names with braces of their own do not cut the part that chooses the slot."""
    scope = TaskScope("}", "{", "a}b", 1)
    backend.set(scope, "job", "17")

    names = list(server.scan_iter(f"{prefix}*"))

    assert 2 == len(names)
    assert 1 == len({key_slot(name.encode()) for name in names})
    assert {(1, 1)} == {(name.count("{"), name.count("}")) for name in names}


def test_lost_connection(backend: RedisStateBackend, server: redis.Redis) -> None:
    """A call after the server has closed the connection makes a new one."""
    client = backend._client  # noqa: SLF001 - the connection that is to be closed
    backend.set(SCOPE, "job", "17")
    server.client_kill_filter(_id=str(client.client_id()))
    assert "17" == backend.get(SCOPE, "job")

    async def read_before_and_after() -> list[str | None]:
        first = await backend.aget(SCOPE, "job")
        async_client = await backend._async_client()  # noqa: SLF001 - as above
        server.client_kill_filter(_id=str(await async_client.client_id()))
        return [first, await backend.aget(SCOPE, "job")]

    assert ["17", "17"] == asyncio.run(read_before_and_after())


def test_server_that_forgot_the_scripts(backend: RedisStateBackend, server: redis.Redis) -> None:
    """A server that was started anew does not know the scripts, and is told them again."""
    backend.set(SCOPE, "job", "17")
    server.script_flush()

    backend.set(SCOPE, "job", "18")

    assert "18" == backend.get(SCOPE, "job")


def test_url_of_the_environment(redis_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments, as Airflow makes a backend, the environment says where the server is."""
    monkeypatch.setenv("STATE_STORE_REDIS_URL", redis_store.arguments["url"])
    backend = RedisStateBackend()

    assert backend.get(TaskScope("no", "such", "task"), "job") is None
