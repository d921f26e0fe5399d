"""A pair: the oracle and a target take one step after the other, and are compared whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from time import perf_counter

from state_store_conformance.clock import FrozenClock
from state_store_conformance.strategies import recorded
from state_store_conformance.strategies.universes import (
    KEYS,
    UNHOLDABLE_KEY,
    UNHOLDABLE_VALUE,
    VALUES,
)
from state_store_conformance.target import Store, Target
from state_store_spec.answers import DONE, Answer, StoredRow
from state_store_spec.judgment import Difference, differences
from state_store_spec.operations import Advance, Operation, Set, SymbolicTaskScope
from state_store_spec.oracle import World, beginning, step, stored_rows
from state_store_spec.profiles import Profile, find_profile
from state_store_spec.situations import Past, no_past, situations_reached
from state_store_spec.trace import Observation, Step, Trace

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
        self._clock = clock
        self._store: Store | None = None

    def begin(self, trace: Trace) -> None:
        """Start a world and a store in the universe of the trace, whose steps are not run."""
        self.end()
        self._trace = trace
        self._profile: Profile = find_profile(trace.profile)
        self._world: World = beginning(
            trace.with_operations(EVERYTHING_WRITTEN), self.target.limits
        )
        self._past: Past = no_past()
        self._steps: list[Step] = []
        self._operations: list[Operation] = []
        self._observed: list[tuple[World, Answer, Answer, tuple[StoredRow, ...] | None]] = []
        self._clock.move_to(self._world.now)
        self._store = self.target.start(trace)

    def step(self, operation: Operation) -> None:
        """Do the operation on both sides, read everything back and compare.

        Raises:
            DisagreementError: they differ; the trace up to here is the counterexample.
        """
        assert self._store is not None, "begin before the first step"
        before = self._world
        after, expected = step(before, operation, self._profile)
        if isinstance(operation, Advance):
            self._clock.move_to(after.now)
            actual: Answer = DONE
        else:
            actual = self._store.apply(operation)
        stored = self._store.stored()
        self._operations.append(operation)
        self._observed.append((after, expected, actual, stored))
        found = differences(
            before,
            operation,
            after,
            expected,
            Observation(answer=actual, stored=stored),
            self._profile,
        )
        if found:
            self.tally.counterexample = self._record()
            self.tally.differences = found
            if self.tally.found_after_seconds is None:
                self.tally.found_after_seconds = perf_counter() - self.tally.started
            raise DisagreementError(
                "\n".join(
                    f"{difference.clause}: {difference.subject}: "
                    f"expected {difference.expected}, got {difference.actual}"
                    for difference in found
                )
            )
        reached, self._past = situations_reached(
            self._past, before, operation, after, expected, self._profile
        )
        self.tally.steps += 1
        self.tally.situations.update(reached)
        self._world = after

    def end(self) -> None:
        """Close the store, if one was started."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _record(self) -> Trace:
        trace = recorded(self._trace, self._operations)
        steps = tuple(
            Step(
                operation=operation,
                expect=Observation(answer=expected, stored=stored_rows(after)),
                actual=Observation(answer=actual, stored=stored),
            )
            for operation, (after, expected, actual, stored) in zip(
                self._operations, self._observed, strict=True
            )
        )
        return replace(trace, title=f"found by a state machine: {self.target.title}", steps=steps)
