"""Instances and processes: backends that live shorter than they claim, or do not come back."""

from __future__ import annotations

import os
from collections.abc import Hashable
from functools import partial
from threading import Lock
from typing import Any, ClassVar, Final

from state_store_spec import BaseStateBackend, StateScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import DurableBackend, MemoryBackend, Row
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Instances and processes")
_broken: Final = partial(broken, CHAPTER)


@_broken(breaks=["CUSTOM-7"], because="one process was enough in every test")
class LivesInOneInstance(MemoryBackend):
    """What an instance wrote goes with it, though more was claimed."""

    state_store_claims: ClassVar[dict[str, Any]] = {"durable": True}


@_broken(
    breaks=["CUSTOM-7"],
    beside=["METHOD-6"],
    because="the blocking variant ends with a flush, and the async one was copied before that",
)
class FlushesBlockingWritesAlone(DurableBackend):
    """What `aset` wrote goes with the instance."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = dict(self.server)

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        super().set(scope, key, value, **options)
        self.server[self.place(scope), key] = self.rows[self.place(scope), key]

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        super().delete(scope, key, **options)
        self.server.pop((self.place(scope), key), None)

    def clear(self, scope: StateScope, **options: Any) -> None:
        super().clear(scope, **options)
        for place in self.server.keys() - self.rows.keys():
            del self.server[place]

    async def aset(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        MemoryBackend.set(self, scope, key, value, expires_at=options.get("expires_at"))


@_broken(
    breaks=["CUSTOM-7"],
    beside=["METHOD-3"],
    because="a log of writes, which is read from its beginning, without the deletes",
)
class ForgetsDeletesOnOpening(DurableBackend):
    """What was deleted is there again for the next instance."""

    log: ClassVar[dict[tuple[Hashable, str], Row]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.rows = dict(self.log)

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        super().set(scope, key, value, **options)
        self.log[self.place(scope), key] = self.rows[self.place(scope), key]


@_broken(
    breaks=["METHOD-7"],
    because="a lock that is not released where there is nothing to be done",
)
class HangsOnDeletesOfNothing(MemoryBackend):
    """The second `delete` of what is not there waits for ever."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        self._lock.acquire()
        if (self.place(scope), key) in self.rows:
            super().delete(scope, key, **options)
            self._lock.release()


@_broken(
    breaks=["METHOD-7"],
    because="the script that this was once ended so, where something went wrong",
)
class EndsTheProcess(MemoryBackend):
    """`get` of what is not there ends the process."""

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        if (self.place(scope), key) not in self.rows:
            os._exit(1)
        return super().get(scope, key, **options)


@_broken(breaks=["METHOD-7"], beside=["METHOD-1"], because="`sys.exit` was the way to give up")
class ExitsThroughPython(MemoryBackend):
    """`clear` raises `SystemExit` where nothing is there."""

    def clear(self, scope: StateScope, **options: Any) -> None:
        if not any(place == self.place(scope) for place, _ in self.rows):
            raise SystemExit("nothing to clear")
        super().clear(scope, **options)


@_broken(breaks=["CUSTOM-1"], because="the async variants were left for later")
class LeavesAMethodOpen(BaseStateBackend):
    """`aclear` is not there."""

    def get(self, *arguments: Any, **options: Any) -> str | None: ...
    def set(self, *arguments: Any, **options: Any) -> None: ...
    def delete(self, *arguments: Any, **options: Any) -> None: ...
    def clear(self, *arguments: Any, **options: Any) -> None: ...
    async def aget(self, *arguments: Any, **options: Any) -> str | None: ...
    async def aset(self, *arguments: Any, **options: Any) -> None: ...
    async def adelete(self, *arguments: Any, **options: Any) -> None: ...


@_broken(
    breaks=["CUSTOM-2"],
    beside=["SCOPE-5", "SCOPE-9", "METHOD-5"],
    because="the argument is of no use here, so it was left out",
)
class TakesNoFlag(MemoryBackend):
    """`clear` does not take `all_map_indices`."""

    def clear(self, scope: StateScope, *, session: Any = None) -> None:  # type: ignore[override]
        super().clear(scope)
