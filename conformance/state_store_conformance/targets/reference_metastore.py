"""The reference metastore as a target: embedded SQLite, or any database it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, Self

from sqlalchemy.exc import SQLAlchemyError

from state_store_conformance import event_loop
from state_store_conformance.errors import ConformanceError, TargetUnavailableError
from state_store_conformance.target import CAPABILITIES, raised
from state_store_conformance.targets.around_the_store import AroundTheStore, Parts
from state_store_conformance.targets.backend_calls import BackendCalls
from state_store_conformance.targets.caller_sessions import in_async_session, in_session
from state_store_conformance.targets.deletions_seen import DeletionsSeen
from state_store_conformance.targets.own_tables import OwnTables
from state_store_conformance.targets.side_door import SideDoor
from state_store_conformance.targets.surroundings import Surroundings
from state_store_conformance.targets.symbols import Symbols
from state_store_conformance.targets.versions import versions_of
from state_store_conformance.targets.worker_side_files import FoundObject, WorkerSideFiles
from state_store_conformance.targets.worker_side_store import WorkerSide, WorkerSideStore
from state_store_reference import create_async_metastore_engine, create_metastore_engine
from state_store_reference.accessors import AssetStateAccessor, TaskStateAccessor
from state_store_reference.boundary import ServerBoundary
from state_store_reference.collection import collect_garbage
from state_store_reference.drivers import parse_url
from state_store_reference.memory_database import with_name
from state_store_reference.metastore import MetastoreStateBackend
from state_store_reference.object_storage import ObjectStorageStateBackend
from state_store_reference.object_storage.contents import unpacked
from state_store_reference.object_storage.references import reference_to
from state_store_reference.schema import (
    asset_state,
    dag_run,
    metadata,
    task_state,
)
from state_store_reference.task_instance_id import task_instance_id
from state_store_reference.task_instances import TaskInstances
from state_store_spec import BaseStateBackend, StateStoreError, StateStoreSettings
from state_store_spec.answers import DONE, Answer, Collected, StoredObject, StoredRow
from state_store_spec.limits import METASTORE_LIMITS, Limits
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    Advance,
    AroundOperation,
    ChangeSettings,
    Collect,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    Operation,
    RenameAsset,
    Transaction,
)
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine


class Counts(Protocol):
    """What a collection reports of itself."""

    @property
    def expired(self) -> int: ...  # noqa: D102
    @property
    def fallback(self) -> int: ...  # noqa: D102
    @property
    def orphaned(self) -> int: ...  # noqa: D102


class Collector(Protocol):
    """Runs one collection."""

    def __call__(  # noqa: D102 - described above
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts: ...


EMBEDDED: Final = "metastore"
WITH_OBJECT_STORAGE: Final = "metastore-object-storage"


def worker_side_store() -> WorkerSide:
    """Make the worker-side backend that is there to be looked into."""
    return WorkerSideStore(task_instance_id)


AROUND: Final = Parts(
    task_accessor=TaskStateAccessor,
    asset_accessor=AssetStateAccessor,
    boundary=ServerBoundary,
    task_instances=TaskInstances,
    worker_side=worker_side_store,
)
"""What the reference has around its store."""


class ReferenceMetastore:
    """``MetastoreStateBackend``, its collection, and what is around them.

    Args:
        url: the database to work in; ``None`` is a SQLite in memory, made for the run. Tables
            are made where they are absent; a database whose tables hold rows is refused.
        backend: makes the backend from the two engines.
        collect: runs a collection.
        around: what stands around the store.
        capabilities: what may be asked of it; by default everything.
    """

    def __init__(
        self,
        url: str | URL | None = None,
        *,
        backend: Callable[[Engine, AsyncEngine], BaseStateBackend] = MetastoreStateBackend,
        collect: Collector = collect_garbage,
        around: Parts = AROUND,
        capabilities: frozenset[str] = frozenset(CAPABILITIES),
    ) -> None:
        self._url = None if url is None else parse_url(url)
        self._make_backend = backend
        self._collect = collect
        self._around = around
        self._capabilities = capabilities
        self._open = ExitStack()
        self._store: _MetastoreStore | None = None

    @property
    def name(self) -> str:
        """The URL without its password, or the name of the embedded one."""
        return EMBEDDED if self._url is None else self._url.render_as_string(hide_password=True)

    @property
    def title(self) -> str:
        """One line for people."""
        if self._url is None:
            return "the reference metastore on an embedded SQLite"
        return f"the reference metastore at {self.name}"

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything, unless told otherwise."""
        return self._capabilities

    @property
    def limits(self) -> Limits:
        """All Unicode keys of up to 512 characters."""
        return METASTORE_LIMITS

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            try:
                self._open_database(opened)
            except ConformanceError:
                raise
            except (StateStoreError, SQLAlchemyError, OSError) as error:
                reason = str(getattr(error, "orig", None) or error).strip().splitlines()
                raise TargetUnavailableError(
                    f"{self.name} cannot be used: {reason[0] if reason else type(error).__name__}. "
                    "Check that the server runs, that the URL names it, and that its driver is "
                    "installed."
                ) from error
            self._open = opened.pop_all()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._store = None
        self._open.close()

    def start(self, trace: Trace) -> _MetastoreStore:
        """Give an empty store in the universe of the trace."""
        if self._store is None:
            raise RuntimeError(
                "The target is closed: enter it with `with` before starting a store."
            )
        self._store.begin(trace)
        return self._store

    def versions(self) -> Mapping[str, str]:
        """Give the versions of the database and of what leads to it."""
        if self._store is None:
            return {}
        return versions_of(self._store.side_engine, self._store.async_engine)

    def _open_database(self, opened: ExitStack) -> None:
        # Three engines share it, so a database in memory gets a name.
        url = with_name(parse_url("sqlite://") if self._url is None else self._url)
        if self._url is not None:
            _remove_afterwards(self._url, opened)
        engine = create_metastore_engine(url)
        opened.callback(engine.dispose)
        side_engine = create_metastore_engine(url)
        opened.callback(side_engine.dispose)
        async_engine = create_async_metastore_engine(url)
        opened.callback(lambda: event_loop.run(async_engine.dispose()))
        tables = OwnTables(side_engine, metadata, self.name)
        tables.make()
        opened.callback(tables.drop)
        side_door = opened.enter_context(SideDoor(side_engine, _TASK_ROWS, _ASSET_ROWS))
        # A failing async driver is a usage error now, and would be a verdict later.
        event_loop.run(_connect(async_engine))
        self._store = _MetastoreStore(
            Engines(engine, async_engine, side_engine),
            side_door,
            self._make_backend(engine, async_engine),
            self._collect,
            self._around,
        )
        opened.callback(self._store.end)


class Engines(NamedTuple):
    """What leads to one database: two for the backend, and one that is not the backend's."""

    blocking: Engine
    asynchronous: AsyncEngine
    side: Engine


class _MetastoreStore:
    """The store of one trace after the other, in the same tables."""

    def __init__(
        self,
        engines: Engines,
        side_door: SideDoor,
        backend: BaseStateBackend,
        collect: Collector,
        around: Parts,
    ) -> None:
        self.engine, self.async_engine, self.side_engine = engines
        self._side_door = side_door
        self._backend = backend
        self._collect = collect
        self._deletions = DeletionsSeen(self.engine)
        self._surroundings = Surroundings(self.side_engine, metadata)
        self._around = AroundTheStore(
            around, backend, self.engine, self.async_engine, lambda: self._settings
        )
        self.begin(Trace())

    def begin(self, trace: Trace) -> None:
        """Empty the tables and make the universe of the trace."""
        self._settings = trace.settings
        self._symbols = Symbols(trace)
        self._surroundings.begin(trace, self._symbols)
        self._around.begin(self._symbols, self._surroundings)
        self._calls = BackendCalls(self._backend, self._symbols, self._surroundings.asset_id)

    def apply(self, operation: Operation) -> Answer:
        """Do the operation and say what it answered."""
        if isinstance(operation, AroundOperation):
            return self._around.apply(operation)
        match operation:
            case Transaction():
                if operation.mode == "sync":
                    return in_session(self.engine, self._calls, operation)
                return event_loop.run(in_async_session(self.async_engine, self._calls, operation))
            case Collect():
                return self._collected(operation)
            case ChangeSettings():
                self._change_settings(operation)
            case AddDagRun() | DeleteDagRun():
                self._surroundings.change_dag_run(operation)
            case ActivateAsset() | DeactivateAsset() | RenameAsset() | DeleteAsset():
                self._surroundings.change_asset(operation)
            case Advance():
                raise TypeError("Time is moved by who runs the trace.")
            case _ if operation.mode == "sync":
                return self._calls.call(operation)
            case _:
                return event_loop.run(self._calls.acall(operation))
        return DONE

    def stored(self) -> tuple[StoredRow, ...]:
        """Read both tables whole."""
        rows = self._side_door.read(self._symbols.symbol, self._surroundings.asset_symbol)
        return tuple(map(self._around.as_stored, rows))

    def objects(self) -> tuple[StoredObject, ...]:
        """Look into the worker-side store."""
        return self._around.objects()

    def crossed(self) -> tuple[str, ...]:
        """Give the values that crossed the boundary in the last operation around the store."""
        return self._around.crossed()

    def close(self) -> None:
        """Nothing: the next store empties the tables."""

    def end(self) -> None:
        """Give back what is around the store; there is no next one."""
        self._around.close()

    def _collected(self, operation: Collect) -> Answer:
        with self._deletions.watching() as transactions:
            try:
                counts = self._collect(self.engine, self._settings, dry_run=operation.dry_run)
            except Exception as error:  # noqa: BLE001 - whatever a collection raises is its answer
                return raised(error)
        return Collected(counts.expired, counts.fallback, counts.orphaned, tuple(transactions))

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


_TASK_ROWS: Final = (
    dag_run.c.dag_id,
    dag_run.c.run_id,
    task_state.c.task_id,
    task_state.c.map_index,
    task_state.c.key,
    task_state.c.value,
    task_state.c.updated_at,
    task_state.c.expires_at,
    task_state.c.never_expire,
)
_ASSET_ROWS: Final = (
    asset_state.c.asset_id,
    asset_state.c.key,
    asset_state.c.value,
    asset_state.c.updated_at,
)


def metastore_with_object_storage() -> ReferenceMetastore:
    """Make the embedded metastore whose worker-side backend keeps objects in a temporary folder."""
    return _WithObjectStorage(around=replace(AROUND, worker_side=object_storage))


def object_storage() -> WorkerSide:
    """Make the worker-side backend of the reference, on a folder that goes with the process."""

    def read(data: bytes, path: str) -> FoundObject:
        return FoundObject(reference_to(path), unpacked(data, path).value)

    return WorkerSideFiles(ObjectStorageStateBackend, read)


class _WithObjectStorage(ReferenceMetastore):
    """The embedded metastore under another name."""

    @property
    def name(self) -> str:
        """The name that it is registered by."""
        return WITH_OBJECT_STORAGE

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{super().title}, with object storage on the worker's side"


def _remove_afterwards(url: URL, opened: ExitStack) -> None:
    """Remove a SQLite file at the end that was not there at the beginning."""
    if url.get_backend_name() == "sqlite" and url.database and "uri" not in url.query:
        file = Path(url.database)
        if url.database != ":memory:" and not file.exists():
            opened.callback(file.unlink, missing_ok=True)


async def _connect(engine: AsyncEngine) -> None:
    async with engine.connect():
        pass
