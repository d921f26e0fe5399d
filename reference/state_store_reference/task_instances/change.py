"""Changing the state of a task instance, inside whatever transaction the connection is in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Update, bindparam, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite

from state_store_reference import validation
from state_store_reference.column_types import MYSQL_DIALECTS
from state_store_reference.parents import task_parent, unknown_dag_run
from state_store_reference.schema import task_instance
from state_store_spec import UnknownDagRunError, UnrepresentableError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from state_store_reference.task_instance_state import TaskInstanceState
    from state_store_spec import TaskScope


def change_state(
    connection: Connection, scope: TaskScope, to: TaskInstanceState
) -> TaskInstanceState | None:
    """Change the state, and give the one before.

    The row stays locked to the end of the transaction, so of two that move the same task instance
    to the same state only one sees a move.

    Raises:
        UnknownDagRunError: there is no such dag run.
    """
    identity = _parameters(scope)
    dialect = connection.dialect.name
    # SQLite could not turn a transaction that has only read into a writer, so it writes first.
    # MySQL would hold the table's counter while it waits for the lock on a row that is there.
    if dialect == "sqlite" or connection.execute(_find(), identity).first() is None:
        connection.execute(_add_if_absent(dialect), identity)
    row = connection.execute(_lock(), identity).one_or_none()
    if row is None:
        raise unknown_dag_run(scope)
    row_id, previous = row
    if previous is not to:
        connection.execute(_update(), {"a_row_id": row_id, "a_state": to})
    found: TaskInstanceState | None = previous
    return found


class StateRead:
    """Fetch the state of a task instance; ``None`` where it has none."""

    __slots__ = ("scope",)

    def __init__(self, scope: TaskScope) -> None:
        self.scope = scope

    def run(self, connection: Connection) -> TaskInstanceState | None:
        """Fetch it."""
        state: TaskInstanceState | None = connection.execute(
            _read(), _parameters(self.scope)
        ).scalar()
        return state


def require_possible(scope: TaskScope) -> None:
    """Check that there can be a row of that task instance.

    Raises:
        UnknownDagRunError: no dag run can have those ids.
        UnrepresentableError: the task id is too long, or the map index too large.
    """
    validation.require_task(scope)
    if not validation.can_exist(scope):
        raise unknown_dag_run(scope)


def can_have_state(scope: TaskScope) -> bool:
    """Tell whether there can be a row of that task instance."""
    try:
        require_possible(scope)
    except (UnknownDagRunError, UnrepresentableError):
        return False
    return True


def _parameters(scope: TaskScope) -> dict[str, Any]:
    return {
        "scope_dag_id": scope.dag_id,
        "scope_run_id": scope.run_id,
        "row_task_id": scope.task_id,
        "row_map_index": scope.map_index,
    }


@cache
def _add_if_absent(dialect: str) -> Executable:
    row, parent = task_instance.c, task_parent()
    source = (
        select(
            parent.row_id,
            bindparam("row_task_id", type_=row.task_id.type),
            bindparam("row_map_index", type_=row.map_index.type),
        )
        .select_from(parent.tables)
        .where(parent.condition)
    )
    columns = [row.dag_run_id, row.task_id, row.map_index]
    if dialect in MYSQL_DIALECTS:
        # IGNORE would let other errors pass too, so the row is overwritten by itself.
        added = mysql.insert(task_instance).from_select(columns, source)
        return added.on_duplicate_key_update({"map_index": row.map_index})
    if dialect == "postgresql":
        return (
            postgresql.insert(task_instance).from_select(columns, source).on_conflict_do_nothing()
        )
    return sqlite.insert(task_instance).from_select(columns, source).on_conflict_do_nothing()


@cache
def _lock() -> Executable:
    row = task_instance.c
    return select(row.id, row.state).where(*_is_row()).with_for_update()


@cache
def _find() -> Executable:
    return select(task_instance.c.id).where(*_is_row())


@cache
def _read() -> Executable:
    return select(task_instance.c.state).where(*_is_row())


def _is_row() -> list[ColumnElement[bool]]:
    row, parent = task_instance.c, task_parent()
    run_id: Any = select(parent.row_id).select_from(parent.tables).where(parent.condition)
    return [
        row.dag_run_id == run_id.scalar_subquery(),
        row.task_id == bindparam("row_task_id", type_=row.task_id.type),
        row.map_index == bindparam("row_map_index", type_=row.map_index.type),
    ]


@cache
def _update() -> Update:
    row = task_instance.c
    return (
        update(task_instance)
        .where(row.id == bindparam("a_row_id"))
        .values(state=bindparam("a_state", type_=row.state.type))
    )
