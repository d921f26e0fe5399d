"""The store of one trace after the other, in one Airflow."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import airflow.settings
from airflow.state.metastore import MetastoreBackend
from airflow.utils.db import upgradedb
from sqlalchemy import event

from state_store_conformance import event_loop
from state_store_conformance.target import raised
from state_store_conformance.targets.airflow.collection import Collection, sweep_orphans
from state_store_conformance.targets.airflow.environment import put_in_force
from state_store_conformance.targets.airflow.execution_api import ExecutionAPI
from state_store_conformance.targets.airflow.rows import SideDoor
from state_store_conformance.targets.airflow.server import PublicAPI, TaskInstances
from state_store_conformance.targets.airflow.supervisor import Supervisor
from state_store_conformance.targets.airflow.surroundings import AirflowSurroundings
from state_store_conformance.targets.airflow.vocabulary import SERVER_FAMILY, AirflowBackend
from state_store_conformance.targets.airflow.worker import (
    AssetAccessor,
    TaskAccessor,
    configure_worker_backend,
)
from state_store_conformance.targets.around_the_store import AroundTheStore, Parts
from state_store_conformance.targets.backend_calls import BackendCalls
from state_store_conformance.targets.caller_sessions import in_async_session, in_session
from state_store_conformance.targets.symbols import Symbols
from state_store_conformance.targets.versions import versions_of
from state_store_conformance.targets.worker_side_store import WorkerSide
from state_store_spec import AssetScope, TaskScope
from state_store_spec.answers import DONE, Answer, StoredObject, StoredRow
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    AroundOperation,
    ChangeSettings,
    Clear,
    Collect,
    ConfigureWorkerBackend,
    DeactivateAsset,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    Operation,
    RenameAsset,
    Reopen,
    Set,
    SetNeverExpire,
    SweepOrphans,
    Transaction,
)
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

Clock = Callable[[], datetime]

_PACKAGES: Final = (
    "apache-airflow-core",
    "apache-airflow-task-sdk",
    "apache-airflow-providers-common-io",
)


class AirflowStore:
    """Airflow with a metastore that was migrated as ``airflow db migrate`` does.

    Args:
        opened: closes what is opened here.
        worker_side: makes the worker-side backend that can be switched on.
    """

    def __init__(self, opened: ExitStack, worker_side: Callable[[], WorkerSide]) -> None:
        # A second target in this process finds Airflow imported, with the first one's database.
        airflow.settings.configure_vars()
        airflow.settings.configure_orm()
        if airflow.settings.engine.dialect.name == "sqlite":
            event.listen(airflow.settings.engine, "connect", _without_waiting_for_the_disk)
        # On MySQL Airflow makes its engines anew for that.
        upgradedb()
        self.engine: Engine = airflow.settings.engine
        self.async_engine: AsyncEngine = airflow.settings.async_engine
        opened.callback(self._dispose)
        self._backend = AirflowBackend(MetastoreBackend(), SERVER_FAMILY)
        self._collection = Collection(self.engine)
        self._surroundings = AirflowSurroundings(self.engine)
        api = opened.enter_context(ExecutionAPI())
        self._supervisor = opened.enter_context(Supervisor(api))
        self._side_door = opened.enter_context(SideDoor(self.engine))
        self._worker_side = worker_side()
        self._around = AroundTheStore(
            self._parts(api),
            self._backend,
            self.engine,
            self.async_engine,
            lambda: self._settings,
        )
        opened.callback(self._around.close)
        self.begin(Trace())

    def begin(self, trace: Trace) -> None:
        """Empty the tables and make the universe of the trace."""
        self._settings = trace.settings
        put_in_force(trace.settings)
        configure_worker_backend("")
        self._symbols = Symbols(trace)
        self._surroundings.begin(trace, self._symbols)
        self._around.begin(self._symbols, self._surroundings)
        self._calls = BackendCalls(self._backend, self._symbols, self._surroundings.asset_id)

    def apply(self, operation: Operation) -> Answer:
        """Do the operation and say what it answered."""
        if isinstance(operation, ConfigureWorkerBackend):
            path = str(self._worker_side.backend)
            configure_worker_backend(path if operation.on else "")
        if isinstance(operation, AroundOperation):
            return self._around.apply(operation)
        match operation:
            case Transaction() if operation.mode == "sync":
                return in_session(self.engine, self._calls, operation)
            case Transaction():
                return event_loop.run(in_async_session(self.async_engine, self._calls, operation))
            case Collect():
                return self._collected(operation)
            case Get() | Set() | SetNeverExpire() | Delete() | Clear():
                if operation.mode == "sync":
                    return self._calls.call(operation)
                return event_loop.run(self._calls.acall(operation))
            case _:
                self._change(operation)
        return DONE

    def _change(self, operation: Operation) -> None:
        match operation:
            case ChangeSettings():
                self._change_settings(operation)
            case Reopen():
                self._reopen()
            case SweepOrphans():
                sweep_orphans()
            case AddDagRun() | DeleteDagRun():
                self._surroundings.change_dag_run(operation)
            case ActivateAsset() | DeactivateAsset() | RenameAsset() | DeleteAsset():
                self._surroundings.change_asset(operation)
            case _:
                raise TypeError(f"{operation.op} is not for the store: who runs the trace does it.")

    def stored(self) -> tuple[StoredRow, ...]:
        """Read both tables whole."""
        rows = self._side_door.read(self._symbols, self._surroundings)
        return tuple(map(self._around.as_stored, rows))

    def objects(self) -> tuple[StoredObject, ...]:
        """Look into the worker-side store."""
        return self._around.objects()

    def crossed(self) -> tuple[str, ...]:
        """Give the values that crossed the boundary in the last operation around the store."""
        return self._around.crossed()

    def close(self) -> None:
        """Nothing: the next store empties the tables."""

    def versions(self) -> dict[str, str]:
        """Give the versions of Airflow, its database and what leads there."""
        found = {package: version(package) for package in _PACKAGES}
        return found | versions_of(self.engine, self.async_engine)

    def _parts(self, api: ExecutionAPI) -> Parts:
        """Give what stands around Airflow's store, made as the reference's parts are made."""
        supervisor, surroundings = self._supervisor, self._surroundings

        def task_accessor(
            scope: TaskScope, _: object, *, worker_backend: object, clock: Clock
        ) -> TaskAccessor:
            del worker_backend  # it is configured already
            return TaskAccessor(supervisor, surroundings, scope, clock)

        def asset_accessor(
            *, worker_backend: object, boundary: object, **fields: str | None
        ) -> AssetAccessor:
            del boundary, worker_backend  # an accessor of Airflow finds both by itself
            return AssetAccessor(
                supervisor, surroundings, AssetScope(name=fields["name"], uri=fields["uri"])
            )

        def boundary(*_: object, recorder: Callable[[Any], None]) -> PublicAPI:
            supervisor.record(recorder)
            return PublicAPI(surroundings, recorder)

        return Parts(
            task_accessor=task_accessor,
            asset_accessor=asset_accessor,
            boundary=boundary,
            task_instances=lambda *_: TaskInstances(supervisor, api, surroundings),
            worker_side=lambda: self._worker_side,
        )

    def _reopen(self) -> None:
        self._backend = AirflowBackend(MetastoreBackend(), SERVER_FAMILY)
        self._calls = BackendCalls(self._backend, self._symbols, self._surroundings.asset_id)
        self._around.call_from_now_on(self._backend)

    def _collected(self, operation: Collect) -> Answer:
        try:
            return self._collection.run(dry_run=operation.dry_run)
        except Exception as error:  # noqa: BLE001 - whatever a collection raises is its answer
            return raised(error)

    def _change_settings(self, operation: ChangeSettings) -> None:
        changes: dict[str, Any] = {
            option: value
            for option in (
                "default_retention_days",
                "clear_on_success",
                "state_cleanup_batch_size",
            )
            if (value := getattr(operation, option)) is not None
        }
        self._settings = replace(self._settings, **changes)
        put_in_force(self._settings)

    def _dispose(self) -> None:
        event_loop.run(self.async_engine.dispose())
        airflow.settings.dispose_orm()


def _without_waiting_for_the_disk(connection: Any, _: object) -> None:  # noqa: ANN401 - of a driver
    # The file goes with the run: nothing in it has to outlive a power failure.
    connection.execute("PRAGMA synchronous = OFF")
