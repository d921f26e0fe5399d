"""Between two vocabularies: the scopes and texts of the specification, and those of Airflow.

``airflow.state`` and ``airflow.sdk.state`` hold different classes of the same names, and a
backend knows only those of its own family. Values are JSON documents: a text of the
specification is the JSON document that is this text.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any, Final

import airflow._shared.state as server_side
import airflow.sdk.state as worker_side

from state_store_conformance.targets.families import Family
from state_store_spec import BaseStateBackend, StateScope, TaskScope

REFERENCE_MARK: Final = "__airflow_state_ref__"
"""What Airflow wraps a reference in, where a value would stand."""


SERVER_FAMILY: Final = Family(
    "airflow.state", server_side.BaseStoreBackend, server_side.TaskScope, server_side.AssetScope
)
WORKER_FAMILY: Final = Family(
    "airflow.sdk.state", worker_side.BaseStoreBackend, worker_side.TaskScope, worker_side.AssetScope
)


def scope_of(family: Family, scope: StateScope) -> Any:  # noqa: ANN401 - of either family
    """Give the scope in the class of a family."""
    if isinstance(scope, TaskScope):
        return family.task_scope(scope.dag_id, scope.run_id, scope.task_id, scope.map_index)
    return family.asset_scope(scope.asset_id, scope.name, scope.uri)


def document(text: str) -> str:
    """Give the JSON document that is this text; what lies beyond ASCII is left as it is."""
    return json.dumps(text, ensure_ascii=False)


def text_in(stored: object) -> object:
    """Give the text in a stored JSON document, or the reference that stands there instead.

    Anything else is given as it is, so that it can be shown.
    """
    if not isinstance(stored, str):
        return stored
    try:
        return plain(json.loads(stored))
    except ValueError:
        return f"no JSON: {stored}"


def plain(value: object) -> object:
    """Give a value as it is, but a wrapped reference without its wrapping."""
    if isinstance(value, dict) and list(value) == [REFERENCE_MARK]:
        return value[REFERENCE_MARK]
    return value


class AirflowBackend(BaseStateBackend):
    """A backend of Airflow behind the interface of the specification.

    Args:
        backend: what is called.
        family: the scopes that it knows.
    """

    def __init__(self, backend: Any, family: Family) -> None:  # noqa: ANN401
        self._backend = backend
        self._scope = partial(scope_of, family)

    def get(self, scope: StateScope, key: str, *, session: object = None) -> Any:  # noqa: ANN401
        """Call ``get``."""
        return text_in(self._backend.get(self._scope(scope), key, **_given(session)))

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Call ``set``."""
        options = _given(session) | ({} if expires_at is None else {"expires_at": expires_at})
        self._backend.set(self._scope(scope), key, document(value), **options)

    def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Call ``delete``."""
        self._backend.delete(self._scope(scope), key, **_given(session))

    def clear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Call ``clear``."""
        options = _given(session) | ({"all_map_indices": True} if all_map_indices else {})
        self._backend.clear(self._scope(scope), **options)

    async def aget(self, scope: StateScope, key: str, *, session: object = None) -> Any:  # noqa: ANN401
        """Call ``aget``."""
        return text_in(await self._backend.aget(self._scope(scope), key, **_given(session)))

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: object = None,
    ) -> None:
        """Call ``aset``."""
        options = _given(session) | ({} if expires_at is None else {"expires_at": expires_at})
        await self._backend.aset(self._scope(scope), key, document(value), **options)

    async def adelete(self, scope: StateScope, key: str, *, session: object = None) -> None:
        """Call ``adelete``."""
        await self._backend.adelete(self._scope(scope), key, **_given(session))

    async def aclear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Call ``aclear``."""
        options = _given(session) | ({"all_map_indices": True} if all_map_indices else {})
        await self._backend.aclear(self._scope(scope), **options)


def _given(session: object) -> dict[str, Any]:
    return {} if session is None else {"session": session}
