"""What the tests of small universes share: graphs, and the worlds behind their states."""

from __future__ import annotations

from functools import cache

from state_store_conformance.exhaustive.facts import facts_of
from state_store_conformance.exhaustive.graph import Graph, enumerated
from state_store_conformance.exhaustive.small_universe import SmallUniverse
from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.oracle import World, step
from state_store_spec.profiles import find_profile

PROFILE = find_profile("pr-67299")
SMALL = [name for name in UNIVERSES if name.endswith("-1")]


@cache
def graph_of(name: str, profile: str = PROFILE.name) -> Graph:
    """Enumerate a universe by its name."""
    return enumerated(UNIVERSES[name], find_profile(profile), ReferenceMetastore())


def enumerate_plainly(universe: SmallUniverse) -> Graph:
    """Enumerate a universe of another kind."""
    return enumerated(universe, PROFILE, ReferenceMetastore())


def worlds_of(graph: Graph) -> list[World]:
    """Give the world that was found for each state."""
    worlds: list[World] = []
    for way in graph.ways:
        if way is None:
            worlds.append(graph.beginning)
            continue
        before = worlds[way.source]
        transition = graph.transitions[way.source][way.transition]
        operation = graph.concrete(transition.operation, 0, before)
        worlds.append(step(before, operation, graph.profile)[0])
    return worlds


def form_of(graph: Graph, world: World) -> tuple[int, ...]:
    """Give what all worlds of a state have in common."""
    return graph.symmetry.canonical(facts_of(world, graph.universe.retention_days))[0]
