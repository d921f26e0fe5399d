"""Reading and overwriting: backends that remember what is gone, or forget what is there."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any, Final

from state_store_spec import StateScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend, Row
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Reading and overwriting")
_broken: Final = partial(broken, CHAPTER)

_FULL_BUFFER: Final = 3
_FULL_CACHE: Final = 4
_COMPACTED: Final = 5

Place = tuple[Hashable, str]


@_broken(
    breaks=["METHOD-2"],
    beside=["RET-7", "VALUE-1", "VALUE-5"],
    because="INSERT OR IGNORE, so that a retry does no harm",
)
class KeepsTheFirstWrite(MemoryBackend):
    """A key is never overwritten."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if self.get(scope, key) is None:
            super().set(scope, key, value, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-1", "RET-1", "RET-4", "RET-7", "VALUE-5", "RET-8", "REF-4", "VALUE-1"],
    because="a plain INSERT, and no second write in any test",
)
class RefusesTheSecondWrite(MemoryBackend):
    """To overwrite a key is an error."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if self.get(scope, key) is not None:
            raise RuntimeError("duplicate key")
        super().set(scope, key, value, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["VALUE-1", "VALUE-5"],
    because="writes are appended to a log, and the first match is read",
)
class AppendsValues(MemoryBackend):
    """An overwrite is put behind the value that is there."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        before = self.get(scope, key)
        super().set(scope, key, value if before is None else before + value, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-1", "VALUE-1", "RET-1", "RET-4", "RET-8", "REF-4", "VALUE-5", "VALUE-2"],
    because="the driver says how many rows it changed, and that is returned",
)
class ReturnsTheRowCount(MemoryBackend):
    """`set` returns a number."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> Any:
        super().set(scope, key, value, **options)
        return 1


@_broken(
    breaks=["METHOD-1"],
    beside=["METHOD-4", "REF-4", "VALUE-5", "RET-3"],
    because="a dictionary raises, and nobody asked for what is not there",
)
class RaisesWhereNothingIs(MemoryBackend):
    """`get` of a key that is not there is an error."""

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        return self.rows[self.place(scope), key].value


@_broken(
    breaks=["SCOPE-3"],
    beside=["METHOD-4", "METHOD-1", "METHOD-2", "METHOD-3", "METHOD-5", "VALUE-5"],
    because="callers expect text, so they get text",
)
class GivesAnEmptyText(MemoryBackend):
    """`get` of a key that is not there gives the empty text."""

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        return super().get(scope, key, **options) or ""


@_broken(
    breaks=["SCOPE-3"],
    beside=["SCOPE-3", "METHOD-2", "METHOD-3", "SCOPE-1", "METHOD-1", "VALUE-5", "METHOD-5"],
    because="a mapped task should see what its task has, as with variables and their defaults",
)
class FallsBackToAnyScope(MemoryBackend):
    """A key that is not there is looked for in every other scope."""

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        found = super().get(scope, key, **options)
        if found is None:
            others = (row.value for (_, other), row in self.rows.items() if other == key)
            return next(others, None)
        return found


@_broken(
    breaks=["METHOD-3"],
    beside=[
        "METHOD-1",
        "METHOD-2",
        "METHOD-5",
        "RET-9",
        "SCOPE-5",
        "SCOPE-9",
        "VALUE-2",
        "VALUE-5",
        "SCOPE-3",
    ],
    because="a cache in front of a slow store, which `delete` goes past",
)
class ReadsDeletedKeysFromACache(MemoryBackend):
    """What was read once is read again after it was deleted."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[Place, str] = {}

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        place = (self.place(scope), key)
        found = self._cache.get(place) or super().get(scope, key, **options)
        if found is not None:
            self._cache[place] = found
        return found

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        self._cache.pop((self.place(scope), key), None)
        super().set(scope, key, value, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-1", "METHOD-6", "VALUE-1", "VALUE-5"],
    because="a cache in front of a slow store, which `set` goes past",
)
class ReadsOldValuesFromACache(MemoryBackend):
    """What was read once is read again after it was overwritten."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[Place, str] = {}

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        place = (self.place(scope), key)
        if place not in self._cache:
            found = super().get(scope, key, **options)
            if found is None:
                return None
            self._cache[place] = found
        return self._cache[place] if place in self.rows else None


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-1", "METHOD-6", "VALUE-1", "VALUE-2", "VALUE-5"],
    because="that a key is not there is worth remembering too, when asking is slow",
)
class RemembersAbsence(MemoryBackend):
    """A key that was looked for before it was written is never found."""

    def __init__(self) -> None:
        super().__init__()
        self._absent: set[Place] = set()

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        place = (self.place(scope), key)
        if place not in self.rows:
            self._absent.add(place)
        return None if place in self._absent else super().get(scope, key, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-3", "VALUE-1", "VALUE-2", "VALUE-5"],
    because="a delete leaves a tombstone, which wins over whatever has the same second",
)
class BuriesKeysForGood(MemoryBackend):
    """A key that was deleted cannot be written again."""

    def __init__(self) -> None:
        super().__init__()
        self._tombstones: set[Place] = set()

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        super().delete(scope, key, **options)
        self._tombstones.add((self.place(scope), key))

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        buried = (self.place(scope), key) in self._tombstones
        return None if buried else super().get(scope, key, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["METHOD-5"],
    because="a clear is a marker in a log, and is looked at after the writes behind it",
)
class LosesTheWriteAfterAClear(MemoryBackend):
    """The first write after a clear is lost."""

    def __init__(self) -> None:
        super().__init__()
        self._cleared = False

    def clear(self, scope: StateScope, **options: Any) -> None:
        super().clear(scope, **options)
        self._cleared = True

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if self._cleared:
            self._cleared = False
        else:
            super().set(scope, key, value, **options)


@_broken(
    breaks=["METHOD-2"],
    beside=["RET-7", "VALUE-1", "VALUE-2", "VALUE-5"],
    because="writes are sent in bulk, for speed, and reads were not told",
)
class BuffersWrites(MemoryBackend):
    """A write is seen when three of them have come together."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer: list[tuple[Place, Row]] = []

    def set(
        self, scope: StateScope, key: str, value: str, *, expires_at: Any = None, **options: Any
    ) -> None:
        del options
        self._buffer.append(((self.place(scope), key), Row(value, expires_at)))
        if len(self._buffer) >= _FULL_BUFFER:
            self.rows.update(self._buffer)
            self._buffer.clear()


@_broken(
    breaks=["SCOPE-3"],
    beside=["METHOD-3", "SCOPE-3", "METHOD-1", "SCOPE-1", "METHOD-2", "METHOD-5"],
    because="a bounded cache was good enough for a store, in the tests",
)
class ForgetsTheOldestOfFive(MemoryBackend):
    """There is room for four rows; the oldest makes way for a fifth."""

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        super().set(scope, key, value, **options)
        while len(self.rows) > _FULL_CACHE:
            del self.rows[next(iter(self.rows))]


@_broken(
    breaks=["METHOD-2"],
    beside=["VALUE-1", "VALUE-2", "VALUE-5"],
    because="a log is compacted after every fifth write, and the write itself is not in it yet",
)
class LosesEveryFifthWrite(MemoryBackend):
    """Every fifth write is lost."""

    def __init__(self) -> None:
        super().__init__()
        self._writes = 0

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        self._writes += 1
        if self._writes % _COMPACTED:
            super().set(scope, key, value, **options)
