"""Findings that no trace can say: run with a server's URL or nothing, prints what it saw as JSON.

``python tests/airflow/outside_traces.py [postgresql://... | mysql://...]``
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from argparse import Namespace
from contextlib import ExitStack, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from state_store_conformance.targets.finding import find_target
from state_store_spec import AssetScope, TaskScope
from state_store_spec.operations import DeclaredDagRun, Universe
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable

# More parameters than a statement of psycopg can have.
MANY_ROWS = 70_000
SCOPE = TaskScope("shop", "monday", "load")
UNIVERSE = Universe(dag_runs=(DeclaredDagRun(dag="shop", run="monday"),))
PROCESSES = multiprocessing.get_context("fork")


def main(server: str | None) -> dict[str, Any]:
    """Try everything on one database, and give what was seen."""
    words = "airflow-metastore" if server is None else f"airflow-metastore@{server}"
    with ExitStack() as opened:
        target: Any = opened.enter_context(find_target(words))
        store = target.start(Trace(universe=UNIVERSE))
        seen = {
            "nested_not_a_number": nested_not_a_number(store),
            "renewed_during_collection": renewed_during_collection(),
        }
        if server is None:
            seen["success_of_the_dag_run"] = success_of_the_dag_run(store)
            seen["name_of_one_uri_of_another"] = name_of_one_uri_of_another()
        if server is not None and "psycopg" in store.engine.driver:
            seen["many_expired_rows"] = many_expired_rows(store)
        if store.engine.dialect.name == "mysql":
            seen["keys_after_an_upgrade"] = keys_after_an_upgrade(store)
        return seen


def nested_not_a_number(store: Any) -> object:  # noqa: ANN401 - of an Airflow
    """A task sets a list that holds NaN and reads it back."""
    from state_store_conformance.targets.airflow.worker import TaskAccessor  # noqa: PLC0415

    supervisor, surroundings = store._supervisor, store._surroundings  # noqa: SLF001
    accessor = TaskAccessor(supervisor, surroundings, SCOPE, lambda: datetime.now(UTC))
    accessor.set("ratio", [float("nan")])  # type: ignore[arg-type]
    return accessor.get("ratio")


def renewed_during_collection() -> object:
    """Another process renews a row after a collection has chosen it and before it deletes it."""
    import airflow.settings as airflow  # noqa: PLC0415
    from airflow.cli.commands.state_store_command import clean_state_store  # noqa: PLC0415
    from sqlalchemy import event  # noqa: PLC0415

    backend, scope = _backend()
    now = datetime.now(UTC)
    backend.set(scope, "job", '"old"', expires_at=now - timedelta(hours=1))
    chosen, renewed = PROCESSES.Event(), PROCESSES.Event()

    def collect() -> None:
        @event.listens_for(airflow.engine, "before_cursor_execute")
        def wait(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("DELETE FROM task_state_store"):
                chosen.set()
                renewed.wait(60)

        clean_state_store(Namespace(dry_run=False))

    def renew() -> None:
        chosen.wait(60)
        backend.set(scope, "job", '"renewed"', expires_at=now + timedelta(days=30))
        renewed.set()

    processes = [_started(collect), _started(renew)]
    for process in processes:
        process.join()
    return backend.get(scope, "job")


def success_of_the_dag_run(store: Any) -> object:  # noqa: ANN401 - of an Airflow
    """A person marks a dag run successful whose task runs; ``clear_on_success`` is on."""
    from airflow.api.common.mark_tasks import set_dag_run_state_to_success  # noqa: PLC0415
    from airflow.utils.session import create_session  # noqa: PLC0415

    from state_store_conformance.targets.airflow.server import dag_of  # noqa: PLC0415

    backend, scope, task_instance_id = _running(store)
    with create_session() as session:
        set_dag_run_state_to_success(
            dag=dag_of(SCOPE), run_id=SCOPE.run_id, commit=True, session=session
        )
    return [store._surroundings.task_instance_state(task_instance_id), backend.get(scope, "job")]  # noqa: SLF001


def name_of_one_uri_of_another() -> object:
    """With object storage, tasks set the same key of an asset and of one whose URI is its name."""
    from airflow.providers.common.io.state_store.backend import (  # noqa: PLC0415
        StateStoreObjectStorageBackend,
    )

    from state_store_conformance.targets.airflow.object_paths import keep_objects_at  # noqa: PLC0415
    from state_store_conformance.targets.airflow.vocabulary import (  # noqa: PLC0415
        WORKER_FAMILY,
        scope_of,
    )

    backend = StateStoreObjectStorageBackend()
    orders = scope_of(WORKER_FAMILY, AssetScope(name="orders"))
    returns = scope_of(WORKER_FAMILY, AssetScope(uri="orders"))
    with TemporaryDirectory() as folder:
        keep_objects_at(Path(folder).as_uri())
        keep = backend.serialize_asset_state_store_to_ref
        reference = keep(value="of orders", key="watermark", scope=orders)
        keep(value="of returns", key="watermark", scope=returns)
        return backend.deserialize_asset_state_store_from_ref(reference)


def many_expired_rows(store: Any) -> object:  # noqa: ANN401 - of an Airflow
    """More rows have expired than a statement can have parameters, and no batch size is set."""
    from airflow.cli.commands.state_store_command import clean_state_store  # noqa: PLC0415
    from airflow.models.dagrun import DagRun  # noqa: PLC0415
    from airflow.models.task_state_store import TaskStateStoreModel  # noqa: PLC0415
    from sqlalchemy import func, insert, select  # noqa: PLC0415

    now = datetime.now(UTC)
    row = {"task_id": "load", "map_index": -1, "dag_id": "shop", "run_id": "monday", "value": "1"}
    with store.engine.begin() as connection:
        row["dag_run_id"] = connection.scalar(select(DagRun.id).where(DagRun.dag_id == "shop"))
        row |= {"updated_at": now, "expires_at": now - timedelta(days=1)}
        rows = [{**row, "key": str(number)} for number in range(MANY_ROWS)]
        connection.execute(insert(TaskStateStoreModel.__table__), rows)
    try:
        clean_state_store(Namespace(dry_run=False))
    except Exception as error:  # noqa: BLE001 - what is raised is what was seen
        outcome = type(error).__name__
    else:
        outcome = "done"
    with store.engine.connect() as connection:
        due = select(func.count()).where(TaskStateStoreModel.expires_at < now)
        left = connection.scalar(due)
    return [outcome, left]


def keys_after_an_upgrade(store: Any) -> object:  # noqa: ANN401 - of an Airflow
    """The tables are made by their migration, as for everybody who comes from Airflow 3.2."""
    from importlib import import_module  # noqa: PLC0415

    from airflow.utils.db import _get_alembic_config  # noqa: PLC0415
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    migration = import_module(
        "airflow.migrations.versions.0112_3_3_0_add_task_state_store_and_asset_state_store_tables"
    )
    configuration = _get_alembic_config()
    scripts = ScriptDirectory.from_config(configuration)
    with store.engine.begin() as connection:
        for table in ("task_state_store", "asset_state_store"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        with EnvironmentContext(configuration, scripts) as environment:
            environment.configure(connection=connection)
            with Operations.context(environment.get_context()):
                migration.upgrade()
    backend, scope = _backend()
    backend.set(scope, "job", '"small"')
    backend.set(scope, "JOB", '"capital"')
    return backend.get(scope, "job")


def _backend() -> tuple[Any, Any]:
    from airflow.state.metastore import MetastoreBackend  # noqa: PLC0415

    from state_store_conformance.targets.airflow.vocabulary import (  # noqa: PLC0415
        SERVER_FAMILY,
        scope_of,
    )

    return MetastoreBackend(), scope_of(SERVER_FAMILY, SCOPE)


def _running(store: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - of an Airflow
    os.environ["AIRFLOW__STATE_STORE__CLEAR_ON_SUCCESS"] = "True"
    backend, scope = _backend()
    task_instance_id = store._surroundings.task_instance_id(SCOPE)  # noqa: SLF001
    store._surroundings.put_task_instance(task_instance_id, "running")  # noqa: SLF001
    backend.set(scope, "job", '"17"')
    return backend, scope, task_instance_id


def _started(work: Callable[[], None]) -> Any:  # noqa: ANN401 - a process
    import airflow.settings as airflow  # noqa: PLC0415

    def run() -> None:
        airflow.engine.dispose(close=False)
        work()
        # Nothing of the parent is the child's to close.
        os._exit(0)

    process = PROCESSES.Process(target=run)
    process.start()
    return process


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):
        found = main(sys.argv[1] if len(sys.argv) > 1 else None)
    print(json.dumps(found))  # noqa: T201 - this is what it is asked for
