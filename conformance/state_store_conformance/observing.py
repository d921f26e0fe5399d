"""Observing: what a store shows of an operation, as far as its target can show it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final, cast, get_args

from state_store_conformance.target import ACCESSORS, WORKER_SIDE, Store, WatchedStore
from state_store_spec.answers import Answer
from state_store_spec.operations import (
    AccessorOperation,
    ConfigureWorkerBackend,
    ListKeys,
    Operation,
)
from state_store_spec.trace import Observation

_CROSSING: Final = (*get_args(AccessorOperation), ListKeys)


class Observer:
    """Looks at a store after each operation of one trace.

    Args:
        store: has just been started.
        capabilities: of its target.
    """

    def __init__(self, store: Store, capabilities: AbstractSet[str]) -> None:
        self._store = store
        self._sees_crossings = ACCESSORS in capabilities
        self._sees_objects = WORKER_SIDE in capabilities
        self._has_worker_side = False

    def observe(self, operation: Operation, answer: Answer) -> Observation:
        """Give the answer, every row, and where something is around the store, that too.

        Nothing can be kept for a worker before a worker-side backend is configured, so until then
        nobody looks: most traces have none.
        """
        stored = self._store.stored()
        objects = crossed = None
        if isinstance(operation, ConfigureWorkerBackend):
            self._has_worker_side = True
        if self._sees_objects and self._has_worker_side:
            objects = cast("WatchedStore", self._store).objects()
        if self._sees_crossings and isinstance(operation, _CROSSING):
            crossed = cast("WatchedStore", self._store).crossed()
        return Observation(answer=answer, stored=stored, objects=objects, crossed=crossed)
