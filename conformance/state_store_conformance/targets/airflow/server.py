"""The server's side of an Airflow: what people see of the state, and how task instances move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final, NamedTuple
from uuid import UUID

from airflow.api_fastapi.common.parameters import LimitFilter, OffsetFilter
from airflow.api_fastapi.core_api.routes.public.asset_state_store import list_asset_state_store
from airflow.api_fastapi.core_api.routes.public.task_state_store import list_task_state_store
from airflow.api_fastapi.core_api.services.public.task_instances import _patch_task_instance_state
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import RetryTask, SucceedTask
from airflow.sdk.execution_time.context import TaskStateStoreAccessor
from airflow.serialization.serialized_objects import DagSerialization
from airflow.utils.session import create_session
from airflow.utils.state import TaskInstanceState
from fastapi import HTTPException

from state_store_conformance.targets.airflow.execution_api import ExecutionAPI
from state_store_conformance.targets.airflow.supervisor import Crossing, Supervisor
from state_store_conformance.targets.airflow.surroundings import NOBODY, AirflowSurroundings
from state_store_conformance.targets.airflow.vocabulary import (
    SERVER_FAMILY,
    WORKER_FAMILY,
    plain,
    scope_of,
)
from state_store_spec import AssetScope, StateScope, TaskScope

_MANY: Final = 1_000
_CONFLICT: Final = 409


class ListedRow(NamedTuple):
    """A row as the public REST API lists it."""

    key: str
    value: str
    updated_at: datetime
    expires_at: datetime | None
    never_expire: bool


class PublicAPI:
    """What the routes of the public REST API list; called without the HTTP around them.

    Args:
        surroundings: knows the assets.
        recorder: is told of every value that is listed.
    """

    def __init__(
        self, surroundings: AirflowSurroundings, recorder: Callable[[Crossing], None]
    ) -> None:
        self._surroundings = surroundings
        self._recorder = recorder

    def list_task_state(self, scope: TaskScope) -> list[ListedRow]:
        """List the keys of a task instance."""
        with create_session() as session:
            listed = list_task_state_store(scope_of(SERVER_FAMILY, scope), *_all_rows(), session)
        return self._shown(scope, listed.task_state_store)

    def list_asset_state(
        self, asset_id: int | None = None, *, name: str | None = None, uri: str | None = None
    ) -> list[ListedRow]:
        """List the keys of an asset; by name or uri, of the active one."""
        if asset_id is None:
            asset_id = self._surroundings.active_asset_id(name, uri)
        if asset_id is None:
            return []
        with create_session() as session:
            listed = list_asset_state_store(asset_id, *_all_rows(), session)
        return self._shown(AssetScope(asset_id=asset_id), listed.asset_state_store)

    def _shown(self, scope: StateScope, entries: list[Any]) -> list[ListedRow]:
        rows = [_row(entry) for entry in entries]
        for row in rows:
            self._recorder(Crossing(scope, row.key, row.value))
        return rows


class TaskInstances:
    """Moves task instances from state to state.

    Args:
        supervisor: sends what a task runner sends.
        api: leads to the server.
        surroundings: knows the task instances.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        api: ExecutionAPI,
        surroundings: AirflowSurroundings,
    ) -> None:
        self._supervisor = supervisor
        self._api = api
        self._surroundings = surroundings

    def move(self, scope: TaskScope, to: str, *, by_hand: bool = False) -> None:
        """Move a task instance by itself, or as a person marks it."""
        task_instance_id = self._surroundings.task_instance_id(scope)
        if task_instance_id == NOBODY:
            raise LookupError(f"There is no dag run {scope.dag_id!r}, {scope.run_id!r}.")
        if by_hand and to in {"success", "failed", "skipped"}:
            _mark(scope, to)
            return
        before = self._surroundings.task_instance_state(task_instance_id)
        if to == "running" or by_hand:
            self._surroundings.put_task_instance(task_instance_id, to)
            return
        if before not in {"running", to}:
            self._surroundings.put_task_instance(task_instance_id, "running")
        self._supervisor.serve(task_instance_id, scope, "")
        self._report(task_instance_id, scope, to, has_ended=before == to)

    def _report(
        self, task_instance_id: UUID, scope: TaskScope, to: str, *, has_ended: bool
    ) -> None:
        """Report the end of a try as the task runner and its supervisor do.

        Of one that has ended the report comes twice, and no task is there that could do anything.
        """
        now = datetime.now(UTC)
        if to == "success" and has_ended:
            self._supervisor.send(SucceedTask(end_date=now, task_outlets=[], outlet_events=[]))
        elif to == "success":
            accessor = TaskStateStoreAccessor(task_instance_id, scope_of(WORKER_FAMILY, scope))
            runtime = SimpleNamespace(
                task=SimpleNamespace(outlets=[]), stats_tags={}, rendered_map_index=None
            )
            around = {"outlet_events": SimpleNamespace(_dict={}), "task_state_store": accessor}
            message, _ = task_runner._handle_current_task_success(around, runtime)  # noqa: SLF001
            self._supervisor.send(message)
        elif to == "up_for_retry":
            self._supervisor.send(RetryTask(end_date=now))
        else:
            # A supervisor reports these when the process of the task has ended.
            state = TaskInstanceState(to)
            self._api.client.task_instances.finish(task_instance_id, state, now, None)


def _mark(scope: TaskScope, to: str) -> None:
    """Mark a task instance as the public REST API does; it refuses what is so already."""
    body = SimpleNamespace(
        map_index=scope.map_index,
        include_upstream=False,
        include_downstream=False,
        include_future=False,
        include_past=False,
    )
    with create_session() as session:
        try:
            _patch_task_instance_state(
                task_id=scope.task_id,
                dag_run_id=scope.run_id,
                dag=dag_of(scope),
                task_instance_body=body,
                data={"new_state": to},
                session=session,
            )
        except HTTPException as error:
            if error.status_code != _CONFLICT:
                raise


def dag_of(scope: TaskScope) -> Any:  # noqa: ANN401 - of Airflow
    """Give a dag with the one task; names that its author could not have chosen are put in."""
    with DAG("dag", schedule=None) as authored:
        BaseOperator(task_id="task")
    dag = DagSerialization.from_dict(DagSerialization.to_dict(authored))
    task = dag.task_dict.pop("task")
    dag.dag_id = scope.dag_id
    task.task_id = scope.task_id
    dag.task_dict[scope.task_id] = task
    return dag


def _all_rows() -> tuple[Any, Any]:
    return LimitFilter().set_value(_MANY), OffsetFilter().set_value(0)


def _row(entry: Any) -> ListedRow:  # noqa: ANN401 - of Airflow
    value = plain(entry.value)
    return ListedRow(
        key=entry.key,
        value=value if isinstance(value, str) else repr(value),
        updated_at=entry.updated_at,
        # That of an asset has none.
        expires_at=getattr(entry, "expires_at", None),
        never_expire=False,
    )
