"""Deleting: backends that keep what was deleted, or take more than that."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any, Final

from state_store_spec import StateScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Deleting")
_broken: Final = partial(broken, CHAPTER)

Place = tuple[Hashable, str]


@_broken(breaks=["METHOD-3"], beside=["RET-9"], because="the statement was run and not committed")
class DeletesNothing(MemoryBackend):
    """`delete` does nothing."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        """Do nothing."""


@_broken(
    breaks=["METHOD-3"],
    beside=["RET-9", "METHOD-4"],
    because="to delete is to write nothing, where no delete was thought of",
)
class DeletesByWriting(MemoryBackend):
    """A deleted key reads as the empty text."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        if self.get(scope, key) is not None:
            self.set(scope, key, "")


@_broken(
    breaks=["METHOD-3"],
    beside=["SCOPE-3", "VALUE-2"],
    because="the document of a task is removed, and it holds all of its keys",
)
class DeletesTheWholeScope(MemoryBackend):
    """`delete` of one key takes every key of the scope."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        if self.get(scope, key) is not None:
            self.clear(scope)


@_broken(
    breaks=["SCOPE-3"],
    because="the index of a key lists the scopes that have it, and all of it goes",
)
class DeletesInEveryScope(MemoryBackend):
    """`delete` takes the key out of every scope."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        for place, found in list(self.rows):
            if found == key:
                del self.rows[place, found]


@_broken(breaks=["METHOD-4"], because="`del` of a dictionary raises")
class RaisesOnDeletesOfNothing(MemoryBackend):
    """`delete` of a key that is not there is an error."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        del self.rows[self.place(scope), key]


@_broken(
    breaks=["METHOD-4"],
    because="whether there was something to delete is good to know, and so it is returned",
)
class TellsWhetherItDeleted(MemoryBackend):
    """`delete` of a key that is not there returns `False`."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> Any:
        if (self.place(scope), key) not in self.rows:
            return False
        super().delete(scope, key, **options)
        return None


@_broken(
    breaks=["METHOD-2"],
    beside=["RET-6", "RET-4", "RET-9", "METHOD-1"],
    because="the flag was stored in a column of its own, and the row was to be there",
)
class NeverWritesNothing(MemoryBackend):
    """`set_never_expire` does nothing where the key is not there."""

    def set_never_expire(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        if self.get(scope, key) is not None:
            self.set(scope, key, value)


class _KnowsNever(MemoryBackend):
    """Remembers which keys never expire."""

    def __init__(self) -> None:
        super().__init__()
        self.never: set[Place] = set()

    def set_never_expire(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        super().set_never_expire(scope, key, value, **options)
        self.never.add((self.place(scope), key))

    async def aset_never_expire(
        self, scope: StateScope, key: str, value: str, **options: Any
    ) -> None:
        self.set_never_expire(scope, key, value)


@_broken(breaks=["RET-9"], because="never sounds like a promise to everybody")
class NeverIsNotDeleted(_KnowsNever):
    """`delete` spares a key that never expires."""

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        if (self.place(scope), key) not in self.never:
            super().delete(scope, key, **options)


@_broken(
    breaks=["RET-9"],
    beside=["METHOD-5", "SCOPE-5"],
    because="never sounds like a promise to everybody, here too",
)
class NeverIsNotCleared(_KnowsNever):
    """`clear` spares the keys that never expire."""

    def clear(self, scope: StateScope, **options: Any) -> None:
        kept = {place: row for place, row in self.rows.items() if place in self.never}
        super().clear(scope, **options)
        self.rows.update(kept)
