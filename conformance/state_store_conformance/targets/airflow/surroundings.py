"""Dag runs, assets and task instances of one trace after the other, in Airflow's own tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from airflow.models.asset import AssetActive, AssetModel
from airflow.models.asset_state_store import AssetStateStoreModel
from airflow.models.base import Base
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.models.task_state_store import TaskStateStoreModel
from airflow.models.taskinstance import TaskInstance, uuid7
from airflow.models.taskinstancehistory import TaskInstanceHistory
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from state_store_conformance.targets.surroundings import Surroundings
from state_store_conformance.targets.symbols import Symbols
from state_store_spec import TaskScope
from state_store_spec.operations import SymbolicTaskScope
from state_store_spec.trace import Trace

# A trace can have filled these; children come before their parents.
_FILLED: Final = (
    TaskStateStoreModel,
    AssetStateStoreModel,
    AssetActive,
    AssetModel,
    TaskInstanceHistory,
    TaskInstance,
    DagRun,
    DagModel,
    Log,
)
_HELD_BY_NAMES: Final = "latin-1"
_BUNDLE: Final = "state-store-conformance"
_WRITER: Final = TaskScope("state-store-conformance", "state-store-conformance", "writer")
NOBODY: Final = UUID(int=1)
"""The id of a task instance that does not exist."""

# Of rows that no clause asks about: MySQL holds no instant that a moved clock has after 2038.
_WRITTEN_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


class AirflowSurroundings(Surroundings):
    """The surroundings of the metastore of an Airflow.

    Args:
        engine: Airflow's.
    """

    def __init__(self, engine: Any) -> None:  # noqa: ANN401 - Airflow's is not typed here
        super().__init__(engine, Base.metadata)
        self._empty_all = [delete(model.__table__) for model in _FILLED]
        self._dags: set[str] = set()
        self._writer: UUID | None = None
        with engine.begin() as connection:
            connection.execute(insert(DagBundleModel), {"name": _BUNDLE, "active": True})

    def begin(self, trace: Trace, symbols: Symbols) -> None:
        """Empty every table and make what the trace declares."""
        if self._engine.dialect.name == "mysql":
            _keep_apart(trace, symbols)
        super().begin(trace, symbols)
        self._dags.clear()
        self._writer = None

    def task_instance_id(self, scope: TaskScope) -> UUID:
        """Give the id of a task instance, which comes into being where its dag run exists."""
        this = (
            (TaskInstance.dag_id == scope.dag_id)
            & (TaskInstance.run_id == scope.run_id)
            & (TaskInstance.task_id == scope.task_id)
            & (TaskInstance.map_index == scope.map_index)
        )
        with self._engine.begin() as connection:
            found = connection.scalar(select(TaskInstance.id).where(this))
            if found is not None:
                return UUID(str(found))
            dag_run = select(DagRun.id).where(
                DagRun.dag_id == scope.dag_id, DagRun.run_id == scope.run_id
            )
            if connection.scalar(dag_run) is None:
                return NOBODY
            made: UUID = uuid7()
            connection.execute(insert(TaskInstance), _new_task_instance(made, scope))
        if scope.dag_id not in self._dags:
            with Session(self._engine) as session, session.begin():
                dag = DagModel(dag_id=scope.dag_id, bundle_name=_BUNDLE, owners=_BUNDLE)
                session.add(dag)
            self._dags.add(scope.dag_id)
        return made

    def writer_id(self) -> UUID:
        """Give the id of a task instance of our own: whoever writes asset state is one."""
        if self._writer is None:
            with self._engine.begin() as connection:
                row = self._new_dag_run(_WRITER.dag_id, _WRITER.run_id)
                connection.execute(insert(DagRun), row)
            self._writer = self.task_instance_id(_WRITER)
        return self._writer

    def active_asset_id(self, name: str | None, uri: str | None) -> int | None:
        """Give the id of the active asset of that name or uri, or ``None``."""
        with self._engine.connect() as connection:
            for row in connection.execute(self._find_active):
                if name in {None, row.name} and uri in {None, row.uri}:
                    return int(row.id)
        return None

    def task_instance_state(self, task_instance_id: UUID) -> str | None:
        """Give the state that a task instance is in."""
        with self._engine.connect() as connection:
            question = select(TaskInstance.state).where(TaskInstance.id == task_instance_id)
            found = connection.scalar(question)
        return None if found is None else str(found)

    def put_task_instance(self, task_instance_id: UUID, state: str) -> None:
        """Put a task instance into a state, as a scheduler or a worker that starts would do."""
        row = {"state": state, "updated_at": _WRITTEN_AT}
        with self._engine.begin() as connection:
            connection.execute(
                update(TaskInstance).where(TaskInstance.id == task_instance_id).values(row)
            )

    def _new_dag_run(self, dag: str, run: str) -> dict[str, Any]:
        row = super()._new_dag_run(dag, run)
        written = {"run_after": _WRITTEN_AT, "created_at": _WRITTEN_AT, "updated_at": _WRITTEN_AT}
        return {**row, **written, "run_type": "manual", "state": "running"}

    def _new_asset(self, symbol: str) -> dict[str, Any]:
        written = {"created_at": _WRITTEN_AT, "updated_at": _WRITTEN_AT}
        return {**super()._new_asset(symbol), **written, "group": "asset"}


def _new_task_instance(task_instance_id: UUID, scope: TaskScope) -> dict[str, Any]:
    return {
        "id": task_instance_id,
        "dag_id": scope.dag_id,
        "run_id": scope.run_id,
        "task_id": scope.task_id,
        "map_index": scope.map_index,
        "try_number": 1,
        "max_tries": 1,
        "pool": "default_pool",
        "pool_slots": 1,
        "queue": "default",
        "priority_weight": 1,
        "start_date": _WRITTEN_AT,
        "updated_at": _WRITTEN_AT,
    }


def _keep_apart(trace: Trace, symbols: Symbols) -> None:
    """Let names of dags, runs, tasks and assets be such as Airflow's own tables hold on MySQL.

    Nobody has others there: two that differ in blanks at their end alone, or one that is not of
    the character set of its column.
    """
    named = {name for asset in trace.universe.assets for name in (asset.name, asset.uri)}
    named |= {name for run in trace.universe.dag_runs for name in (run.dag, run.run)}
    for operation in (*trace.operations, *trace.calls()):
        scope = getattr(operation, "scope", None)
        if isinstance(scope, SymbolicTaskScope):
            named |= {scope.dag, scope.run, scope.task}
    for symbol in sorted(named):
        text = symbols.text(symbol)
        held = text.encode(_HELD_BY_NAMES, "backslashreplace").decode(_HELD_BY_NAMES)
        if held.endswith(" "):
            held = held.rstrip(" ") + "_"
        if held != text:
            symbols.let_stand(symbol, held)
