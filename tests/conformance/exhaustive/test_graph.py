"""The graph: every state and transition of a universe, once, and nothing lost by symmetry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from state_store_conformance.exhaustive.facts import TOLD, facts_of
from state_store_conformance.exhaustive.graph import Graph
from state_store_conformance.exhaustive.renaming import Symmetry
from state_store_conformance.exhaustive.universes import FAMILIES, UNIVERSES
from state_store_spec.oracle.world import Asset, AssetPlace, AssetRow, HeldObject, TaskInstance
from state_store_spec.settings import StateStoreSettings
from tests.conformance.exhaustive.walks import (
    SMALL,
    enumerate_plainly,
    form_of,
    graph_of,
    worlds_of,
)


def happenings(graph: Graph, symmetry: Symmetry) -> list[tuple[int, ...]]:
    """Give each transition as what all that renaming makes of it have in common."""
    days = graph.universe.retention_days
    return [
        symmetry.canonical(
            [*facts_of(world, days), ("happens", graph.operations[transition.operation])]
        )[0]
        for world, those in zip(worlds_of(graph), graph.transitions, strict=True)
        for transition in those
    ]


@pytest.mark.parametrize("name", ["retention-1", "places-1", "calls-1"])
def test_symmetry_loses_nothing(name: str) -> None:
    """Enumerated without roles, a universe has more transitions, and no other ones."""
    universe = UNIVERSES[name]
    with_roles = graph_of(name)
    without_roles = enumerate_plainly(replace(universe, roles=()))
    symmetry = Symmetry(universe.roles)
    reduced = happenings(with_roles, symmetry)
    whole = happenings(without_roles, symmetry)

    assert len(set(reduced)) == len(reduced)
    assert set(whole) == set(reduced)
    assert len(whole) > len(reduced)


@pytest.mark.parametrize("name", [name for name in UNIVERSES if UNIVERSES[name].transitions < 8000])
def test_a_universe_has_as_many_transitions_as_it_says(name: str) -> None:
    """The number by which the time is estimated is right."""
    assert UNIVERSES[name].transitions == graph_of(name).size


def test_universes_grow() -> None:
    """Within a family each universe is larger than the one before."""
    for family in FAMILIES:
        sizes = [universe.transitions for universe in family]

        assert sorted(set(sizes)) == sizes


@pytest.mark.parametrize("name", SMALL)
def test_no_state_has_more_rows_than_are_looked_at(name: str) -> None:
    """The bound of a universe holds for every world."""
    graph = graph_of(name)

    assert all(graph.universe.contains(world) for world in worlds_of(graph))


@pytest.mark.parametrize("name", SMALL)
def test_states_are_told_apart(name: str) -> None:
    """No two states have the same form."""
    graph = graph_of(name)
    forms = [form_of(graph, world) for world in worlds_of(graph)]

    assert len(set(forms)) == len(forms)


def test_facts_tell_every_field_that_operations_change() -> None:
    """A world that differs in one field has other facts; the clock is told by ages."""
    world = graph_of("assets-1").beginning
    place = AssetPlace("asset_a", "key_1")
    row = AssetRow("value_1", world.now)
    instance = TaskInstance("dag_a", "run_1", "load", 0)
    changed: dict[str, Any] = {
        "settings": StateStoreSettings(default_retention_days=7),
        "dag_runs": frozenset({("dag_a", "run_1")}),
        "assets": frozenset[str](),
        "active_records": frozenset({Asset("name", "uri")}),
        "task_state": {(*instance, "key_1"): row},
        "asset_state": {place: row},
        "ended": {(*instance, "key_1"): row},
        "task_instances": {instance: "success"},
        "worker_side": True,
        "worker_ahead": timedelta(days=1),
        "objects": {"reference": HeldObject(("asset", "name_1"), "value_1")},
    }
    before = set(facts_of(world, ()))

    assert set(changed) == TOLD - {"now"}
    for field, value in changed.items():
        assert before != set(facts_of(world._replace(**{field: value}), ())), field
    written = world._replace(asset_state={place: row})
    later = written._replace(now=world.now + timedelta(days=1))
    assert set(facts_of(written, ())) != set(facts_of(later, ()))
