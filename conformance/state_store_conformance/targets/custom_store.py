"""The store of one trace, in a backend of somebody's own."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import Any

from state_store_conformance import event_loop
from state_store_conformance.target import raised
from state_store_conformance.targets.backend_calls import BackendCalls
from state_store_conformance.targets.caller_sessions import in_async_session, in_session
from state_store_conformance.targets.isolation import Isolation
from state_store_conformance.targets.making import Maker
from state_store_conformance.targets.own_surroundings import OwnSurroundings, surroundings_of
from state_store_spec.answers import DONE, Answer, StoredRow
from state_store_spec.claims import Claims
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    Clear,
    Collect,
    DataOperation,
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
    SymbolicScope,
    Transaction,
)
from state_store_spec.trace import Trace


class CustomStore:
    """A backend that was made for one trace.

    Args:
        maker: makes the backend.
        trace: gives the names; its run ids and asset ids become ones that nobody else has.
        isolation: hands those out.
        claims: what the author of the backend promises.
    """

    def __init__(self, maker: Maker, trace: Trace, isolation: Isolation, claims: Claims) -> None:
        self._maker = maker
        self._claims = claims
        self._isolation = isolation
        self._symbols = isolation.symbols_of(trace)
        self._asset_ids: dict[str, int] = {}
        self._written: dict[SymbolicScope, None] = {}
        self._opened = ExitStack()
        self._open()
        self._surroundings: OwnSurroundings | None = None
        if claims.referential:
            self._surroundings = OwnSurroundings(self._hooks, trace, self._symbols)

    def apply(self, operation: Operation) -> Answer:
        """Do the operation and say what it answered."""
        match operation:
            case Reopen():
                self._opened.close()
                self._open()
                return DONE
            case Collect():
                return self._collected()
            case Transaction() if operation.mode == "sync":
                return in_session(self._hooks.engine, self._calls, operation)
            case Transaction():
                engine = self._hooks.async_engine
                return event_loop.run(in_async_session(engine, self._calls, operation))
            case Get() | Set() | SetNeverExpire() | Delete() | Clear():
                return self._called(operation)
            case _:
                self._change(operation)
                return DONE

    def stored(self) -> tuple[StoredRow, ...] | None:
        """Nothing can be seen past the backend."""
        return None

    def close(self) -> None:
        """Clear what a durable store was given, and let the backend go."""
        if self._claims.durable:
            for scope in self._written:
                # What does not work here fails in a trace that asks for it.
                with suppress(Exception):
                    self._calls.call(Clear(scope=scope, all_map_indices=True))
        if self._surroundings is not None:
            self._surroundings.remove()
        self._opened.close()

    def _open(self) -> None:
        self._opened = ExitStack()
        backend, family = self._maker.make(self._opened)
        self._backend: Any = backend
        self._hooks = surroundings_of(backend, self._claims, self._maker.name)
        self._calls = BackendCalls(backend, self._symbols, self._asset_id, family)

    def _called(self, operation: DataOperation) -> Answer:
        if isinstance(operation, Set | SetNeverExpire):
            self._written[operation.scope] = None
        if operation.mode == "sync":
            return self._calls.call(operation)
        return event_loop.run(self._calls.acall(operation))

    def _collected(self) -> Answer:
        try:
            getattr(self._backend, self._claims.collect or "")()
        except Exception as error:  # noqa: BLE001 - whatever a backend raises is its answer
            return raised(error)
        return DONE

    def _change(self, operation: Operation) -> None:
        match operation:
            case (
                AddDagRun()
                | DeleteDagRun()
                | ActivateAsset()
                | DeactivateAsset()
                | RenameAsset()
                | DeleteAsset()
            ) if self._surroundings is not None:
                self._surroundings.change(operation)
            case _:
                raise TypeError(f"This backend cannot be asked for {operation.op}.")

    def _asset_id(self, asset: str) -> int:
        if self._surroundings is not None:
            known = self._surroundings.asset_id(asset)
            if known is not None:
                return known
        if asset not in self._asset_ids:
            self._asset_ids[asset] = self._isolation.asset_id(asset)
        return self._asset_ids[asset]
