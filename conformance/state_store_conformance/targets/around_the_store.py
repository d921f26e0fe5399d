"""What happens around a metastore: accessors, task instances, people, and the worker's side."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from state_store_conformance import event_loop
from state_store_conformance.target import raised
from state_store_conformance.targets.references_seen import ReferencesSeen
from state_store_conformance.targets.symbols import Symbols, shortened
from state_store_conformance.targets.worker_side_store import WorkerSide
from state_store_spec import NEVER_EXPIRE, AssetScope, StateScope, StateStoreSettings, TaskScope
from state_store_spec.answers import DONE, Answer, Listed, StoredObject, StoredRow, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorOperation,
    AccessorSet,
    AroundOperation,
    ConfigureWorkerBackend,
    ListKeys,
    LoseObject,
    Mode,
    SetWorkerClock,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from state_store_conformance.targets.surroundings import Surroundings
    from state_store_spec import BaseStateBackend


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What stands around the store; each is made as the reference's class of that name is.

    Attributes:
        task_accessor, asset_accessor: what tasks call.
        boundary: what accessors and people call.
        task_instances: what moves task instances.
        worker_side: makes the worker-side backend that can be switched on.
        symbols_of: gives the texts of a trace; by default those that its naming gives.
    """

    task_accessor: Callable[..., Any]
    asset_accessor: Callable[..., Any]
    boundary: Callable[..., Any]
    task_instances: Callable[..., Any]
    worker_side: Callable[[], WorkerSide]
    symbols_of: Callable[[Trace], Symbols] = Symbols


class AroundTheStore:
    """What stands around the store of one trace after the other.

    Args:
        parts: what is made.
        backend: the server's.
        engine: leads to its database.
        async_engine: leads there too.
        settings: gives the settings of the moment.
    """

    def __init__(
        self,
        parts: Parts,
        backend: BaseStateBackend,
        engine: Engine,
        async_engine: AsyncEngine,
        settings: Callable[[], StateStoreSettings],
    ) -> None:
        self._parts = parts
        self._arguments = (backend, engine, async_engine, settings)
        self._worker_side = parts.worker_side()
        self._crossings: list[Any] = []
        self._crossed: tuple[str, ...] = ()
        self._is_on = self._was_on = False
        self._ahead = timedelta(0)

    def begin(self, symbols: Symbols, surroundings: Surroundings) -> None:
        """Begin a trace: no worker-side backend, and one clock."""
        self._symbols = symbols
        self._surroundings = surroundings
        self._references = ReferencesSeen(symbols)
        self._crossed = ()
        if self._was_on:
            self._worker_side.empty()
        self._is_on = self._was_on = False
        self._ahead = timedelta(0)
        self.call_from_now_on(self._arguments[0])

    def call_from_now_on(self, backend: BaseStateBackend) -> None:
        """Let the boundary and the task instances call this instance of the backend."""
        _, engine, async_engine, settings = self._arguments
        self._arguments = (backend, engine, async_engine, settings)
        self._boundary = self._parts.boundary(
            backend, engine, async_engine, recorder=self._crossings.append
        )
        self._task_instances = self._parts.task_instances(engine, backend, settings, async_engine)

    def close(self) -> None:
        """Give back what the worker-side store has taken."""
        self._worker_side.close()

    def apply(self, operation: AroundOperation) -> Answer:
        """Do the operation and say what it answered."""
        self._crossings.clear()
        answer: Answer = DONE
        try:
            match operation:
                case TaskInstanceMoves():
                    _variant(self._task_instances, "move", operation.mode)(
                        self._task(operation.scope), operation.to, by_hand=operation.by_hand
                    )
                case ListKeys():
                    answer = self._listed(operation)
                case ConfigureWorkerBackend():
                    self._is_on = operation.on
                    self._was_on = self._was_on or operation.on
                case SetWorkerClock():
                    self._ahead = operation.ahead
                case LoseObject():
                    self._lose(operation)
                case _:
                    answer = self._accessed(operation)
        except Exception as error:  # noqa: BLE001 - whatever is raised is the answer
            answer = raised(error)
        # References have their symbols now.
        self._crossed = self._symbols_crossed()
        return answer

    def objects(self) -> tuple[StoredObject, ...]:
        """Give everything that the worker-side store holds."""
        symbol = self._symbols.symbol
        return tuple(
            StoredObject(reference=symbol(reference), value=symbol(value))
            for reference, value in self._worker_side.objects().items()
        )

    def crossed(self) -> tuple[str, ...]:
        """Give the values that crossed the boundary in the last operation around the store."""
        return self._crossed

    def as_stored(self, row: StoredRow) -> StoredRow:
        """Give the row with the symbol that its value has at its place."""
        value = self._references.as_seen_from(row.scope, row.key, row.value)
        return row if value is row.value else replace(row, value=value)

    def _accessed(self, operation: AccessorOperation) -> Answer:
        text = self._symbols.text
        accessor = self._accessor(operation.scope)
        call: Callable[..., Any]
        arguments: tuple[str, ...] = ()
        options: dict[str, Any] = {}
        match operation:
            case AccessorGet():
                call, arguments = accessor.get, (text(operation.key),)
            case AccessorSet():
                call, arguments = accessor.set, (text(operation.key), text(operation.value))
                options = _retention(operation)
            case AccessorDelete():
                call, arguments = accessor.delete, (text(operation.key),)
            case AccessorClear():
                call = accessor.clear
        call = _variant(accessor, call.__name__, operation.mode)
        try:
            returned = call(*arguments, **options)
        finally:
            if isinstance(operation, AccessorSet):
                self._learn(operation)
        if isinstance(operation, AccessorGet) and isinstance(returned, str):
            symbol = self._symbols.symbol(returned)
            return Value(self._references.as_seen_from(operation.scope, operation.key, symbol))
        if isinstance(operation, AccessorGet) and returned is None:
            return Value(None)
        return DONE if returned is None else Value(shortened(repr(returned)))

    def _learn(self, operation: AccessorSet) -> None:
        """Find out which reference the write has made: one that is new, or one that was sent."""
        if not self._is_on:
            return
        sent = {crossing.text for crossing in self._crossings}
        for reference in self._worker_side.objects():
            if reference in sent or not self._references.is_known(reference):
                self._references.made(reference, operation.scope, operation.key)

    def _lose(self, operation: LoseObject) -> None:
        reference = self._references.text_for(operation.scope, operation.key)
        if reference is not None:
            key = self._symbols.text(operation.key)
            self._worker_side.lose(reference, self._workers_scope(operation.scope), key)

    def _listed(self, operation: ListKeys) -> Answer:
        scope, mode = operation.scope, operation.mode
        found: SymbolicScope = scope
        if isinstance(scope, SymbolicTaskScope):
            rows = _variant(self._boundary, "list_task_state", mode)(self._task(scope))
        elif scope.asset is not None:
            asset_id = self._surroundings.asset_id(scope.asset)
            rows = _variant(self._boundary, "list_asset_state", mode)(asset_id)
        else:
            found = SymbolicAssetScope(asset=self._surroundings.active_asset(scope))
            rows = _variant(self._boundary, "list_asset_state", mode)(**self._names(scope))
        symbol = self._symbols.symbol
        return Listed(
            tuple(
                self.as_stored(
                    StoredRow(
                        scope=found,
                        key=symbol(row.key),
                        value=symbol(row.value),
                        updated_at=row.updated_at,
                        expires_at=row.expires_at,
                        never_expire=row.never_expire,
                    )
                )
                for row in rows
            )
        )

    def _symbols_crossed(self) -> tuple[str, ...]:
        crossed: list[str] = []
        for crossing in self._crossings:
            if crossing.text is None:
                continue
            symbol = self._symbols.symbol(crossing.text)
            if isinstance(crossing.scope, TaskScope):
                key = self._symbols.symbol(crossing.key)
                symbol = self._references.as_seen_from(self._symbolic(crossing.scope), key, symbol)
            crossed.append(symbol)
        return tuple(crossed)

    def _accessor(self, scope: SymbolicScope) -> Any:  # noqa: ANN401 - of whichever class
        backend = self._worker_side.backend if self._is_on else None
        if isinstance(scope, SymbolicTaskScope):
            ahead = self._ahead
            return self._parts.task_accessor(
                self._task(scope),
                self._boundary,
                worker_backend=backend,
                clock=lambda: datetime.now(UTC) + ahead,
            )
        return self._parts.asset_accessor(
            **self._names(scope), boundary=self._boundary, worker_backend=backend
        )

    def _workers_scope(self, scope: SymbolicScope) -> StateScope:
        if isinstance(scope, SymbolicTaskScope):
            return self._task(scope)
        optional = self._symbols.optional_text
        return AssetScope(name=optional(scope.name), uri=optional(scope.uri))

    def _names(self, scope: SymbolicAssetScope) -> dict[str, str | None]:
        optional = self._symbols.optional_text
        return {"name": optional(scope.name), "uri": optional(scope.uri)}

    def _task(self, scope: SymbolicTaskScope) -> TaskScope:
        text = self._symbols.text
        return TaskScope(text(scope.dag), text(scope.run), text(scope.task), scope.map_index)

    def _symbolic(self, scope: TaskScope) -> SymbolicTaskScope:
        symbol = self._symbols.symbol
        return SymbolicTaskScope(
            dag=symbol(scope.dag_id),
            run=symbol(scope.run_id),
            task=symbol(scope.task_id),
            map_index=scope.map_index,
        )


def _retention(operation: AccessorSet) -> dict[str, Any]:
    if operation.retention is None:
        return {}
    never = operation.retention == "NEVER_EXPIRE"
    return {"retention": NEVER_EXPIRE if never else operation.retention}


def _variant(of: Any, method: str, mode: Mode) -> Callable[..., Any]:  # noqa: ANN401 - whatever it is
    """Give the method of that name, or its async variant as a call that blocks."""
    if mode == "sync":
        blocking: Callable[..., Any] = getattr(of, method)
        return blocking
    call: Callable[..., Coroutine[Any, Any, Any]] = getattr(of, f"a{method}")
    return lambda *arguments, **options: event_loop.run(call(*arguments, **options))
