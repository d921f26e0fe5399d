"""A worker-side backend of the court's own in Airflow's terms: every value of it can be seen."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from airflow.sdk.state import AssetScope, BaseStoreBackend, TaskScope

from state_store_spec import StateScope

PATH = f"{__name__}.SeenBackend"
"""What ``[workers] state_store_backend`` is set to."""


class LostObjectError(LookupError):
    """A reference whose object is gone."""


class SeenBackend(BaseStoreBackend):  # type: ignore[misc]
    """Keeps values under references that are made of identity and key alone."""

    objects: ClassVar[dict[str, Any]] = {}

    def get(self, scope: Any, key: str, *, session: object = None) -> str | None:  # noqa: ANN401, ARG002
        """Give the document of the value that is kept for a scope and a key, or ``None``."""
        reference = _reference(scope, key)
        return json.dumps(self.objects[reference]) if reference in self.objects else None

    def set(self, scope: Any, key: str, value: str, **_: object) -> None:  # noqa: ANN401
        """Keep the value of a document."""
        self.objects[_reference(scope, key)] = json.loads(value)

    def delete(self, scope: Any, key: str, *, session: object = None) -> None:  # noqa: ANN401, ARG002
        """Remove the object of a key, if there is one."""
        self.objects.pop(_reference(scope, key), None)

    def clear(self, scope: Any, **_: object) -> None:  # noqa: ANN401
        """Remove the objects of a scope."""
        owner = _owner(scope)
        for reference in [kept for kept in self.objects if kept.startswith(owner)]:
            del self.objects[reference]

    async def aget(self, scope: Any, key: str, *, session: object = None) -> str | None:  # noqa: ANN401, ARG002
        """Async variant of :meth:`get`."""
        return self.get(scope, key)

    async def aset(self, scope: Any, key: str, value: str, **_: object) -> None:  # noqa: ANN401
        """Async variant of :meth:`set`."""
        self.set(scope, key, value)

    async def adelete(self, scope: Any, key: str, *, session: object = None) -> None:  # noqa: ANN401, ARG002
        """Async variant of :meth:`delete`."""
        self.delete(scope, key)

    async def aclear(self, scope: Any, **_: object) -> None:  # noqa: ANN401
        """Async variant of :meth:`clear`."""
        self.clear(scope)

    def serialize_task_state_store_to_ref(self, *, value: Any, key: str, scope: Any) -> str:  # noqa: ANN401
        """Keep the value, and give its reference."""
        return self._keep(value, key, scope)

    def serialize_asset_state_store_to_ref(self, *, value: Any, key: str, scope: Any) -> str:  # noqa: ANN401
        """Keep the value, and give its reference."""
        return self._keep(value, key, scope)

    def deserialize_task_state_store_from_ref(self, stored: str) -> Any:  # noqa: ANN401
        """Give the value behind a reference."""
        return self._resolved(stored)

    def deserialize_asset_state_store_from_ref(self, stored: str) -> Any:  # noqa: ANN401
        """Give the value behind a reference."""
        return self._resolved(stored)

    def _keep(self, value: Any, key: str, scope: Any) -> str:  # noqa: ANN401
        reference = _reference(scope, key)
        self.objects[reference] = value
        return reference

    def _resolved(self, stored: str) -> Any:  # noqa: ANN401
        if stored not in self.objects:
            raise LostObjectError(f"The object behind {stored!r} is gone. Write the key again.")
        return self.objects[stored]


class SeenObjects:
    """Looks into :class:`SeenBackend`, past it."""

    backend: Any = PATH

    def objects(self) -> dict[str, Any]:
        """Give every value that is kept, by its reference."""
        return SeenBackend.objects

    def lose(self, reference: str, scope: StateScope, key: str) -> None:  # noqa: ARG002
        """Remove an object; do nothing where there is none."""
        SeenBackend.objects.pop(reference, None)

    def empty(self) -> None:
        """Remove every object."""
        SeenBackend.objects.clear()

    def close(self) -> None:
        """Forget every object."""
        self.empty()


def _reference(scope: Any, key: str) -> str:  # noqa: ANN401 - of Airflow
    return f"{_owner(scope)}{json.dumps(key)}"


def _owner(scope: Any) -> str:  # noqa: ANN401 - of Airflow
    if isinstance(scope, TaskScope):
        parts: list[object] = [scope.dag_id, scope.run_id, scope.task_id, scope.map_index]
        return f"kept-by-the-court:task:{json.dumps(parts)}:"
    assert isinstance(scope, AssetScope)  # noqa: S101 - there are two
    return f"kept-by-the-court:asset:{json.dumps(scope.name or scope.uri)}:"
