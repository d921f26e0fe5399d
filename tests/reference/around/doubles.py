"""Backends that live in tests only: dictionaries that remember who asked them for what."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import AssetScope, BaseStateBackend, StateScope, TaskScope

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method: its name, the scope and the rest of its arguments."""

    method: str
    scope: StateScope
    key: str | None = None
    value: str | None = None
    expires_at: datetime | None = None
    has_session: bool = False


class CustomBackend(BaseStateBackend):
    """A server-side backend that knows neither dag runs nor assets nor flags."""

    def __init__(self) -> None:
        self.values: dict[tuple[StateScope, str], str] = {}
        self.calls: list[Call] = []

    def get(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Look it up."""
        self._note("get", scope, key, session=session)
        return self.values.get((scope, key))

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Put it in."""
        self._note("set", scope, key, value, expires_at, session=session)
        self.values[scope, key] = value

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Take it out."""
        self._note("delete", scope, key, session=session)
        self.values.pop((scope, key), None)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: object = None,
    ) -> None:
        """Take everything of the scope out."""
        assert not all_map_indices
        self._note("clear", scope, session=session)
        for place in [place for place in self.values if place[0] == scope]:
            del self.values[place]

    async def aget(self, scope: StateScope, key: str, *, session: object = None) -> str | None:
        """Look it up."""
        return self.get(scope, key, session=session)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Put it in."""
        self.set(scope, key, value, expires_at=expires_at, session=session)

    async def adelete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Take it out."""
        self.delete(scope, key, session=session)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: object = None,
    ) -> None:
        """Take everything of the scope out."""
        self.clear(scope, all_map_indices=all_map_indices, session=session)

    def _note(
        self,
        method: str,
        scope: StateScope,
        key: str | None = None,
        value: str | None = None,
        expires_at: datetime | None = None,
        *,
        session: object = None,
    ) -> None:
        self.calls.append(Call(method, scope, key, value, expires_at, session is not None))


class FlaggingBackend(CustomBackend):
    """A server-side backend with a way of its own to keep a key for ever."""

    def set_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: object = None
    ) -> None:
        """Put it in for ever."""
        self._note("set_never_expire", scope, key, value, session=session)

    async def aset_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: object = None
    ) -> None:
        """Put it in for ever."""
        self._note("aset_never_expire", scope, key, value, session=session)


@dataclass
class Objects:
    """What a worker-side backend keeps, and the hooks that ran on it, in their order."""

    held: dict[str, str] = field(default_factory=dict[str, str])
    hooks: list[str] = field(default_factory=list[str])


class WorkerSideBackend(CustomBackend):
    """Keeps values in a dictionary and gives references to them, as an object storage would.

    A reference is a function of identity and key alone. A text that is none of its references is
    given back as it is.
    """

    PREFIX = "object:"

    def __init__(self) -> None:
        super().__init__()
        self.objects = Objects()

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        """Keep the value of a task."""
        return self._keep("serialize_task", ti_id, key, value)

    def deserialize_task_state_from_ref(self, stored: str) -> str:
        """Find the value of a task."""
        return self._find("deserialize_task", stored)

    def serialize_asset_state_to_ref(self, *, value: str, key: str, asset_ref: str) -> str:
        """Keep the value of an asset."""
        return self._keep("serialize_asset", asset_ref, key, value)

    def deserialize_asset_state_from_ref(self, stored: str) -> str:
        """Find the value of an asset."""
        return self._find("deserialize_asset", stored)

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Drop one object."""
        super().delete(scope, key, session=session)
        self.objects.held.pop(self.reference(_identity(scope), key), None)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: object = None,
    ) -> None:
        """Drop the objects of the scope."""
        super().clear(scope, all_map_indices=all_map_indices, session=session)
        identity = _identity(scope)
        for reference in list(self.objects.held):
            if json.loads(reference.removeprefix(self.PREFIX))[0] == identity:
                del self.objects.held[reference]

    def reference(self, identity: str, key: str) -> str:
        """Give the reference to the object of that identity and key."""
        return self.PREFIX + json.dumps([identity, key])

    def _keep(self, hook: str, identity: str, key: str, value: str) -> str:
        self.objects.hooks.append(hook)
        reference = self.reference(identity, key)
        self.objects.held[reference] = value
        return reference

    def _find(self, hook: str, stored: str) -> str:
        self.objects.hooks.append(hook)
        return self.objects.held[stored] if stored.startswith(self.PREFIX) else stored


def _identity(scope: StateScope) -> str:
    if isinstance(scope, TaskScope):
        return task_instance_id(scope)
    assert isinstance(scope, AssetScope)
    return scope.name if scope.name is not None else scope.uri or ""
