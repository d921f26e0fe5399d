"""Observing: what a store shows of an operation, as far as its target can show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, cast, get_args

from state_store_conformance.reading_back import places_to_read
from state_store_conformance.target import (
    ACCESSORS,
    SIDE_DOOR,
    WORKER_SIDE,
    Store,
    WatchedStore,
)
from state_store_spec.answers import Answer, NoAnswer, Raised, Reading, Value
from state_store_spec.operations import (
    AccessorOperation,
    ConfigureWorkerBackend,
    Get,
    ListKeys,
    Operation,
)
from state_store_spec.trace import Observation, Trace

_CROSSING: Final = (*get_args(AccessorOperation), ListKeys)


class Observer:
    """Looks at a store after each operation of one trace.

    Args:
        store: has just been started.
        capabilities: of its target.
        trace: is going to be run; where no side door shows the rows, its keys are read.
        announce: is told which of the keys is about to be read.
    """

    def __init__(
        self,
        store: Store,
        capabilities: AbstractSet[str],
        trace: Trace,
        announce: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._sees_crossings = ACCESSORS in capabilities
        self._sees_objects = WORKER_SIDE in capabilities
        self._has_worker_side = False
        self._announce = announce
        self._reads: Sequence[Get] | None = None
        if SIDE_DOOR not in capabilities:
            self._reads = places_to_read(trace)

    def observe(self, operation: Operation, answer: Answer) -> Observation:
        """Give the answer, every row, and where something is around the store, that too.

        Nothing can be kept for a worker before a worker-side backend is configured, so until then
        nobody looks: most traces have none.
        """
        stored = read = None
        if self._reads is None:
            stored = self._store.stored()
        else:
            read = self._read_back(self._reads)
        objects = crossed = None
        if isinstance(operation, ConfigureWorkerBackend):
            self._has_worker_side = True
        if self._sees_objects and self._has_worker_side:
            objects = cast("WatchedStore", self._store).objects()
        if self._sees_crossings and isinstance(operation, _CROSSING):
            crossed = cast("WatchedStore", self._store).crossed()
        return Observation(
            answer=answer, stored=stored, read=read, objects=objects, crossed=crossed
        )

    def left_over(self) -> Get | None:
        """Give a key that is not empty before anything was done; ``None`` where all are.

        Only a backend that takes one place for another can have one: no trace shares its names.
        """
        for get, reading in zip(self._reads or (), self._read_back(self._reads or ()), strict=True):
            if isinstance(reading.answer, Value) and reading.answer.value is not None:
                return get
        return None

    def _read_back(self, reads: Sequence[Get]) -> tuple[Reading, ...]:
        readings: list[Reading] = []
        for number, get in enumerate(reads):
            self._announce(number)
            answer = cast("Value | Raised | NoAnswer", self._store.apply(get))
            readings.append(Reading(scope=get.scope, key=get.key, answer=answer))
        return tuple(readings)
