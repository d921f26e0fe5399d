"""A pair: the oracle and a target take one step after the other, and are compared whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from time import perf_counter

from state_store_conformance.clock import FrozenClock
from state_store_conformance.side_by_side import Comparison, Moment, SideBySide, recorded
from state_store_conformance.strategies import recorded as written_out
from state_store_conformance.strategies.universes import (
    KEYS,
    UNHOLDABLE_KEY,
    UNHOLDABLE_VALUE,
    VALUES,
)
from state_store_conformance.target import Target
from state_store_spec.judgment import Difference
from state_store_spec.operations import Operation, Set, SymbolicTaskScope
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Trace

# The oracle asks a trace which texts it will write, and that of a machine is not known yet.
EVERYTHING_WRITTEN = tuple(
    Set(scope=SymbolicTaskScope(dag="", run="", task=""), key=key, value=value)
    for key, value in zip((*KEYS, UNHOLDABLE_KEY), (*VALUES, UNHOLDABLE_VALUE), strict=True)
)


class DisagreementError(AssertionError):
    """The target did not do what the law says."""


@dataclass(slots=True)
class Tally:
    """What a run has seen.

    Attributes:
        steps: operations that were compared.
        situations: how often each situation was reached.
        counterexample: the trace of the last disagreement, as it was recorded.
        differences: what differed at its last step.
        found_after_seconds: from the start of the tally to the first disagreement.
    """

    steps: int = 0
    situations: Counter[str] = field(default_factory=Counter[str])
    counterexample: Trace | None = None
    differences: tuple[Difference, ...] = ()
    found_after_seconds: float | None = None
    started: float = field(default_factory=perf_counter)


class Pair:
    """The oracle beside a target, one trace after the other.

    Args:
        target: is entered already.
        clock: is frozen already.
    """

    def __init__(self, target: Target, clock: FrozenClock) -> None:
        self.target = target
        self.tally = Tally()
        self._side_by_side = SideBySide(target, clock, find_profile(DEFAULT_PROFILE))
        self._comparison: Comparison | None = None

    def begin(self, trace: Trace) -> None:
        """Start a world and a store in the universe of the trace, whose steps are not run."""
        self.end()
        self._trace = trace
        self._operations: list[Operation] = []
        self._moments: list[Moment] = []
        self._comparison = self._side_by_side.begin(trace.with_operations(EVERYTHING_WRITTEN))

    def step(self, operation: Operation) -> None:
        """Do the operation on both sides, read everything back and compare.

        Raises:
            DisagreementError: they differ; the trace up to here is the counterexample.
        """
        assert self._comparison is not None, "begin before the first step"
        moment = self._comparison.take(operation)
        self._operations.append(operation)
        self._moments.append(moment)
        if moment.differences:
            self.tally.counterexample = self._record()
            self.tally.differences = moment.differences
            if self.tally.found_after_seconds is None:
                self.tally.found_after_seconds = perf_counter() - self.tally.started
            raise DisagreementError(
                "\n".join(
                    f"{difference.clause}: {difference.subject}: "
                    f"expected {difference.expected}, got {difference.actual}"
                    for difference in moment.differences
                )
            )
        self.tally.steps += 1
        self.tally.situations.update(moment.situations)

    def end(self) -> None:
        """Close the store, if one was started."""
        if self._comparison is not None:
            self._comparison.close()
            self._comparison = None

    def _record(self) -> Trace:
        trace = recorded(written_out(self._trace, self._operations), self._moments)
        return replace(trace, title=f"found by a state machine: {self.target.title}")
