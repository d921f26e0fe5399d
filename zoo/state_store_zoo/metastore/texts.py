"""Texts: metastores that fold, cut or swallow what they should hold or refuse."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final
from unicodedata import normalize

from state_store_reference.schema import MAX_KEY_CHARACTERS, MAX_TASK_ID_CHARACTERS
from state_store_spec import StateScope, TaskScope, UnrepresentableError
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.backend import Backend
from state_store_zoo.metastore.broken_part import broken

CHAPTER: Final = Chapter("Texts in the metastore", "metastore-")
_broken: Final = partial(broken, CHAPTER, "backend")


class ChangesKeys(Backend):
    """Every method speaks of another key than the one it was given."""

    def changed(self, key: str) -> str:
        """Give the key that is spoken of."""
        raise NotImplementedError

    def get(self, scope: StateScope, key: str, **options: Any) -> str | None:
        return super().get(scope, self.changed(key), **options)

    def set(self, scope: StateScope, key: str, *arguments: Any, **options: Any) -> None:
        super().set(scope, self.changed(key), *arguments, **options)

    def delete(self, scope: StateScope, key: str, **options: Any) -> None:
        super().delete(scope, self.changed(key), **options)


@_broken(
    breaks=["VALUE-3"],
    beside=["METHOD-2", "VALUE-2"],
    because="text is normalized at the door, as a style guide for Unicode has it",
)
class NormalizesKeys(ChangesKeys):
    """An accented letter is the same key, composed and decomposed."""

    def changed(self, key: str) -> str:
        return normalize("NFC", key)


@_broken(
    breaks=["VALUE-3"],
    beside=["VALUE-2", "VALUE-4"],
    because="the column was declared in bytes, and the check in characters came later",
)
class CountsBytesOfKeys(Backend):
    """Keys of more than 512 bytes are refused."""

    def set(self, scope: StateScope, key: str, *arguments: Any, **options: Any) -> None:
        if len(key.encode("utf-8", "replace")) > MAX_KEY_CHARACTERS:
            raise UnrepresentableError("this key is too long")
        super().set(scope, key, *arguments, **options)


@_broken(
    breaks=["VALUE-4"],
    beside=["VALUE-3", "METHOD-2"],
    because="what does not fit is cut, as MySQL does where it is not strict",
)
class CutsLongKeys(ChangesKeys):
    """A key of more than 512 characters is cut."""

    def changed(self, key: str) -> str:
        return key[:MAX_KEY_CHARACTERS]


@_broken(
    breaks=["VALUE-4"],
    because="what does not fit is cut, as MySQL does where it is not strict",
)
class CutsLongTaskIds(Backend):
    """`set` cuts a task id of more than 250 characters."""

    def set(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        if isinstance(scope, TaskScope):
            scope = replace(scope, task_id=scope.task_id[:MAX_TASK_ID_CHARACTERS])
        super().set(scope, *arguments, **options)


@_broken(
    breaks=["VALUE-4"],
    because="what does not fit becomes the largest number, as in MySQL where it is not strict",
)
class ClampsMapIndices(Backend):
    """`set` takes a map index beyond 32 bits for the last one within."""

    def set(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        if isinstance(scope, TaskScope):
            scope = replace(scope, map_index=max(-(2**31), min(scope.map_index, 2**31 - 1)))
        super().set(scope, *arguments, **options)


@_broken(
    breaks=["VALUE-4"],
    because="PostgreSQL refused a NUL in production, and the first fix was to take it out",
)
class DropsNulOfValues(Backend):
    """The NUL characters of a value are left out."""

    def set(self, scope: StateScope, key: str, value: str, *arguments: Any, **options: Any) -> None:
        super().set(scope, key, value.replace("\0", ""), *arguments, **options)


@_broken(
    breaks=["VALUE-4"],
    beside=["RET-7", "REF-1", "REF-2", "REF-3", "REF-5", "SESSION-3"],
    because="state is a convenience, and must not be what a task fails for",
)
class SwallowsRefusals(Backend):
    """`set` does nothing where it should refuse."""

    def set(self, *arguments: Any, **options: Any) -> None:
        try:
            super().set(*arguments, **options)
        except ValueError:
            return
