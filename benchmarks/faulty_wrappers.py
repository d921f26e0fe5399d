"""Five faults that can be put around any backend, so that two stores are broken alike."""

from __future__ import annotations

from typing import Any

from state_store_spec import BaseStateBackend, StateScope, TaskScope


def clears_every_map_index(base: type[BaseStateBackend]) -> type[BaseStateBackend]:
    """Clear the siblings of a task instance as well."""

    class ClearsEveryMapIndex(base):  # type: ignore[valid-type, misc]
        def clear(
            self, scope: StateScope, *, all_map_indices: bool = False, **options: Any
        ) -> None:
            every = all_map_indices or isinstance(scope, TaskScope)
            super().clear(scope, all_map_indices=every, **options)

    return ClearsEveryMapIndex


def keeps_the_first_write(base: type[BaseStateBackend]) -> type[BaseStateBackend]:
    """Write a key only where it is absent, if the call is async."""

    class KeepsTheFirstWrite(base):  # type: ignore[valid-type, misc]
        async def aset(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
            if await self.aget(scope, key) is None:
                await super().aset(scope, key, value, **options)

    return KeepsTheFirstWrite


def folds_case(base: type[BaseStateBackend]) -> type[BaseStateBackend]:
    """Take keys that differ in case for one."""

    class FoldsCase(base):  # type: ignore[valid-type, misc]
        def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
            return super().get(scope, key.lower(), **options)  # type: ignore[no-any-return]

        def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
            super().set(scope, key.lower(), value, **options)

    return FoldsCase


def empty_is_absent(base: type[BaseStateBackend]) -> type[BaseStateBackend]:
    """Give nothing where the empty text is stored."""

    class EmptyIsAbsent(base):  # type: ignore[valid-type, misc]
        def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
            return super().get(scope, key, **options) or None

    return EmptyIsAbsent


def raises_on_deletes_of_nothing(base: type[BaseStateBackend]) -> type[BaseStateBackend]:
    """Raise where a key that is deleted is absent."""

    class RaisesOnDeletesOfNothing(base):  # type: ignore[valid-type, misc]
        def delete(self, scope: StateScope, key: str, **options: Any) -> None:
            if self.get(scope, key) is None:
                raise KeyError(key)
            super().delete(scope, key, **options)

    return RaisesOnDeletesOfNothing


WRAPPERS = (
    clears_every_map_index,
    keeps_the_first_write,
    folds_case,
    empty_is_absent,
    raises_on_deletes_of_nothing,
)
