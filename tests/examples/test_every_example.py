"""What holds for each of the examples and shows in no judgment: loops, threads and processes."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from examples.redis_backend import RedisStateBackend
from state_store_spec import TaskScope
from tests.examples.processes import PROCESSES, ROUNDS, work_together
from tests.examples.store import Store

if TYPE_CHECKING:
    import pytest

SCOPE = TaskScope("shop", "monday", "load", 1)


def test_one_event_loop_after_another(store: Store) -> None:
    """An instance serves the loops that come and go in a process, and leaves nothing open."""
    backend = store.open()

    async def write_and_read(value: str) -> str | None:
        await backend.aset(SCOPE, "job", value)
        return await backend.aget(SCOPE, "job")

    assert ["1", "2"] == [asyncio.run(write_and_read(value)) for value in "12"]
    assert "2" == backend.get(SCOPE, "job")


def test_many_tasks_of_one_loop(store: Store) -> None:
    """Async calls that run at the same time do not get in each other's way."""
    backend = store.open()

    async def write_and_read(number: int) -> str | None:
        await backend.aset(SCOPE, f"job {number}", str(number))
        return await backend.aget(SCOPE, f"job {number}")

    async def together() -> list[str | None]:
        return await asyncio.gather(*map(write_and_read, range(20)))

    assert [str(number) for number in range(20)] == asyncio.run(together())


def test_many_threads(store: Store) -> None:
    """One instance serves several threads at the same time."""
    backend = store.open()

    def write_and_read(number: int) -> str | None:
        backend.set(SCOPE, f"job {number}", str(number))
        return backend.get(SCOPE, f"job {number}")

    with ThreadPoolExecutor(8) as threads:
        assert [str(number) for number in range(20)] == list(threads.map(write_and_read, range(20)))


def test_no_async_call_blocks_its_loop(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What blocks is done in another thread, or not at all."""
    backend = store.open()
    threads: set[int] = set()
    for name in ("get", "set", "delete", "clear"):
        blocking = getattr(backend, name)

        def noticed(*args: object, blocking: object = blocking, **kwargs: object) -> object:
            threads.add(threading.get_ident())
            assert callable(blocking)
            return blocking(*args, **kwargs)

        monkeypatch.setattr(backend, name, noticed)

    async def one_of_each() -> None:
        await backend.aset(SCOPE, "job", "17")
        await backend.aget(SCOPE, "job")
        await backend.adelete(SCOPE, "job")
        await backend.aclear(SCOPE)
        await backend.aclear(SCOPE, all_map_indices=True)

    if isinstance(backend, RedisStateBackend):
        monkeypatch.delattr(backend, "_client")
    asyncio.run(one_of_each())

    assert threading.get_ident() not in threads
    assert isinstance(backend, RedisStateBackend) == (not threads)


def test_several_processes(store: Store) -> None:
    """Processes that write, read and clear the same keys see whole values, and each other's."""
    seen = work_together(store)

    assert 0 == seen["torn"]
    assert seen["others"] > 0
    assert PROCESSES * ROUNDS[store.example] * 2 == seen.total()
