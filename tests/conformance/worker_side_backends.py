# ruff: noqa: ANN401, D102 - what is passed on is passed on as it came
"""Worker-side backends of somebody's own: one that is right, and one for each way to be wrong."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import BaseStateBackend, StateScope, TaskScope


class WorkerSideMemory(BaseStateBackend):
    """Keeps state, and the values of tasks, in two dictionaries."""

    state_store_claims: ClassVar[dict[str, object]] = {"worker_side": True}

    def __init__(self) -> None:
        self.rows: dict[tuple[StateScope, str], str] = {}
        self.objects: dict[str, str] = {}

    def get(self, scope: StateScope, key: str, **_: Any) -> str | None:
        return self.rows.get((scope, key))

    def set(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        expires_at = options.get("expires_at")
        if expires_at is not None and expires_at.tzinfo is None:
            raise ValueError("expires_at has no time zone")
        self.rows[scope, key] = value

    def delete(self, scope: StateScope, key: str, **_: Any) -> None:
        self.rows.pop((scope, key), None)
        for owner in owners(scope):
            self.objects.pop(reference(*owner, key), None)

    def clear(self, scope: StateScope, *, all_map_indices: bool = False, **_: Any) -> None:
        for other, key in [*self.rows]:
            if other == scope or (all_map_indices and siblings(other, scope)):
                del self.rows[other, key]
        for owner in owners(scope):
            for kept in [*self.objects]:
                if json.loads(kept)[1:3] == [*owner]:
                    del self.objects[kept]

    async def aget(self, scope: StateScope, key: str, **_: Any) -> str | None:
        return self.get(scope, key)

    async def aset(self, scope: StateScope, key: str, value: str, **options: Any) -> None:
        self.set(scope, key, value, **options)

    async def adelete(self, scope: StateScope, key: str, **_: Any) -> None:
        self.delete(scope, key)

    async def aclear(self, scope: StateScope, **options: Any) -> None:
        self.clear(scope, **options)

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        return self.keep("task", ti_id, key, value)

    def deserialize_task_state_from_ref(self, stored: str) -> str:
        return self.resolve(stored)

    def serialize_asset_state_to_ref(self, *, value: str, key: str, asset_ref: str) -> str:
        return self.keep("asset", asset_ref, key, value)

    def deserialize_asset_state_from_ref(self, stored: str) -> str:
        return self.resolve(stored)

    def keep(self, kind: str, owner: str, key: str, value: str) -> str:
        made = reference(kind, owner, key)
        self.objects[made] = value
        return made

    def resolve(self, stored: str) -> str:
        return self.objects[stored] if stored.startswith('["kept"') else stored


def reference(kind: str, owner: str, key: str) -> str:
    """Make a reference of identity and key alone."""
    return json.dumps(["kept", kind, owner, key])


def owners(scope: StateScope) -> list[tuple[str, str]]:
    """Give the identities that hooks are given for a scope."""
    if isinstance(scope, TaskScope):
        return [("task", task_instance_id(scope))]
    return [("asset", text) for text in (scope.name, scope.uri) if text is not None]


def siblings(one: StateScope, other: StateScope) -> bool:
    """Say whether the two differ in nothing but the map index."""
    if not isinstance(one, TaskScope) or not isinstance(other, TaskScope):
        return False
    return (one.dag_id, one.run_id, one.task_id) == (other.dag_id, other.run_id, other.task_id)


class KeyIsTheReference(WorkerSideMemory):
    """Forgets whose key it is."""

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        del ti_id
        return self.keep("task", "", key, value)


class LeavesObjects(WorkerSideMemory):
    """``delete`` forgets the object."""

    def delete(self, scope: StateScope, key: str, **_: Any) -> None:
        self.rows.pop((scope, key), None)


class ReferenceOfTheValue(WorkerSideMemory):
    """Makes a reference of the value, as a content-addressed store would."""

    def keep(self, kind: str, owner: str, key: str, value: str) -> str:
        made = json.dumps(["kept", kind, owner, key, value])
        self.objects[made] = value
        return made


class SendsTheValue(WorkerSideMemory):
    """Overrides no hook that makes references for assets."""

    def serialize_asset_state_to_ref(self, *, value: str, key: str, asset_ref: str) -> str:
        del key, asset_ref
        return value
