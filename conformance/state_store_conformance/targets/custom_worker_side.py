"""A worker-side backend of somebody's own, and a way to see what it keeps.

Its store cannot be looked into, so its hooks are asked: what a reference resolves to is there,
and what it does not resolve is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from state_store_conformance.targets.making import Maker
from state_store_spec import BaseStateBackend, StateScope


class CustomWorkerSide:
    """Makes the backend once, and remembers the references that its hooks have made.

    Args:
        maker: makes the backend.
    """

    def __init__(self, maker: Maker) -> None:
        self._opened = ExitStack()
        self._made, _ = maker.make(self._opened)
        self._recording: Any = _Recording(self._made)

    @property
    def backend(self) -> BaseStateBackend:
        """What accessors are given."""
        backend: BaseStateBackend = self._recording
        return backend

    def objects(self) -> Mapping[str, str]:
        """Give every value that is kept, by its reference."""
        found: dict[str, str] = {}
        for reference, resolve in self._recording.references.items():
            try:
                value = getattr(self._made, resolve)(reference)
            except Exception:  # noqa: BLE001, S112 - what does not resolve is gone
                continue
            if value != reference:
                found[reference] = value
        return found

    def lose(self, reference: str, scope: StateScope, key: str) -> None:  # noqa: ARG002
        """Remove an object, by the method that deletes the key."""
        self._made.delete(scope, key)

    def empty(self) -> None:
        """Forget the references; nobody has the names that they were made for any more."""
        self._recording.references.clear()

    def close(self) -> None:
        """Let the backend go."""
        self._opened.close()


class _Recording:
    """Passes every call on, and remembers what the two hooks return that make references."""

    def __init__(self, backend: Any) -> None:  # noqa: ANN401 - of whichever class
        self._backend = backend
        self.references: dict[str, str] = {}

    def serialize_task_state_to_ref(self, **arguments: str) -> str:
        """Let the value of a task be kept."""
        reference: str = self._backend.serialize_task_state_to_ref(**arguments)
        self.references[reference] = "deserialize_task_state_from_ref"
        return reference

    def serialize_asset_state_to_ref(self, **arguments: str) -> str:
        """Let the value of an asset be kept."""
        reference: str = self._backend.serialize_asset_state_to_ref(**arguments)
        self.references[reference] = "deserialize_asset_state_from_ref"
        return reference

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the backend has
        return getattr(self._backend, name)
