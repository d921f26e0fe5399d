"""One call of the backend, checked and ready to run on any connection.

Blocking and async methods prepare the same calls; they differ in where they run them. A call that
prepares to ``None`` concerns what cannot exist and needs no database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from state_store_reference import statements, validation
from state_store_reference.column_types import MYSQL_DIALECTS
from state_store_reference.parents import (
    AssetFields,
    asset_fields,
    asset_parameters,
    unknown_asset,
    unknown_dag_run,
)
from state_store_spec import (
    AssetScope,
    StateScope,
    StateStoreError,
    TaskScope,
    UnrepresentableError,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Executable, Select

Outcome_co = TypeVar("Outcome_co", covariant=True)


class Call(Protocol, Generic[Outcome_co]):
    """Something to do on a connection, inside whatever transaction it is in."""

    def run(self, connection: Connection) -> Outcome_co:
        """Do it; nothing is committed or rolled back."""
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """Fetch one value, or ``None``."""

    statement: Select[str]
    parameters: dict[str, Any]

    def run(self, connection: Connection) -> str | None:
        """Fetch it."""
        return connection.execute(self.statement, self.parameters).scalar()


@dataclass(frozen=True, slots=True)
class Removal:
    """Delete what there is."""

    statement: Executable
    parameters: dict[str, Any]

    def run(self, connection: Connection) -> None:
        """Delete it."""
        connection.execute(self.statement, self.parameters)


@dataclass(frozen=True, slots=True)
class Write:
    """Write one row below its parent."""

    statement_for: Callable[[str], Executable]
    find_parent: Callable[[], Select[int]]
    parent_parameters: dict[str, Any]
    row_parameters: dict[str, Any]
    unknown_parent: Callable[[], StateStoreError]

    def run(self, connection: Connection) -> None:
        """Write it.

        Raises:
            UnknownDagRunError: there is no such dag run; the transaction stays usable.
            UnknownAssetError: there is no such asset; the transaction stays usable.
        """
        dialect = connection.dialect.name
        result = connection.execute(
            self.statement_for(dialect), self.parent_parameters | self.row_parameters
        )
        if result.rowcount == 0 and not (
            dialect in MYSQL_DIALECTS and self._is_parent_there(connection)
        ):
            raise self.unknown_parent()

    def _is_parent_there(self, connection: Connection) -> bool:
        # MySQL may count an overwrite by an identical row as no row.
        return connection.execute(self.find_parent(), self.parent_parameters).scalar() is not None


def prepare_get(scope: StateScope, key: str) -> Read | None:
    """Prepare :meth:`BaseStateBackend.get`."""
    validation.require_types(scope, key)
    if not _can_have_row(scope, key):
        return None
    if isinstance(scope, TaskScope):
        return Read(statements.get_task(), _task_parameters(scope, row_key=key))
    return Read(
        statements.get_asset(asset_fields(scope)), {**asset_parameters(scope), "row_key": key}
    )


def prepare_delete(scope: StateScope, key: str) -> Removal | None:
    """Prepare :meth:`BaseStateBackend.delete`."""
    validation.require_types(scope, key)
    if not _can_have_row(scope, key):
        return None
    if isinstance(scope, TaskScope):
        return Removal(statements.delete_task(), _task_parameters(scope, row_key=key))
    return Removal(
        statements.delete_asset(asset_fields(scope)), {**asset_parameters(scope), "row_key": key}
    )


def prepare_clear(scope: StateScope, *, all_map_indices: bool) -> Removal | None:
    """Prepare :meth:`BaseStateBackend.clear`."""
    validation.require_scope_types(scope)
    if all_map_indices and isinstance(scope, TaskScope):
        # The map index of the scope has no say, so it may be one that the store cannot hold.
        scope = TaskScope(scope.dag_id, scope.run_id, scope.task_id)
    if not _can_have_row(scope, ""):
        return None
    if isinstance(scope, AssetScope):
        return Removal(statements.clear_asset(asset_fields(scope)), asset_parameters(scope))
    parameters = _task_parameters(scope)
    if all_map_indices:
        del parameters["row_map_index"]
    return Removal(statements.clear_task(all_map_indices=all_map_indices), parameters)


def prepare_set(
    scope: StateScope,
    key: str,
    value: str,
    *,
    expires_at: datetime | None,
    never_expire: bool,
) -> Write:
    """Prepare :meth:`BaseStateBackend.set` or :meth:`BaseStateBackend.set_never_expire`.

    Raises:
        InvalidScopeError: the scope is no scope.
        NaiveExpiryError: ``expires_at`` has no time zone, whatever the scope (RET-7).
        UnknownAssetError: no asset can have that id, name or uri.
        UnknownDagRunError: no dag run can have those ids.
        UnrepresentableError: the store cannot hold the scope, key, value or instant (VALUE-4).
    """
    validation.require_types(scope, key)
    expires_at = validation.utc_expiry(expires_at)
    validation.require_key(key)
    validation.require_value(value)
    # Read once, here: a test that freezes time freezes what is written.
    row = {"row_key": key, "row_value": value, "row_updated_at": datetime.now(UTC)}
    if isinstance(scope, AssetScope):
        return _prepare_set_asset(scope, row)
    validation.require_task(scope)
    if not validation.can_exist(scope):
        raise unknown_dag_run(scope)
    row |= {
        "row_task_id": scope.task_id,
        "row_map_index": scope.map_index,
        "row_expires_at": expires_at,
        "row_never_expire": never_expire,
    }
    return Write(
        statement_for=statements.set_task,
        find_parent=statements.find_dag_run,
        parent_parameters={"scope_dag_id": scope.dag_id, "scope_run_id": scope.run_id},
        row_parameters=row,
        unknown_parent=partial(unknown_dag_run, scope),
    )


def _prepare_set_asset(scope: AssetScope, row: dict[str, Any]) -> Write:
    # Asset rows have no expiry: it was checked, and has no effect (RET-8).
    if not validation.can_exist(scope):
        raise unknown_asset(scope)
    fields = asset_fields(scope)
    return Write(
        statement_for=partial(_set_asset_statement, fields),
        find_parent=partial(statements.find_asset, fields),
        parent_parameters=asset_parameters(scope),
        row_parameters=row,
        unknown_parent=partial(unknown_asset, scope),
    )


def _set_asset_statement(fields: AssetFields, dialect: str) -> Executable:
    return statements.set_asset(dialect, fields)


def _task_parameters(scope: TaskScope, **row: str) -> dict[str, Any]:
    return {
        "scope_dag_id": scope.dag_id,
        "scope_run_id": scope.run_id,
        "row_task_id": scope.task_id,
        "row_map_index": scope.map_index,
        **row,
    }


def _can_have_row(scope: StateScope, key: str) -> bool:
    """Tell whether the store could hold such a row; a read of any other finds nothing."""
    if not validation.can_exist(scope):
        return False
    try:
        validation.require_key(key)
        if isinstance(scope, TaskScope):
            validation.require_task(scope)
    except UnrepresentableError:
        return False
    return True
