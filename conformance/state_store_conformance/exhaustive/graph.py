"""The graph: the states that a small universe can come to, and every transition between them.

A state is a world but for the names of its symbols and for when it is: what is left decides what
can happen next. A transition is one operation in one state. The oracle enumerates both, breadth
first, so a state is found by one of the shortest ways to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from state_store_conformance.exhaustive.ages import next_moment
from state_store_conformance.exhaustive.facts import facts_of
from state_store_conformance.exhaustive.renaming import Symmetry, renamed
from state_store_conformance.exhaustive.small_universe import TIME_PASSES, SmallUniverse
from state_store_conformance.target import Described
from state_store_spec.operations import Operation
from state_store_spec.oracle import World, beginning, step
from state_store_spec.profiles import Profile


class Transition(NamedTuple):
    """One operation in one state.

    Attributes:
        operation: its number among the operations, as the world of the state names things.
        target: the number of the state it leads to.
        renaming: the number of the renaming that leads from the names of the one world to those
            of the other.
    """

    operation: int
    target: int
    renaming: int


class Way(NamedTuple):
    """How a state was found: from which one, and by its how many-th transition."""

    source: int
    transition: int


@dataclass(slots=True)
class Graph:
    """A universe, enumerated.

    Attributes:
        universe: what was enumerated.
        profile: the law of the oracle.
        beginning: the first world.
        operations: what can happen.
        symmetry: the renamings.
        operation_images: for each renaming, the number of each operation renamed.
        transitions: those of each state; state 0 is the beginning.
        ways: how each state was found; the beginning by none.
    """

    universe: SmallUniverse
    profile: Profile
    beginning: World
    operations: tuple[Operation, ...]
    symmetry: Symmetry
    operation_images: list[list[int]]
    transitions: list[list[Transition]] = field(default_factory=list[list[Transition]])
    ways: list[Way | None] = field(default_factory=list["Way | None"])

    @property
    def size(self) -> int:
        """How many transitions there are."""
        return sum(map(len, self.transitions))

    def concrete(self, operation: int, renaming: int, world: World) -> Operation:
        """Give an operation of a state as it happens in a world that stands for the state.

        Args:
            operation: its number.
            renaming: from the names of the state to those of the world.
            world: says how long it takes until something else can happen.
        """
        happens = self.operations[self.operation_images[renaming][operation]]
        if happens is TIME_PASSES:
            return replace(TIME_PASSES, by=next_moment(world, self.universe.retention_days))
        return happens

    def way_to(self, state: int) -> list[int]:
        """Give a shortest way to a state: the number of a transition of each state on it."""
        numbers: list[int] = []
        while (way := self.ways[state]) is not None:
            numbers.append(way.transition)
            state = way.source
        return numbers[::-1]


def enumerated(universe: SmallUniverse, profile: Profile, target: Described) -> Graph:
    """Enumerate a universe, as far as the target can be taken through it."""
    operations = universe.operations_for(target.capabilities, profile)
    symmetry = Symmetry(universe.roles)
    numbers = {operation: number for number, operation in enumerate(operations)}
    graph = Graph(
        universe,
        profile,
        beginning(universe.beginning.with_operations(operations), target.limits, target.claims),
        operations,
        symmetry,
        [
            [numbers[renamed(operation, renaming)] for operation in operations]
            for renaming in symmetry.renamings
        ],
    )
    _Enumeration(graph).run()
    return graph


class _Enumeration:
    """The search through one universe."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._days = graph.universe.retention_days
        # The world that was found first, and its renamings to the form all of them share.
        self._worlds: list[World] = []
        self._to_form: list[list[int]] = []
        self._states: dict[tuple[int, ...], int] = {}

    def run(self) -> None:
        """Look at one state after the other until none is new."""
        self._state_of(self._graph.beginning, None)
        for state, world in enumerate(self._worlds):
            self._graph.transitions.append(self._transitions(state, world))

    def _transitions(self, state: int, world: World) -> list[Transition]:
        graph = self._graph
        found: list[Transition] = []
        for operation in self._told_apart(state):
            after, _ = step(world, graph.concrete(operation, 0, world), graph.profile)
            if graph.universe.contains(after):
                target, renaming = self._state_of(after, Way(state, len(found)))
                found.append(Transition(operation, target, renaming))
        return found

    def _told_apart(self, state: int) -> list[int]:
        """Give the operations of which no other is the same but for names that differ in nothing.

        Those are the renamings that leave the world of the state as it is.
        """
        symmetry, images = self._graph.symmetry, self._graph.operation_images
        first, *others = self._to_form[state]
        unchanged = [symmetry.after(symmetry.inverse(first), other) for other in others]
        return [
            operation
            for operation in range(len(self._graph.operations))
            if all(images[renaming][operation] >= operation for renaming in unchanged)
        ]

    def _state_of(self, world: World, way: Way | None) -> tuple[int, int]:
        """Give the state of a world, and the renaming from its names to those of the state."""
        symmetry = self._graph.symmetry
        form, to_form = symmetry.canonical(facts_of(world, self._days))
        state = self._states.get(form)
        if state is None:
            state = self._states[form] = len(self._worlds)
            self._worlds.append(world)
            self._to_form.append(to_form)
            self._graph.ways.append(way)
            return state, 0
        back = symmetry.inverse(self._to_form[state][0])
        return state, symmetry.after(back, to_form[0])
