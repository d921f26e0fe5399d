"""The tour: traces that together take a target through every transition of a graph.

A target that can only be told to do things has to be walked from state to state, and some of the
way is taken twice. A walk is also a longer history than the shortest one to each state, which finds
what a backend remembers and no row shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from state_store_conformance.exhaustive.graph import Graph
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
        taken: for each of them the transition that it takes for the first time, if it does.
    """

    operations: list[Operation] = field(default_factory=list[Operation])
    taken: list[Taken | None] = field(default_factory=list["Taken | None"])

    def trace(self, graph: Graph) -> Trace:
        """Give the leg as a trace."""
        universe = graph.universe
        trace = universe.beginning.with_operations(tuple(self.operations))
        return replace(trace, title=universe.title, profile=graph.profile.name)


def tour(graph: Graph, most_steps: int = MOST_STEPS) -> Iterator[Leg]:
    """Yield legs that together take every transition of the graph; the same legs each time."""
    walk = _Walk(graph)
    while (state := walk.first_unfinished()) is not None:
        walk.begin_at(state)
        while walk.go_on() and len(walk.leg.operations) < most_steps:
            pass
        yield walk.leg


class _Walk:
    """A walk through a graph that remembers what is left to be taken."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        # The last is taken first: what stays in the state, for it costs no way back.
        self._left = [
            sorted(range(len(those)), key=lambda number: those[number].target == state)
            for state, those in enumerate(graph.transitions)
        ]
        # How to get from a state to each of its neighbors.
        self._neighbors = [
            {transition.target: number for number, transition in enumerate(those)}
            for those in graph.transitions
        ]
        self._waiting = [
            next((n for n, t in enumerate(those) if graph.operations[t.operation] is TIME_PASSES), None)
            for those in graph.transitions
        ]
        self._unfinished = 0

    def first_unfinished(self) -> int | None:
        """Give the state found first of those that have transitions left, or ``None``."""
        while self._unfinished < len(self._left) and not self._left[self._unfinished]:
            self._unfinished += 1
        return self._unfinished if self._unfinished < len(self._left) else None

    def begin_at(self, state: int) -> None:
        """Begin a leg and go to the state."""
        self.leg = Leg()
        self._state = 0
        self._renaming = 0
        self._world = self._graph.beginning
        if not all(map(self._take, self._graph.way_to(state))):
            raise AssertionError("the shortest way to a state takes no time between two instants")

    def go_on(self) -> bool:
        """Take a transition that is left, or go to one; say whether there was any near."""
        if left := self._left[self._state]:
            those = self._graph.transitions[self._state]
            # Where nothing is left to be done, one would have to turn back.
            promising = (number for number in reversed(left) if self._left[those[number].target])
            return self._take(next(promising, left[-1]))
        return all(map(self._take, self._way_on()))

    def _way_on(self) -> Iterator[int]:
        """Give transitions to a state with some left; one that is none where none is near."""
        # Most of the time it is enough to wait, which costs a target nothing.
        came_by: dict[int, int | None] = {self._state: None}
        state = self._state
        while (number := self._waiting[state]) is not None:
            later = self._graph.transitions[state][number].target
            if later in came_by:
                break
            came_by[later] = state
            if self._left[later]:
                return self._way(came_by, later)
            state = later
        came_by: dict[int, int | None] = {self._state: None}
        at_hand = [self._state]
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
        return iter((-1,))

    def _way(self, came_by: dict[int, int | None], target: int) -> Iterator[int]:
        way: list[int] = []
        while (source := came_by[target]) is not None:
            way.append(self._neighbors[source][target])
            target = source
        return reversed(way)

    def _take(self, number: int) -> bool:
        """Take a transition of the state; say whether there is one, and time enough for it."""
        if number < 0:
            return False
        graph, symmetry = self._graph, self._graph.symmetry
        transition = graph.transitions[self._state][number]
        operation = graph.concrete(transition.operation, self._renaming, self._world)
        if isinstance(operation, Advance) and not operation.by:
            return False
        left = self._left[self._state]
        self.leg.operations.append(operation)
        self.leg.taken.append(Taken(self._state, number) if number in left else None)
        if number in left:
            left.remove(number)
        self._world, _ = step(self._world, operation, graph.profile)
        self._state = transition.target
        self._renaming = symmetry.after(self._renaming, symmetry.inverse(transition.renaming))
        return True
