"""What is drawn in a profile is what it can say, its own operations included."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from state_store_conformance.strategies import UNIVERSES, operations, traces
from state_store_conformance.strategies.around import NEIGHBORHOODS_AROUND
from state_store_conformance.strategies.operations import EVERY_CAPABILITY
from state_store_conformance.strategies.scopes import NEIGHBORHOODS
from state_store_spec.operations import (
    AccessorOperation,
    SetNeverExpire,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicTaskScope,
)
from state_store_spec.profiles import PROFILES
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules

OWN: dict[str, type] = {"pr-67299": SetNeverExpire, "airflow-3.3": SweepOrphans}


@cache
def drawn_in(profile: str) -> list[Trace]:
    """Give some traces, the same ones each time."""
    drawn: list[Trace] = []

    @settings(
        max_examples=300,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(trace=traces(profile=profile))
    def look(trace: Trace) -> None:
        drawn.append(trace)

    look()
    return drawn


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_says_its_own_and_nothing_of_others(profile: str) -> None:
    """The traces break no rule; what only one of the profiles has is drawn there and only there."""
    drawn = drawn_in(profile)
    found = {type(operation) for trace in drawn for operation in trace.operations}
    found |= {type(call) for trace in drawn for call in trace.calls()}

    assert [] == [rule for trace in drawn for rule in broken_rules(trace)]
    assert {OWN[profile]} == found & set(OWN.values())


def test_a_worker_of_the_release_still_names_assets_and_awaits_them() -> None:
    """Names stay where a worker gives them, and async calls where the accessor has them."""
    calls = [
        call
        for trace in drawn_in("airflow-3.3")
        for call in trace.calls()
        if isinstance(call, AccessorOperation)
    ]

    assert {"sync"} == {call.mode for call in calls if isinstance(call.scope, SymbolicTaskScope)}
    of_assets = [call for call in calls if isinstance(call.scope, SymbolicAssetScope)]
    assert {"sync", "async"} == {call.mode for call in of_assets}
    assert {
        call.scope.asset for call in of_assets if isinstance(call.scope, SymbolicAssetScope)
    } == {None}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_alphabet_of_a_profile_can_be_drawn_from(profile: str) -> None:
    """No neighborhood of a profile is left without scopes, or makes an alphabet too long."""
    for neighborhood, universe in product((*NEIGHBORHOODS, *NEIGHBORHOODS_AROUND), UNIVERSES):
        for without in (frozenset[str](), EVERY_CAPABILITY):
            operations(
                neighborhood, universe, capabilities=EVERY_CAPABILITY - without, profile=profile
            )
