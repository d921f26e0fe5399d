"""One call of the backend, checked and ready to run on any connection.

Blocking and async methods prepare the same calls; they differ in where they run them. A call that
prepares to ``None`` concerns what cannot exist and needs no database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from state_store_reference import statements, validation
from state_store_reference.column_types import MYSQL_DIALECTS
from state_store_reference.parents import (
    asset_fields,
    asset_parameters,
    unknown_asset,
    unknown_dag_run,
)
from state_store_reference.statements import Retention
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


class Read:
    """Fetch one value, or ``None``."""

    __slots__ = ("parameters", "statement")

    def __init__(self, statement: Select[str], parameters: dict[str, Any]) -> None:
        self.statement = statement
        self.parameters = parameters

    def run(self, connection: Connection) -> str | None:
        """Fetch it."""
        return connection.execute(self.statement, self.parameters).scalar()


class Removal:
    """Delete what there is."""

    __slots__ = ("parameters", "statement")

    def __init__(self, statement: Executable, parameters: dict[str, Any]) -> None:
        self.statement = statement
        self.parameters = parameters

    def run(self, connection: Connection) -> None:
        """Delete it."""
        connection.execute(self.statement, self.parameters)


class TaskWrite:
    """Write one row of a task instance."""

    __slots__ = ("parameters", "retention", "scope")

    def __init__(self, scope: TaskScope, retention: Retention, parameters: dict[str, Any]) -> None:
        self.scope = scope
        self.retention = retention
        self.parameters = parameters

    def run(self, connection: Connection) -> None:
        """Write it.

        Raises:
            UnknownDagRunError: there is no such dag run; the transaction stays usable.
        """
        statement = statements.set_task(connection.dialect.name, self.retention)
        if connection.execute(statement, self.parameters).rowcount == 0:
            _require_parent(
                connection, statements.find_dag_run(), self.parameters, unknown_dag_run(self.scope)
            )


class AssetWrite:
    """Write one row of an asset."""

    __slots__ = ("parameters", "scope")

    def __init__(self, scope: AssetScope, parameters: dict[str, Any]) -> None:
        self.scope = scope
        self.parameters = parameters

    def run(self, connection: Connection) -> None:
        """Write it.

        Raises:
            UnknownAssetError: there is no such asset; the transaction stays usable.
        """
        fields = asset_fields(self.scope)
        statement = statements.set_asset(connection.dialect.name, fields)
        if connection.execute(statement, self.parameters).rowcount == 0:
            _require_parent(
                connection,
                statements.find_asset(fields),
                self.parameters,
                unknown_asset(self.scope),
            )


def _require_parent(
    connection: Connection,
    find_parent: Select[int],
    parameters: dict[str, Any],
    unknown_parent: StateStoreError,
) -> None:
    """Raise unless the parent is there after all."""
    # MySQL may count an overwrite by an identical row as no row; elsewhere 0 has one meaning.
    if connection.dialect.name in MYSQL_DIALECTS:
        scope = {name: value for name, value in parameters.items() if name.startswith("scope_")}
        if connection.execute(find_parent, scope).scalar() is not None:
            return
    raise unknown_parent


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
) -> TaskWrite | AssetWrite:
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
    if isinstance(scope, TaskScope):
        validation.require_task(scope)
        if not validation.can_exist(scope):
            raise unknown_dag_run(scope)
        parameters: dict[str, Any] = {
            "scope_dag_id": scope.dag_id,
            "scope_run_id": scope.run_id,
            "row_task_id": scope.task_id,
            "row_map_index": scope.map_index,
            "row_key": key,
            "row_value": value,
            "row_updated_at": datetime.now(UTC),
        }
        if never_expire:
            return TaskWrite(scope, statements.NEVER, parameters)
        if expires_at is None:
            return TaskWrite(scope, statements.FALLBACK, parameters)
        parameters["row_expires_at"] = expires_at
        return TaskWrite(scope, statements.EXPLICIT, parameters)
    # Asset rows have no expiry: it was checked, and has no effect (RET-8).
    if not validation.can_exist(scope):
        raise unknown_asset(scope)
    return AssetWrite(
        scope,
        {
            **asset_parameters(scope),
            "row_key": key,
            "row_value": value,
            "row_updated_at": datetime.now(UTC),
        },
    )


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
