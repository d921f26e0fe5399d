"""The async variants: backends that were written twice, and changed once."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from state_store_spec import StateScope, TaskScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend, PromptBackend
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("The async variants")
_broken: Final = partial(broken, CHAPTER, breaks=["METHOD-6"])


@_broken(
    beside=["METHOD-1", "METHOD-2", "METHOD-3", "METHOD-5"],
    because="an async client of its own, which connects to another database",
)
class KeepsTwoStores(MemoryBackend):
    """The async variants work on a store of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._other = MemoryBackend()

    async def aget(self, *arguments: Any, **options: Any) -> str | None:
        return await self._other.aget(*arguments, **options)

    async def aset(self, *arguments: Any, **options: Any) -> None:
        await self._other.aset(*arguments, **options)


@_broken(
    beside=["METHOD-1", "RET-3", "RET-8", "CUSTOM-5", "CUSTOM-4", "CUSTOM-6"],
    because="the argument was added to the other variant, when somebody needed it",
)
class AsyncForgetsTheExpiry(PromptBackend):
    """`aset` drops the expiry."""

    async def aset(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        if expires_at is not None and expires_at.tzinfo is None:
            raise ValueError("this expiry has no time zone")
        self.set(scope, key, value)


@_broken(beside=["METHOD-3", "RET-9"], because="a coroutine that nobody awaits")
class NeverAwaitsTheDelete(MemoryBackend):
    """`adelete` makes a coroutine and does not wait for it."""

    async def adelete(self, scope: StateScope, key: str, **options: Any) -> None:
        super().adelete(scope, key).close()


@_broken(beside=["SCOPE-4"], because="the flag was turned the wrong way round, in one of the two")
class AsyncClearsEveryMapIndex(MemoryBackend):
    """`aclear` takes every map index."""

    async def aclear(self, scope: StateScope, **options: Any) -> None:
        self.clear(scope, all_map_indices=isinstance(scope, TaskScope))


@_broken(beside=["SCOPE-5", "METHOD-5"], because="the flag was not handed on, in one of the two")
class AsyncClearsOneMapIndex(MemoryBackend):
    """`aclear` ignores `all_map_indices`."""

    async def aclear(self, scope: StateScope, **options: Any) -> None:
        self.clear(scope)


@_broken(
    beside=["METHOD-1"], because="`aget` was written without `async`, and types were not checked"
)
class GivesNoCoroutine(MemoryBackend):
    """`aget` returns the value itself, which cannot be awaited."""

    def aget(self, scope: StateScope, key: str, **options: Any) -> Any:
        return self.get(scope, key)


@_broken(
    beside=["METHOD-2", "RET-6"],
    because="an upsert in one of the two, and an INSERT in the other",
)
class AsyncKeepsTheFirstWrite(MemoryBackend):
    """`aset` does not overwrite."""

    async def aset(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        expires_at = options.get("expires_at")
        if self.get(scope, key) is None:
            self.set(scope, key, value, expires_at=expires_at)


@_broken(beside=["METHOD-4"], because="an error is swallowed in one of the two")
class AsyncRaisesOnDeletesOfNothing(MemoryBackend):
    """`adelete` of a key that is not there is an error."""

    async def adelete(self, scope: StateScope, key: str, **options: Any) -> None:
        del self.rows[self.place(scope), key]


@_broken(
    beside=["METHOD-1"],
    because="a cache of coroutines: what was awaited once is remembered",
)
class AsyncReadsFromACache(MemoryBackend):
    """`aget` gives what it gave before."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[Any, str | None] = {}

    async def aget(self, scope: StateScope, key: str, **options: Any) -> str | None:
        return self._cache.setdefault((scope, key), self.get(scope, key))
