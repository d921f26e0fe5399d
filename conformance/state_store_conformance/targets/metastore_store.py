"""The store of a metastore: one trace after the other, in the same tables of one database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from state_store_conformance import event_loop
from state_store_conformance.target import raised
from state_store_conformance.targets.around_the_store import AroundTheStore, Parts
from state_store_conformance.targets.backend_calls import BackendCalls
from state_store_conformance.targets.caller_sessions import in_async_session, in_session
from state_store_conformance.targets.deletions_seen import DeletionsSeen
from state_store_conformance.targets.side_door import SideDoor
from state_store_conformance.targets.surroundings import Surroundings
from state_store_spec import BaseStateBackend, StateStoreSettings
from state_store_spec.answers import DONE, Answer, Collected, StoredObject, StoredRow
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    AroundOperation,
    ChangeSettings,
    Clear,
    Collect,
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
    Transaction,
)
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine, MetaData
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


class Engines(NamedTuple):
    """What leads to one database: two for the backend, and one that is not the backend's."""

    blocking: Engine
    asynchronous: AsyncEngine
    side: Engine


class MetastoreStore:
    """The store of one trace after the other, in the same tables.

    Args:
        engines: lead to the database.
        side_door: reads the rows.
        metadata: has the tables.
        make_backend: makes the backend from the two engines.
        collect: runs a collection.
        around: what stands around the store.
    """

    def __init__(
        self,
        engines: Engines,
        side_door: SideDoor,
        metadata: MetaData,
        make_backend: Callable[[Engine, AsyncEngine], BaseStateBackend],
        collect: Collector,
        around: Parts,
    ) -> None:
        self.engine, self.async_engine, self.side_engine = engines
        self._side_door = side_door
        self._make_backend = make_backend
        self._collect = collect
        self._symbols_of = around.symbols_of
        self._deletions = DeletionsSeen(self.engine)
        self._surroundings = Surroundings(self.side_engine, metadata)
        self._backend = make_backend(self.engine, self.async_engine)
        self._around = AroundTheStore(
            around, self._backend, self.engine, self.async_engine, lambda: self._settings
        )
        self.begin(Trace())

    def begin(self, trace: Trace) -> None:
        """Empty the tables and make the universe of the trace."""
        self._settings = trace.settings
        self._symbols = self._symbols_of(trace)
        self._surroundings.begin(trace, self._symbols)
        self._around.begin(self._symbols, self._surroundings)
        self._calls = BackendCalls(self._backend, self._symbols, self._surroundings.asset_id)

    def apply(self, operation: Operation) -> Answer:
        """Do the operation and say what it answered."""
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
            case AddDagRun() | DeleteDagRun():
                self._surroundings.change_dag_run(operation)
            case ActivateAsset() | DeactivateAsset() | RenameAsset() | DeleteAsset():
                self._surroundings.change_asset(operation)
            case _:
                raise TypeError(f"{operation.op} is not for the store: who runs the trace does it.")

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

    def _reopen(self) -> None:
        self._backend = self._make_backend(self.engine, self.async_engine)
        self._calls = BackendCalls(self._backend, self._symbols, self._surroundings.asset_id)
        self._around.call_from_now_on(self._backend)

    def _collected(self, operation: Collect) -> Answer:
        with self._deletions.watching() as transactions:
            try:
                # Said only where it is one: what is not said has a default, which is judged too.
                dry = {"dry_run": True} if operation.dry_run else {}
                counts = self._collect(self.engine, self._settings, **dry)
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
