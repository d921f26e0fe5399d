"""Which dag runs and active assets there are, asked of the database and not of a backend."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from state_store_reference import validation
from state_store_reference.parents import (
    AssetFields,
    asset_fields,
    asset_parameters,
    asset_parent,
    task_parent,
)
from state_store_spec import AssetScope, InvalidScopeError, StateScope, TaskScope

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select


class Lookup:
    """Fetch the id of a dag run or an asset, or ``None``."""

    __slots__ = ("parameters", "statement")

    def __init__(self, statement: Select[int], parameters: dict[str, Any]) -> None:
        self.statement = statement
        self.parameters = parameters

    def run(self, connection: Connection) -> int | None:
        """Fetch it."""
        return connection.execute(self.statement, self.parameters).scalar()


def find_dag_run(scope: TaskScope) -> Lookup | None:
    """Look for the dag run of a task; ``None`` where no dag run can have such ids.

    Raises:
        InvalidScopeError: not a task scope.
        UnrepresentableError: a field of the scope is of the wrong type.
    """
    require_task_scope(scope)
    if not validation.can_exist(scope):
        return None
    return Lookup(_dag_run_id(), {"scope_dag_id": scope.dag_id, "scope_run_id": scope.run_id})


def find_asset(scope: AssetScope) -> Lookup | None:
    """Look for the active asset of that name or uri; ``None`` where no asset can have it."""
    if not validation.can_exist(scope):
        return None
    return Lookup(_asset_id(asset_fields(scope)), asset_parameters(scope))


def require_task_scope(scope: StateScope) -> None:
    """Check that the scope is one of a task instance, and what its fields are.

    Raises:
        InvalidScopeError: not a task scope.
        UnrepresentableError: a field of the scope is of the wrong type.
    """
    if not isinstance(scope, TaskScope):
        raise InvalidScopeError(
            f"{validation.shortened(scope)} is no task instance. Pass a TaskScope; the state of "
            "an asset has methods of its own."
        )
    validation.require_scope_types(scope)


def named_asset(name: str | None, uri: str | None) -> AssetScope:
    """Give the scope in which a worker names an asset.

    Raises:
        InvalidScopeError: both are given, or neither.
        UnrepresentableError: it is not text.
    """
    if (name is None) == (uri is None):
        raise InvalidScopeError(
            f"name = {validation.shortened(name)} and uri = {validation.shortened(uri)}: an asset "
            "is named by exactly one of the two (ACCESS-6, BOUND-2). Pass one of them."
        )
    scope = AssetScope(name=name, uri=uri)
    validation.require_scope_types(scope)
    return scope


@cache
def _dag_run_id() -> Select[int]:
    parent = task_parent()
    return select(parent.row_id).select_from(parent.tables).where(parent.condition)


@cache
def _asset_id(fields: AssetFields) -> Select[int]:
    parent = asset_parent(fields)
    return select(parent.row_id).select_from(parent.tables).where(parent.condition)
