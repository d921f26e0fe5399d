"""A metastore to be broken: what it stores of a key can be looked up, as a hurried author would."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import Executable, select

from state_store_reference.metastore import MetastoreStateBackend
from state_store_reference.schema import dag_run, task_state
from state_store_spec import StateScope, TaskScope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Stored(NamedTuple):
    """A row of a task instance."""

    value: str
    updated_at: datetime
    expires_at: datetime | None
    never_expire: bool


_ROW: Final[Any] = task_state.c


class Backend(MetastoreStateBackend):
    """The metastore itself; faults override a method of it."""

    def stored(self, scope: StateScope, key: str, session: Session | None) -> Stored | None:
        """Look at the row of a key; ``None`` where there is none, and for assets."""
        # The metastore knows what no row can be of, and a database would raise.
        if not isinstance(scope, TaskScope) or super().get(scope, key, session=session) is None:
            return None
        query = _row_of(scope, key)
        if session is not None:
            found = session.execute(query).first()
        else:
            with self.engine.connect() as connection:
                found = connection.execute(query).first()
        return None if found is None else Stored(*found)


def _row_of(scope: TaskScope, key: str) -> Executable:
    return (
        select(_ROW.value, _ROW.updated_at, _ROW.expires_at, _ROW.never_expire)
        .join_from(task_state, dag_run, _ROW.dag_run_id == dag_run.c.id)
        .where(
            dag_run.c.dag_id == scope.dag_id,
            dag_run.c.run_id == scope.run_id,
            _ROW.task_id == scope.task_id,
            _ROW.map_index == scope.map_index,
            _ROW.key == key,
        )
    )
