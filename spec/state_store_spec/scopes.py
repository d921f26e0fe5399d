"""Scopes: the places a key can live in.

A key belongs to a task instance (:class:`TaskScope`) or to an asset (:class:`AssetScope`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from state_store_spec.errors import InvalidScopeError


@dataclass(frozen=True, slots=True)
class TaskScope:
    """The state of one task instance, shared by all its tries (SCOPE-1, SCOPE-2).

    ``map_index`` is -1 for a task that is not mapped.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1


@dataclass(frozen=True, slots=True)
class AssetScope:
    """The state of one asset (SCOPE-6).

    "At least one must be set": the server's side gives ``asset_id``, a worker gives ``name`` or
    ``uri``, because workers do not know the integer id.

    Raises:
        InvalidScopeError: none of the three fields is set (SCOPE-7).
    """

    asset_id: int | None = None
    name: str | None = None
    uri: str | None = None

    def __post_init__(self) -> None:
        if self.asset_id is None and self.name is None and self.uri is None:
            raise InvalidScopeError(
                "AssetScope() names no asset: at least one of asset_id, name and uri must be set "
                "(SCOPE-7). Pass asset_id on the server's side, name or uri on a worker."
            )


StateScope: TypeAlias = TaskScope | AssetScope
