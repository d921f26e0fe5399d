"""A performance: the target's side of a trace, one operation after the other, each observed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import freezegun.api

from state_store_conformance.clock import FrozenClock
from state_store_conformance.observing import Observer
from state_store_conformance.target import Described, Target
from state_store_spec.answers import DONE, Answer
from state_store_spec.operations import Advance, Operation
from state_store_spec.trace import Observation, Trace


class Performance:
    """A store of a target, in which the operations of one trace are done.

    Args:
        target: is entered already.
        described: what is known of what the trace is run on.
        clock: is frozen already; it is moved to the start of the trace, and on as time passes.
        trace: gives the start, the settings, the universe and the naming.
        announce: is told which of the keys is about to be read back.
    """

    def __init__(
        self,
        target: Target,
        described: Described,
        clock: FrozenClock,
        trace: Trace,
        announce: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._trace = trace
        self._now = trace.start + _ahead(described, trace.start)
        clock.move_to(self._now)
        self._store = target.start(trace)
        self._observer = Observer(self._store, described.capabilities, trace, announce)

    def left_over(self) -> Trace | None:
        """Give the trace that reads what should not be there before anything was done, if any."""
        get = self._observer.left_over()
        return None if get is None else self._trace.with_operations((get,))

    def perform(self, operation: Operation) -> Observation:
        """Do the operation, and look at everything that the store shows."""
        answer: Answer = DONE
        if isinstance(operation, Advance):
            self._now += operation.by
            self._clock.move_to(self._now)
        else:
            answer = self._store.apply(operation)
        return self._observer.observe(operation, answer)

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _ahead(target: Described, start: datetime) -> timedelta:
    """Give how far a clock that nobody moves is ahead of the trace's.

    Where a server tells the store the time, the trace takes place today.
    """
    if target.claims.clock == "process":
        return timedelta(0)
    return datetime.fromtimestamp(freezegun.api.real_time(), UTC) - start
