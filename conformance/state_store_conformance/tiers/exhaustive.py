"""Exhaustive small scope: the tours of small universes, the small ones first.

A universe is begun only if its tour is likely to end in time; of a shard, or by its name, every
universe is begun while there is time, so that all shards begin the same ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import chain, zip_longest
from typing import Final, TypeAlias

from state_store_conformance.exhaustive.graph import enumerated
from state_store_conformance.exhaustive.scouts import (
    RepeatableTarget,
    Scouts,
    Sighting,
)
from state_store_conformance.exhaustive.shard import WHOLE, Shard
from state_store_conformance.exhaustive.small_universe import SmallUniverse
from state_store_conformance.exhaustive.tour import Leg, shortest, tour
from state_store_conformance.exhaustive.universes import FAMILIES
from state_store_conformance.report import UniverseReport
from state_store_conformance.side_by_side import Run
from state_store_conformance.target import Target
from state_store_conformance.tiers.bench import Bench
from state_store_spec.trace import Trace

TIER: Final = "exhaustive"

_SCOUTED_FROM: Final = 2_000
"""Transitions of a universe that is worth the start of other processes."""
_STEPS_OF_A_TRANSITION: Final = 2
_LIKELY_STEPS_A_SECOND: Final = 1_500
_PATIENCE_SECONDS: Final = 60.0
_UNDERWAY: Final = 8
"""Legs that scouts are sent along while one is waited for."""

_Waiting: TypeAlias = Callable[[], Sighting | None]


def _nobody() -> None:
    """Wait for nobody."""


def run_exhaustive(
    bench: Bench,
    target: Target,
    *,
    share: float,
    shard: Shard = WHOLE,
    universes: Iterable[SmallUniverse] | None = None,
) -> None:
    """Walk through one universe after the other.

    Args:
        bench: judges.
        target: what is judged, not entered: scouts enter others like it, if it can be repeated.
        share: how much of the time that is left may be used, from 0 to 1.
        shard: the part of each tour that is walked.
        universes: by default all of them, as far as they are likely to end in time; those that
            are named are begun while there is any.

    Raises:
        BudgetSpentError: there is no trace left.
        EngineError: not the target broke.
    """
    budget = bench.budget
    ends = budget.elapsed_seconds + share * (budget.seconds - budget.elapsed_seconds)
    speed = _Speed(bench)
    for universe in _small_ones_first() if universes is None else universes:
        left = ends - budget.elapsed_seconds
        unlikely = universes is None and shard == WHOLE and speed.seconds_for(universe) > left
        if left <= 0 or unlikely:
            continue
        expedition = _Expedition(bench, target, universe, shard, ends)
        expedition.run()
        bench.findings.universes.append(expedition.report())


def _small_ones_first() -> Iterator[SmallUniverse]:
    by_size = zip_longest(*FAMILIES)
    return (universe for universe in chain.from_iterable(by_size) if universe is not None)


class _Speed:
    """How fast steps have been so far."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._steps = bench.findings.steps
        self._began = bench.budget.elapsed_seconds

    def seconds_for(self, universe: SmallUniverse) -> float:
        """Give how long the tour of a universe is likely to take."""
        steps = self._bench.findings.steps - self._steps
        seconds = self._bench.budget.elapsed_seconds - self._began
        rate = steps / seconds if steps and seconds else _LIKELY_STEPS_A_SECOND
        return universe.transitions * _STEPS_OF_A_TRANSITION / rate


class _Expedition:
    """The walk through one universe."""

    def __init__(
        self,
        bench: Bench,
        target: Target,
        universe: SmallUniverse,
        shard: Shard,
        ends: float,
    ) -> None:
        self._bench = bench
        self._target = target
        self._shard = shard
        self._ends = ends
        self._graph = enumerated(universe, bench.profile, bench.target)
        self._of_shard = 0
        self._agreed = 0
        self._differing = 0

    def run(self) -> None:
        """Walk the legs of the shard, until they or the time are at their end."""
        with self._scouts() as scouts:
            underway: deque[tuple[Leg, _Waiting]] = deque()
            for leg in self._legs():
                self._of_shard += sum(leg.is_new)
                if self._bench.budget.elapsed_seconds >= self._ends:
                    # The rest is only counted.
                    continue
                waiting = _nobody if scouts is None else scouts.send(leg.trace(self._graph))
                underway.append((leg, waiting))
                if len(underway) > (0 if scouts is None else _UNDERWAY):
                    self._settle(*underway.popleft())
            for leg, waiting in underway:
                self._settle(leg, waiting)

    def _legs(self) -> Iterator[Leg]:
        for index, leg in enumerate(tour(self._graph)):
            if self._shard.takes(index):
                yield leg

    def _scouts(self) -> AbstractContextManager[Scouts | None]:
        if self._graph.size >= _SCOUTED_FROM and isinstance(self._target, RepeatableTarget):
            another = self._target.another()
            if another is not None:
                return Scouts(another, self._bench.profile, _PATIENCE_SECONDS)
        return nullcontext()

    def _settle(self, leg: Leg, waiting: _Waiting) -> None:
        """Take the word of a scout that all agreed, or see for oneself."""
        sighting = waiting()
        if sighting is not None and sighting.agreed:
            self._bench.count(TIER, sighting.steps)
            self._agreed += sum(leg.is_new)
            return
        run = self._bench.judge(TIER, leg.trace(self._graph), partial(self._shortest, leg))
        agreed = len(run.moments) - bool(run.differences)
        self._agreed += sum(leg.is_new[:agreed])
        if run.differences:
            self._differing += 1
        elif sighting is not None:
            # What a scout saw and nobody sees again is not shown to agree.
            self._agreed -= sum(leg.is_new)

    def _shortest(self, leg: Leg, run: Run) -> Trace:
        return shortest(self._graph, leg.taken[len(run.moments) - 1])

    def report(self) -> UniverseReport:
        """Say what was shown."""
        graph = self._graph
        return UniverseReport(
            name=graph.universe.name,
            title=graph.universe.title,
            states=len(graph.transitions),
            transitions=graph.size,
            shard=str(self._shard),
            transitions_of_shard=self._of_shard,
            agreed=self._agreed,
            differing=self._differing,
        )
