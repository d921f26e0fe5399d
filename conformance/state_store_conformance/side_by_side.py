"""A trace on the oracle and on a target, side by side: everything is compared after every step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from state_store_conformance.clock import FrozenClock
from state_store_conformance.observing import Observer
from state_store_conformance.target import Target
from state_store_spec.answers import DONE, Answer, StoredObject
from state_store_spec.judgment import Difference, differences
from state_store_spec.operations import Advance
from state_store_spec.oracle import World, beginning, step, stored_objects, stored_rows
from state_store_spec.oracle.accessors import crossing
from state_store_spec.profiles import Profile
from state_store_spec.situations import no_past, situations_reached
from state_store_spec.trace import Observation, Step, Trace


class Moment(NamedTuple):
    """One step that was taken: what conforms, and what was observed.

    ``crossed`` are the values that had to cross the boundary.
    """

    after: World
    expected: Answer
    observed: Observation
    crossed: tuple[str, ...] = ()

    @property
    def actual(self) -> Answer:
        """What the target answered."""
        return self.observed.answer or DONE

    def conforming(self) -> Observation:
        """Give what had to be observed; of what is around the store, as far as it was looked at."""
        objects: tuple[StoredObject, ...] | None = None
        if self.observed.objects is not None:
            objects = stored_objects(self.after)
        return Observation(
            answer=self.expected,
            stored=stored_rows(self.after),
            objects=objects,
            crossed=None if self.observed.crossed is None else self.crossed,
        )


@dataclass(slots=True)
class Run:
    """What came of a trace; it ends at the first step that differs.

    Attributes:
        trace: what was run.
        moments: the steps that were taken.
        situations: how often each situation was reached.
        differences: what differed at the last of the steps; empty where all conform.
    """

    trace: Trace
    moments: list[Moment] = field(default_factory=list[Moment])
    situations: Counter[str] = field(default_factory=Counter[str])
    differences: tuple[Difference, ...] = ()

    @property
    def clause(self) -> str | None:
        """The clause that is broken, or ``None``.

        It is that of the first difference: what else differs at the same step follows from it.
        """
        return self.differences[0].clause if self.differences else None

    def recorded(self) -> Trace:
        """Give the trace as far as it went, with what was expected and observed at each step."""
        steps = (
            Step(
                operation=operation,
                expect=moment.conforming(),
                actual=moment.observed,
            )
            for operation, moment in zip(self.trace.operations, self.moments, strict=False)
        )
        return replace(self.trace, steps=tuple(steps))


class SideBySide:
    """Runs traces, each on a fresh store.

    Args:
        target: what is judged; it is entered already.
        clock: is frozen already.
        profile: the law.
    """

    def __init__(self, target: Target, clock: FrozenClock, profile: Profile) -> None:
        self.target = target
        self.profile = profile
        self._clock = clock

    def run(self, trace: Trace) -> Run:
        """Run the trace to its end, or to the first step that differs.

        What is raised is an error of the engine: those of the target are answers.
        """
        profile = self.profile
        run = Run(trace)
        world, past = beginning(trace, self.target.limits), no_past()
        self._clock.move_to(world.now)
        store = self.target.start(trace)
        observer = Observer(store, self.target.capabilities)
        try:
            for operation in trace.operations:
                after, expected = step(world, operation, profile)
                actual: Answer
                if isinstance(operation, Advance):
                    self._clock.move_to(after.now)
                    actual = DONE
                else:
                    actual = store.apply(operation)
                observed = observer.observe(operation, actual)
                crossed = (
                    ()
                    if observed.crossed is None
                    else crossing(world, operation, expected, profile)
                )
                run.moments.append(Moment(after, expected, observed, crossed))
                reached, past = situations_reached(past, world, operation, after, expected, profile)
                run.situations.update(reached)
                run.differences = differences(world, operation, after, expected, observed, profile)
                if run.differences:
                    break
                world = after
        finally:
            store.close()
        return run
