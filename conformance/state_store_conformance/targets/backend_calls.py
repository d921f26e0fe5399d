"""Calls of a ``BaseStateBackend``, blocking and async, with or without a session of the caller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

from state_store_conformance.target import raised
from state_store_conformance.targets.families import OWN_FAMILY, Family
from state_store_conformance.targets.symbols import Symbols, shortened
from state_store_spec import BaseStateBackend, StateScope
from state_store_spec.answers import DONE, CallAnswer, Value
from state_store_spec.operations import (
    Clear,
    DataOperation,
    Delete,
    Get,
    Set,
    SetNeverExpire,
    SymbolicScope,
    SymbolicTaskScope,
)


class BackendCalls:
    """Turns operations into calls of a backend, and what it gives back into answers.

    Args:
        backend: what is called.
        symbols: the texts of the trace.
        asset_id: from the symbol of an asset to its integer id, existing or not.
        family: whose scopes the backend knows.
    """

    def __init__(
        self,
        backend: BaseStateBackend,
        symbols: Symbols,
        asset_id: Callable[[str], int],
        family: Family = OWN_FAMILY,
    ) -> None:
        # Whatever the annotations promise, what comes back is looked at.
        self._backend: Any = backend
        self._symbols = symbols
        self._asset_id = asset_id
        self._family = family

    def call(self, operation: DataOperation, session: object = None) -> CallAnswer:
        """Call the blocking variant."""
        backend, text = self._backend, self._symbols.text
        arguments: dict[str, Any] = {} if session is None else {"session": session}
        try:
            scope = self._scope(operation.scope)
            match operation:
                case Get():
                    found = backend.get(scope, text(operation.key), **arguments)
                    return self._value(found)
                case Set():
                    if (expires_at := _expires_at(operation)) is not None:
                        arguments["expires_at"] = expires_at
                    key, value = text(operation.key), text(operation.value)
                    return _done(backend.set(scope, key, value, **arguments))
                case SetNeverExpire():
                    key, value = text(operation.key), text(operation.value)
                    return _done(backend.set_never_expire(scope, key, value, **arguments))
                case Delete():
                    return _done(backend.delete(scope, text(operation.key), **arguments))
                case Clear():
                    if operation.all_map_indices:
                        arguments["all_map_indices"] = True
                    return _done(backend.clear(scope, **arguments))
        except Exception as error:  # noqa: BLE001 - whatever a backend raises is its answer
            return raised(error)

    async def acall(self, operation: DataOperation, session: object = None) -> CallAnswer:
        """Call the async variant."""
        backend, text = self._backend, self._symbols.text
        arguments: dict[str, Any] = {} if session is None else {"session": session}
        try:
            scope = self._scope(operation.scope)
            match operation:
                case Get():
                    found = await backend.aget(scope, text(operation.key), **arguments)
                    return self._value(found)
                case Set():
                    if (expires_at := _expires_at(operation)) is not None:
                        arguments["expires_at"] = expires_at
                    key, value = text(operation.key), text(operation.value)
                    return _done(await backend.aset(scope, key, value, **arguments))
                case SetNeverExpire():
                    key, value = text(operation.key), text(operation.value)
                    return _done(await backend.aset_never_expire(scope, key, value, **arguments))
                case Delete():
                    return _done(await backend.adelete(scope, text(operation.key), **arguments))
                case Clear():
                    if operation.all_map_indices:
                        arguments["all_map_indices"] = True
                    return _done(await backend.aclear(scope, **arguments))
        except Exception as error:  # noqa: BLE001 - whatever a backend raises is its answer
            return raised(error)

    @property
    def backend(self) -> object:
        """What is called."""
        return self._backend

    def _scope(self, scope: SymbolicScope) -> StateScope:
        text = self._symbols.text
        if isinstance(scope, SymbolicTaskScope):
            task: StateScope = self._family.task_scope(
                dag_id=text(scope.dag),
                run_id=text(scope.run),
                task_id=text(scope.task),
                map_index=scope.map_index,
            )
            return task
        asset: StateScope = self._family.asset_scope(
            asset_id=None if scope.asset is None else self._asset_id(scope.asset),
            name=self._symbols.optional_text(scope.name),
            uri=self._symbols.optional_text(scope.uri),
        )
        return asset

    def _value(self, found: object) -> Value:
        if found is None:
            return Value(None)
        if isinstance(found, str):
            return Value(self._symbols.symbol(found))
        return Value(_described(found))


def _done(returned: object) -> CallAnswer:
    # A method that should return nothing and returns something is shown with what it returned.
    return DONE if returned is None else Value(_described(returned))


def _described(returned: object) -> str:
    return shortened(f"{type(returned).__name__}: {returned!r}")


def _expires_at(operation: Set) -> datetime | None:
    if operation.expires_in is None:
        return None
    instant = datetime.now(UTC) + operation.expires_in
    zone = _zone(operation.expires_zone)
    return instant.replace(tzinfo=None) if zone is None else instant.astimezone(zone)


@lru_cache(maxsize=128)
def _zone(name: str) -> tzinfo | None:
    if name == "naive":
        return None
    if name == "UTC":
        return UTC
    hours, minutes = name[1:].split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if name[0] == "-" else offset)
