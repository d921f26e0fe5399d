"""Plainer forms of what happens around a store, for counterexamples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from state_store_spec.operations import (
    AccessorOperation,
    AccessorSet,
    AroundOperation,
    ConfigureWorkerBackend,
    ListKeys,
    Retention,
    SetWorkerClock,
    SymbolicTaskScope,
    TaskInstanceMoves,
)

_PLAIN_RETENTIONS: Final[tuple[Retention, ...]] = (
    None,
    timedelta(days=1),
    timedelta(0),
    "NEVER_EXPIRE",
)
_PLAIN_AHEAD: Final = timedelta(days=1)


def plainer_around(operation: AroundOperation) -> Iterator[AroundOperation]:
    """Yield the operation with one part of it plainer, the plainest first."""
    if isinstance(operation, ConfigureWorkerBackend):
        return
    if isinstance(operation, SetWorkerClock):
        if operation.ahead != _PLAIN_AHEAD:
            yield replace(operation, ahead=_PLAIN_AHEAD)
        return
    if isinstance(operation, AccessorOperation | TaskInstanceMoves | ListKeys) and (
        operation.mode == "async"
    ):
        yield replace(operation, mode="sync")
    if isinstance(operation, AccessorSet):
        for plain in _PLAIN_RETENTIONS:
            if operation.retention == plain:
                break
            yield replace(operation, retention=plain)
    if isinstance(operation, TaskInstanceMoves) and operation.by_hand:
        yield replace(operation, by_hand=False)
    scope = operation.scope
    if isinstance(scope, SymbolicTaskScope) and scope.map_index != -1:
        yield replace(operation, scope=replace(scope, map_index=-1))
