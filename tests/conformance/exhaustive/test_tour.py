"""The tour: it takes every transition, and comes to the worlds that the graph says."""

from __future__ import annotations

import pytest

from state_store_conformance.errors import UsageError
from state_store_conformance.exhaustive.facts import facts_of
from state_store_conformance.exhaustive.shard import Shard, parse_shard
from state_store_conformance.exhaustive.tour import Taken, shortest, tour
from state_store_spec.oracle import beginning, step
from state_store_spec.trace_rules import broken_rules
from tests.conformance.exhaustive.walks import SMALL, form_of, graph_of, worlds_of


@pytest.mark.parametrize("profile", ["pr-67299", "airflow-3.3"])
@pytest.mark.parametrize("name", SMALL)
def test_the_tour_takes_every_transition(name: str, profile: str) -> None:
    """Each is new exactly once, and every leg is a trace that anybody may run."""
    graph = graph_of(name, profile)
    legs = list(tour(graph))
    new = [
        taken for leg in legs for taken, is_new in zip(leg.taken, leg.is_new, strict=True) if is_new
    ]
    every = {
        Taken(state, number)
        for state, those in enumerate(graph.transitions)
        for number in range(len(those))
    }

    assert len(new) == graph.size
    assert set(new) == every
    assert [] == [broken for leg in legs for broken in broken_rules(leg.trace(graph))]


@pytest.mark.parametrize("name", SMALL)
def test_worlds_of_one_state_can_do_the_same(name: str) -> None:
    """Whatever way the tour has come, the oracle is in the state that the graph has there.

    So what the states leave out, the instant and the names, decides nothing.
    """
    graph = graph_of(name)
    forms = [form_of(graph, world) for world in worlds_of(graph)]
    days = graph.universe.retention_days
    for leg in tour(graph):
        world = beginning(leg.trace(graph))
        for operation, taken in zip(leg.operations, leg.taken, strict=True):
            world, _ = step(world, operation, graph.profile)
            target = graph.transitions[taken.state][taken.transition].target

            assert forms[target] == graph.symmetry.canonical(facts_of(world, days))[0]


def test_the_same_tour_each_time() -> None:
    """A universe is walked in the same steps on every machine."""
    graph = graph_of("places-1")

    assert [leg.operations for leg in tour(graph)] == [leg.operations for leg in tour(graph)]


def test_a_shortest_way_is_short() -> None:
    """No transition of the smallest universe is further than its states are deep."""
    graph = graph_of("places-1")
    longest = max(len(graph.way_to(state)) for state in range(len(graph.transitions)))
    for leg in tour(graph):
        for taken in leg.taken:
            assert len(shortest(graph, taken).operations) <= longest + 1


def test_shards_add_up_to_the_whole() -> None:
    """Each leg belongs to exactly one of the parts, however many there are."""
    for count in (1, 2, 3, 8):
        shards = [Shard(number, count) for number in range(1, count + 1)]

        assert [1] * 20 == [sum(shard.takes(index) for shard in shards) for index in range(20)]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    """The error shows the value and what to write."""
    with pytest.raises(UsageError, match=r"such as 3/8: from 1/8 to 8/8"):
        parse_shard(text)


def test_a_shard_is_read() -> None:
    """And written again."""
    assert Shard(3, 8) == parse_shard("3/8")
    assert str(Shard(3, 8)) == "3/8"
