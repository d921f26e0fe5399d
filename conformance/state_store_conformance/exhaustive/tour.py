"""The tour: traces that together take a target through every transition of a graph.

A target that can only be told to do things has to be walked from state to state, and some of the
way is taken twice. A walk is also a longer history than the shortest one to each state, which finds
what a backend remembers and no row shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from state_store_conformance.exhaustive.graph import Graph, Transition
from state_store_conformance.exhaustive.small_universe import TIME_PASSES
from state_store_spec.operations import Advance, Operation
from state_store_spec.oracle import step
from state_store_spec.trace import Trace

MOST_STEPS: Final = 200
"""Steps of one leg: to begin anew costs about as much as three, and the way to where one was."""

_FARTHEST: Final = 8
"""Transitions that are taken again to go on with a leg, at most."""


class Taken(NamedTuple):
    """A transition: the number of its state, and which one it is there."""

    state: int
    transition: int


@dataclass(slots=True)
class Leg:
    """A part of the tour, from the beginning on.

    Attributes:
        operations: what happens.
        taken: for each of them, the transition.
        is_new: for each of them, whether the tour takes that transition for the first time.
    """

    operations: list[Operation] = field(default_factory=list[Operation])
    taken: list[Taken] = field(default_factory=list[Taken])
    is_new: list[bool] = field(default_factory=list[bool])

    def trace(self, graph: Graph) -> Trace:
        """Give the leg as a trace."""
        universe = graph.universe
        trace = universe.beginning.with_operations(tuple(self.operations))
        return replace(trace, title=universe.title, profile=graph.profile.name)


class _Traveler:
    """Somebody on the way through a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.begin()

    def begin(self) -> None:
        """Begin a leg."""
        self.leg = Leg()
        self.state = 0
        self._renaming = 0
        self._world = self.graph.beginning

    @property
    def transitions(self) -> list[Transition]:
        """Those of the state."""
        return self.graph.transitions[self.state]

    def take(self, number: int, *, is_new: bool = False) -> bool:
        """Take a transition of the state; say whether there is time enough for it."""
        graph, symmetry, leg = self.graph, self.graph.symmetry, self.leg
        transition = self.transitions[number]
        operation = graph.concrete(transition.operation, self._renaming, self._world)
        if isinstance(operation, Advance) and not operation.by:
            # No instant lies between two that are neighbors.
            return False
        taken = Taken(self.state, number)
        self._world, _ = step(self._world, operation, graph.profile)
        self.state = transition.target
        self._renaming = symmetry.after(self._renaming, symmetry.inverse(transition.renaming))
        if (
            isinstance(operation, Advance)
            and leg.operations
            and isinstance(before := leg.operations[-1], Advance)
            and not (is_new or leg.is_new[-1])
        ):
            # Nobody looks at a moment that was looked at before.
            operation = Advance(by=before.by + operation.by)
            leg.operations.pop()
            leg.taken.pop()
            leg.is_new.pop()
        leg.operations.append(operation)
        leg.taken.append(taken)
        leg.is_new.append(is_new)
        return True

    def go_to(self, state: int) -> None:
        """Go a shortest way from the beginning."""
        if not all(map(self.take, self.graph.way_to(state))):
            raise AssertionError(f"the shortest way to state {state} takes no time at one step")


def shortest(graph: Graph, taken: Taken) -> Trace:
    """Give a trace that takes the transition on a shortest way."""
    traveler = _Traveler(graph)
    traveler.go_to(taken.state)
    traveler.take(taken.transition, is_new=True)
    return traveler.leg.trace(graph)


def tour(graph: Graph, most_steps: int = MOST_STEPS) -> Iterator[Leg]:
    """Yield legs that together take every transition of the graph; the same legs each time."""
    sightseer = _Sightseer(graph)
    while (state := sightseer.first_unfinished()) is not None:
        sightseer.begin()
        sightseer.go_to(state)
        while sightseer.go_on() and len(sightseer.leg.operations) < most_steps:
            pass
        yield sightseer.leg


class _Sightseer(_Traveler):
    """Somebody who remembers what is left to be taken."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        # The last is taken first: what stays in the state, for it costs no way back.
        self._left = [
            sorted(range(len(those)), key=lambda number: those[number].target == state)
            for state, those in enumerate(graph.transitions)
        ]
        # How to get from a state to each of its neighbors, and to the next moment.
        self._neighbors = [
            {transition.target: number for number, transition in enumerate(those)}
            for those in graph.transitions
        ]
        self._later = [
            next(
                (t.target for t in those if graph.operations[t.operation] is TIME_PASSES),
                state,
            )
            for state, those in enumerate(graph.transitions)
        ]
        self._unfinished = 0

    def first_unfinished(self) -> int | None:
        """Give the state found first of those that have transitions left, or ``None``."""
        while self._unfinished < len(self._left) and not self._left[self._unfinished]:
            self._unfinished += 1
        return self._unfinished if self._unfinished < len(self._left) else None

    def take(self, number: int, *, is_new: bool = False) -> bool:
        """Take a transition of the state, and remember that it was taken."""
        left = self._left[self.state]
        is_new = is_new or number in left
        taken = super().take(number, is_new=is_new)
        if taken and is_new:
            left.remove(number)
        return taken

    def go_on(self) -> bool:
        """Take a transition that is left, or go to one; say whether there was any near."""
        if left := self._left[self.state]:
            # Where nothing is left to be done, one would have to turn back.
            promising = (n for n in reversed(left) if self._left[self.transitions[n].target])
            return self.take(next(promising, left[-1]))
        way = self._way_by_waiting() or self._way_on()
        return bool(way) and all(map(self.take, way))

    def _way_by_waiting(self) -> list[int]:
        """Give the moments until one at which something is left: time costs a target nothing."""
        way: list[int] = []
        state = self.state
        while (later := self._later[state]) != state:
            way.append(self._neighbors[state][later])
            state = later
            if self._left[state]:
                return way
        return []

    def _way_on(self) -> list[int]:
        """Give the fewest transitions that lead to where something is left, if it is near."""
        came_by = {self.state: self.state}
        at_hand = [self.state]
        for _ in range(_FARTHEST):
            further: list[int] = []
            for state in at_hand:
                for target in self._neighbors[state]:
                    if target not in came_by:
                        came_by[target] = state
                        if self._left[target]:
                            return self._way(came_by, target)
                        further.append(target)
            at_hand = further
        return []

    def _way(self, came_by: dict[int, int], target: int) -> list[int]:
        way: list[int] = []
        while target != self.state:
            source = came_by[target]
            way.append(self._neighbors[source][target])
            target = source
        return way[::-1]
