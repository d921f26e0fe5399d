"""The read side for people: every key of a task instance or an asset, with its instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, bindparam, false, null, select

from state_store_reference import validation
from state_store_reference.boundary.errors import ListingNotSupportedError
from state_store_reference.boundary.parents import require_task_scope
from state_store_reference.metastore import MetastoreStateBackend
from state_store_reference.parents import (
    AssetFields,
    asset_fields,
    asset_parameters,
    asset_parent,
    task_parent,
)
from state_store_reference.schema import asset_state, task_state
from state_store_spec import AssetScope, BaseStateBackend, TaskScope, UnrepresentableError

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class ListedState:
    """One stored row as people see it; instants in UTC.

    The value is what is stored: with a worker-side backend a reference. Asset state has no expiry.
    """

    key: str
    value: str
    updated_at: datetime
    expires_at: datetime | None
    never_expire: bool


class Listing:
    """Fetch the rows of a scope, in the order of their keys."""

    __slots__ = ("parameters", "statement")

    def __init__(self, statement: Executable, parameters: dict[str, Any]) -> None:
        self.statement = statement
        self.parameters = parameters

    def run(self, connection: Connection) -> tuple[ListedState, ...]:
        """Fetch them."""
        rows = connection.execute(self.statement, self.parameters)
        # Sorted here, by code points, because databases differ in what comes first.
        return tuple(sorted((ListedState(*row) for row in rows), key=attrgetter("key")))


def require_listing(backend: BaseStateBackend) -> None:
    """Check that the rows of the backend are in our tables.

    Raises:
        ListingNotSupportedError: they are not.
    """
    if not isinstance(backend, MetastoreStateBackend):
        kind = type(backend)
        raise ListingNotSupportedError(
            f"The keys in {kind.__module__}.{kind.__qualname__} cannot be listed (BOUND-5): "
            "a state backend has methods to get, set, delete and clear, and none to list. Only the "
            "metastore and its subclasses can. Look into the store of that backend itself."
        )


def list_task(scope: TaskScope) -> Listing | None:
    """Prepare the listing of a task instance; ``None`` where it cannot have any rows.

    Raises:
        InvalidScopeError: not a task scope.
        UnrepresentableError: a field of the scope is of the wrong type.
    """
    require_task_scope(scope)
    try:
        validation.require_task(scope)
    except UnrepresentableError:
        return None
    if not validation.can_exist(scope):
        return None
    return Listing(
        _task_rows(),
        {
            "scope_dag_id": scope.dag_id,
            "scope_run_id": scope.run_id,
            "row_task_id": scope.task_id,
            "row_map_index": scope.map_index,
        },
    )


def list_asset(scope: AssetScope) -> Listing | None:
    """Prepare the listing of an asset; ``None`` where there cannot be one.

    Raises:
        UnrepresentableError: a field of the scope is of the wrong type.
    """
    validation.require_scope_types(scope)
    if not validation.can_exist(scope):
        return None
    return Listing(_asset_rows(asset_fields(scope)), asset_parameters(scope))


@cache
def _task_rows() -> Executable:
    row, parent = task_state.c, task_parent()
    return (
        select(row.key, row.value, row.updated_at, row.expires_at, row.never_expire)
        .join_from(task_state, parent.tables, row.dag_run_id == parent.row_id)
        .where(
            parent.condition,
            row.task_id == bindparam("row_task_id", type_=row.task_id.type),
            row.map_index == bindparam("row_map_index", type_=row.map_index.type),
        )
    )


@cache
def _asset_rows(fields: AssetFields) -> Executable:
    row, parent = asset_state.c, asset_parent(fields)
    return (
        select(row.key, row.value, row.updated_at, null(), false())
        .join_from(asset_state, parent.tables, row.asset_id == parent.row_id)
        .where(parent.condition)
    )
