"""A trace on the oracle and on a target, side by side: everything is compared after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, Self

from state_store_conformance.clock import FrozenClock
from state_store_conformance.performance import Performance
from state_store_conformance.target import Described, Target
from state_store_spec.answers import DONE, Answer, Reading, StoredObject, Value
from state_store_spec.judgment import Difference, differences
from state_store_spec.judgment.readings import subject_of
from state_store_spec.operations import Get, Operation
from state_store_spec.oracle import World, beginning, stored_objects, stored_rows
from state_store_spec.oracle.accessors import crossing
from state_store_spec.oracle.freedom import as_read, outcome
from state_store_spec.places import place_of, row_at
from state_store_spec.profiles import Profile
from state_store_spec.situations import no_past, situations_reached
from state_store_spec.trace import Observation, Step, Trace

CAME_BACK: Final = "METHOD-7"
"""The clause that a call breaks which hangs, or ends its process."""


class Moment(NamedTuple):
    """One step that was taken: what conforms, and what was observed.

    Attributes:
        after: the oracle's world after the step.
        expected: the oracle's answer.
        observed: what was seen of the target.
        crossed: the values that had to cross the boundary.
        differences: what differs; empty where the step conforms.
        situations: the situations that the step reached.
    """

    after: World
    expected: Answer
    observed: Observation
    crossed: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    situations: frozenset[str] = frozenset()

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
            stored=stored_rows(self.after) if self.observed.read is None else None,
            read=_conforming_readings(self.after, self.observed.read),
            objects=objects,
            crossed=None if self.observed.crossed is None else self.crossed,
        )


def _conforming_readings(
    after: World, readings: tuple[Reading, ...] | None
) -> tuple[Reading, ...] | None:
    if readings is None:
        return None
    rows = (
        (reading, row_at(after, place_of(after, reading.scope, reading.key)))
        for reading in readings
    )
    return tuple(
        replace(reading, answer=Value(None if row is None else row.value)) for reading, row in rows
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
    def came_back(self) -> bool:
        """Whether every call of it came back."""
        return self.clause != CAME_BACK

    @property
    def clause(self) -> str | None:
        """The clause that is broken, or ``None``.

        It is that of the first difference: what else differs at the same step follows from it.
        """
        return self.differences[0].clause if self.differences else None

    def recorded(self) -> Trace:
        """Give the trace as far as it went, with what was expected and observed at each step."""
        return recorded(self.trace, self.moments)


def recorded(trace: Trace, moments: list[Moment]) -> Trace:
    """Give the trace with what was expected and observed at each step that was taken."""
    steps = (
        Step(operation=operation, expect=moment.conforming(), actual=moment.observed)
        for operation, moment in zip(trace.operations, moments, strict=False)
    )
    return replace(trace, steps=tuple(steps))


class Hearing:
    """The oracle's side of a trace: a world, moved on by what happens and by what is observed.

    Args:
        target: whose limits and claims the world keeps to.
        profile: the law.
        trace: gives the settings, the universe, the naming, and the texts that may be written.
        notes_situations: whether moments say which situations they reach; that takes a while.
    """

    def __init__(
        self,
        target: Described,
        profile: Profile,
        trace: Trace,
        *,
        notes_situations: bool = True,
    ) -> None:
        self._profile = profile
        self._notes_situations = notes_situations
        self._world = beginning(trace, target.limits, target.claims)
        self._past = no_past()

    def hear(self, operation: Operation, observed: Observation) -> Moment:
        """Say what had to be observed of an operation, and what differs from that.

        After a difference the two have parted: no further step says anything.
        """
        profile = self._profile
        before, after, expected = outcome(
            self._world, operation, observed.answer or DONE, profile, observed.objects
        )
        if observed.read is not None:
            after = as_read(after, observed.read)
        reached: frozenset[str] = frozenset()
        if self._notes_situations:
            reached, self._past = situations_reached(
                self._past, before, operation, after, expected, profile
            )
        self._world = after
        return Moment(
            after,
            expected,
            observed,
            () if observed.crossed is None else crossing(before, operation, expected, profile),
            differences(before, operation, after, expected, observed, profile),
            reached,
        )


class SideBySide:
    """Runs traces in this process, each on a fresh store.

    Args:
        target: what is judged; it is entered already.
        clock: is frozen already.
        profile: the law.
    """

    def __init__(self, target: Target, clock: FrozenClock, profile: Profile) -> None:
        self.target = target
        self.profile = profile
        self._clock = clock

    def hurried(self) -> AbstractContextManager[None]:
        """Change nothing: nobody watches whether a call of this process hangs."""
        return nullcontext()

    def begin(self, trace: Trace) -> Comparison:
        """Start a world and a store in the universe of the trace, whose steps are not run."""
        return Comparison(self.target, self._clock, self.profile, trace)

    def run(self, trace: Trace) -> Run:
        """Run the trace to its end, or to the first step that differs.

        What is raised is an error of the engine: those of the target are answers.
        """
        with self.begin(trace) as comparison:
            return heard(trace, map(comparison.take, trace.operations))


def heard(trace: Trace, moments: Iterable[Moment]) -> Run:
    """Give the run of a trace, which ends at the first moment that differs."""
    run = Run(trace)
    for moment in moments:
        run.moments.append(moment)
        run.situations.update(moment.situations)
        run.differences = moment.differences
        if run.differences:
            break
    return with_the_read_spelled_out(run)


def with_the_read_spelled_out(run: Run) -> Run:
    """Let a read-back that differs be a step of its own, where nothing else differs.

    What is read back depends on what a trace speaks of, so that a trace which shows a fault has to
    speak of the place where it shows.
    """
    last = run.moments[-1] if run.differences else None
    readings = {subject_of(reading): reading for reading in (last and last.observed.read) or ()}
    if last is None or not {difference.subject for difference in run.differences} <= set(readings):
        return run
    first = run.differences[0]
    found = readings[first.subject]
    get = Get(scope=found.scope, key=found.key)
    # What was read there is told by the step that reads; the others agreed.
    unread = replace(last.observed, read=None)
    row = row_at(last.after, place_of(last.after, found.scope, found.key))
    read = Moment(
        last.after,
        Value(None if row is None else row.value),
        Observation(answer=found.answer),
        differences=(replace(first, subject="answer"),),
    )
    taken = run.trace.operations[: len(run.moments)]
    run.trace = run.trace.with_operations((*taken, get))
    run.moments[-1] = last._replace(observed=unread, differences=())
    run.moments.append(read)
    run.differences = read.differences
    return run


class Comparison:
    """A world of the oracle beside a store of a target, one step after the other.

    Args:
        target: is entered already.
        clock: is frozen already; it is moved to the start of the trace, and on as time passes.
        profile: the law.
        trace: gives the settings, the universe, the naming, and the texts that may be written.
    """

    def __init__(self, target: Target, clock: FrozenClock, profile: Profile, trace: Trace) -> None:
        self._hearing = Hearing(target, profile, trace)
        self._performance = Performance(target, target, clock, trace)

    def take(self, operation: Operation) -> Moment:
        """Do the operation on both sides, read everything back and compare."""
        return self._hearing.hear(operation, self._performance.perform(operation))

    def close(self) -> None:
        """Close the store."""
        self._performance.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
