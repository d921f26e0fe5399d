"""The reference metastore as a target: embedded SQLite, or any database it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy.exc import SQLAlchemyError

from state_store_conformance import event_loop
from state_store_conformance.errors import ConformanceError, TargetUnavailableError
from state_store_conformance.target import METASTORE_CAPABILITIES, ORPHAN_SWEEP
from state_store_conformance.targets.around_the_store import Parts
from state_store_conformance.targets.metastore_store import Collector, Engines, MetastoreStore
from state_store_conformance.targets.own_tables import OwnTables
from state_store_conformance.targets.side_door import SideDoor
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
from state_store_spec import BaseStateBackend, StateStoreError
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import METASTORE_LIMITS, Limits
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine


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


EVERYTHING: Final = METASTORE_CAPABILITIES - {ORPHAN_SWEEP}
"""What the reference can do: its collection sweeps orphans, and nothing does so beside it."""


class ReferenceMetastore:
    """``MetastoreStateBackend``, its collection, and what is around them.

    Args:
        url: the database to work in; ``None`` is a SQLite in memory, made for the run. Tables
            are made where they are absent; a database whose tables hold rows is refused.
        backend: makes the backend from the two engines.
        collect: runs a collection.
        around: what stands around the store.
        capabilities: what may be asked of it; by default everything that it can do.
    """

    def __init__(
        self,
        url: str | URL | None = None,
        *,
        backend: Callable[[Engine, AsyncEngine], BaseStateBackend] = MetastoreStateBackend,
        collect: Collector = collect_garbage,
        around: Parts = AROUND,
        capabilities: frozenset[str] = EVERYTHING,
    ) -> None:
        self._url = None if url is None else parse_url(url)
        self._make_backend = backend
        self._collect = collect
        self._around = around
        self._capabilities = capabilities
        self._open = ExitStack()
        self._store: MetastoreStore | None = None

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

    @property
    def claims(self) -> Claims:
        """None: the law says what a metastore does."""
        return NO_CLAIMS

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

    def start(self, trace: Trace) -> MetastoreStore:
        """Give an empty store in the universe of the trace."""
        if self._store is None:
            raise RuntimeError(
                "The target is closed: enter it with `with` before starting a store."
            )
        self._store.begin(trace)
        return self._store

    def another(self) -> Self | None:
        """Give one with a database in memory of its own; tables at a URL are used by one alone."""
        if self._url is not None:
            return None
        return type(self)(
            backend=self._make_backend,
            collect=self._collect,
            around=self._around,
            capabilities=self._capabilities,
        )

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
        self._store = MetastoreStore(
            Engines(engine, async_engine, side_engine),
            side_door,
            metadata,
            self._make_backend,
            self._collect,
            self._around,
        )
        opened.callback(self._store.end)


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


def hosting(
    worker_side: Callable[[], WorkerSide], symbols_of: Callable[[Trace], Symbols]
) -> ReferenceMetastore:
    """Make the embedded metastore, with accessors that have this worker-side backend."""
    return ReferenceMetastore(
        around=replace(AROUND, worker_side=worker_side, symbols_of=symbols_of)
    )


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
