"""A worker-side backend of the court's own: values in memory, and every one of them to be seen."""

# ruff: noqa: ARG002 - a worker's store knows no sessions, no expiry and no other map indices
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from state_store_spec import BaseStateBackend, StateScope, TaskScope

if TYPE_CHECKING:
    from datetime import datetime

_BEGINNING: Final = "kept-by-the-court:"


class WorkerSide(Protocol):
    """A worker-side backend, and a way to look into its store past it."""

    @property
    def backend(self) -> BaseStateBackend:
        """What accessors are given."""
        ...

    def objects(self) -> Mapping[str, str]:
        """Give every value that is kept, by its reference."""
        ...

    def lose(self, reference: str, scope: StateScope, key: str) -> None:
        """Remove the object of a key; do nothing where there is none."""
        ...

    def empty(self) -> None:
        """Remove every object."""
        ...

    def close(self) -> None:
        """Give back what the store has taken; it is not used any more."""
        ...


class LostObjectError(LookupError):
    """A reference whose object is gone."""


class WorkerSideStore(BaseStateBackend):
    """Keeps values under references that are made of identity and key alone (WORKER-9).

    Args:
        identify: gives the ``ti_id`` of a task scope, as the accessors do (WORKER-7).
    """

    def __init__(self, identify: Callable[[TaskScope], str]) -> None:
        self._identify = identify
        self._objects: dict[str, str] = {}

    @property
    def backend(self) -> BaseStateBackend:
        """This is one."""
        return self

    def objects(self) -> Mapping[str, str]:
        """Give every value that is kept, by its reference."""
        return self._objects

    def lose(self, reference: str, scope: StateScope, key: str) -> None:
        """Remove an object; do nothing where there is none."""
        self._drop(reference)

    def empty(self) -> None:
        """Remove every object."""
        self._objects.clear()

    def close(self) -> None:
        """Forget every object."""
        self.empty()

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Give the value that is kept for an identity and a key, or ``None``."""
        found = (self._objects.get(f"{owner}{json.dumps(key)}") for owner in self._owners(scope))
        return next((value for value in found if value is not None), None)

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Keep a value; it never expires here."""
        for owner in self._owners(scope):
            self.keep(owner, key, value)

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Remove the object of a key, if there is one."""
        for owner in self._owners(scope):
            self._drop(f"{owner}{json.dumps(key)}")

    def clear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Remove the objects of a scope; of one map index, as accessors ask for no other."""
        for owner in self._owners(scope):
            for reference in [kept for kept in self._objects if kept.startswith(owner)]:
                self._drop(reference)

    async def aget(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Async variant of :meth:`get`."""
        return self.get(scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Async variant of :meth:`set`."""
        self.set(scope, key, value)

    async def adelete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Async variant of :meth:`delete`."""
        self.delete(scope, key)

    async def aclear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Async variant of :meth:`clear`."""
        self.clear(scope)

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        """Keep the value, and give its reference (WORKER-2)."""
        return self.keep(_owner("task", ti_id), key, value)

    def deserialize_task_state_from_ref(self, stored: str) -> str:
        """Give the value, or the text itself where it is no reference (WORKER-3, WORKER-12).

        Raises:
            LostObjectError: the object is gone (WORKER-13).
        """
        return self._resolved(stored)

    def serialize_asset_state_to_ref(self, *, value: str, key: str, asset_ref: str) -> str:
        """Asset variant of :meth:`serialize_task_state_to_ref` (WORKER-5)."""
        return self.keep(_owner("asset", asset_ref), key, value)

    def deserialize_asset_state_from_ref(self, stored: str) -> str:
        """Asset variant of :meth:`deserialize_task_state_from_ref`."""
        return self._resolved(stored)

    def keep(self, owner: str, key: str, value: str) -> str:
        """Keep a value for the owner that references begin with, and give the reference."""
        reference = f"{owner}{json.dumps(key)}"
        self._objects[reference] = value
        return reference

    def _drop(self, reference: str) -> None:
        self._objects.pop(reference, None)

    def _resolved(self, stored: str) -> str:
        if not stored.startswith(_BEGINNING):
            return stored
        if stored not in self._objects:
            raise LostObjectError(f"The object behind {stored!r} is gone. Write the key again.")
        return self._objects[stored]

    def _owners(self, scope: StateScope) -> list[str]:
        if isinstance(scope, TaskScope):
            return [_owner("task", self._identify(scope))]
        return [_owner("asset", text) for text in (scope.name, scope.uri) if text is not None]


def _owner(kind: str, identity: str) -> str:
    # The quotes end the identity, so no owner is the beginning of another.
    return f"{_BEGINNING}{kind}:{json.dumps(identity)}:"
