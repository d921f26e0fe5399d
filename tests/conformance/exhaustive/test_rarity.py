"""Rarity: the tables are those of the universes, and what is rare is where traces may begin."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from state_store_conformance.exhaustive.rarity import COUNTED, FOLDER, shares, table_of
from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_conformance.strategies.openings import opening_of
from state_store_conformance.strategies.traces import opened_traces
from state_store_conformance.strategies.universes import ABSENT_ASSET
from state_store_conformance.target import (
    ACCESSORS,
    METASTORE_CAPABILITIES,
    REFERENTIAL,
    SESSIONS,
    TASK_INSTANCES,
    WORKER_SIDE,
)
from state_store_conformance.tiers.rare_openings import RARE, rare_openings
from state_store_conformance.tiers.situation_search import run_of_oracle
from state_store_conformance.tiers.situation_traces import situation_traces
from state_store_spec.clause_files import situations_in_force
from state_store_spec.operations import Transaction
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules
from tests.properties.chosen import EVERY_HEALTH_CHECK

PROFILES = ("pr-67299", "airflow-3.3")


def committed(profile: str) -> dict[str, dict[str, int]]:
    """Read the table of a profile."""
    folder = files("state_store_conformance") / "exhaustive" / FOLDER
    table: Any = json.loads((folder / f"{profile}.json").read_text(encoding="utf-8"))
    return table  # type: ignore[no-any-return]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_table_is_that_of_the_universes(profile: str) -> None:
    """Counted anew, a universe of each size gives what is in the table."""
    small = ("assets-1",)

    assert {name: committed(profile)[name] for name in small} == table_of(profile, small)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_table_knows_the_situations_in_force(profile: str) -> None:
    """It counts the universes that it is said to count, and situations of the profile alone."""
    table = committed(profile)
    known = set(situations_in_force(profile)) | {"transitions"}

    assert COUNTED == tuple(table)
    assert set() == {name for counts in table.values() for name in counts} - known
    if profile == DEFAULT_PROFILE:
        assert {name: UNIVERSES[name].transitions for name in COUNTED} == {
            name: counts["transitions"] for name, counts in table.items()
        }


def test_a_share_is_of_all_transitions() -> None:
    """A situation is as rare as it is in all universes together."""
    table = committed(DEFAULT_PROFILE)
    transitions = sum(counts["transitions"] for counts in table.values())
    reached = sum(counts.get("delete-absent", 0) for counts in table.values())

    assert shares(DEFAULT_PROFILE)["delete-absent"] == pytest.approx(reached / transitions)
    assert {} == shares("no such profile")


def test_rare_situations_are_opened_and_common_ones_are_not() -> None:
    """The openings lead to what is rare, and to nothing that any trace would reach."""
    share = shares(DEFAULT_PROFILE)
    traces = dict(situation_traces(DEFAULT_PROFILE))
    opened = [
        one.trace.operations for one in rare_openings(DEFAULT_PROFILE, METASTORE_CAPABILITIES)
    ]

    assert "last-batch-is-partial" not in share
    assert traces["last-batch-is-partial"].operations in opened
    assert share["several-batches"] < RARE < share["change-beside-another-key"]
    assert traces["several-batches"].operations in opened
    assert traces["change-beside-another-key"].operations not in opened


def test_a_store_is_asked_for_no_more_than_it_can_do() -> None:
    """Without sessions, the calls of an opening are made one by one."""
    opened = rare_openings(DEFAULT_PROFILE, METASTORE_CAPABILITIES - {SESSIONS})

    assert opened
    assert not any(isinstance(op, Transaction) for one in opened for op in one.trace.operations)


def test_everything_is_there_in_a_store_that_knows_no_parents() -> None:
    """No write is refused because its asset or its dag run is not there."""
    capabilities = METASTORE_CAPABILITIES - {REFERENTIAL, ACCESSORS, TASK_INSTANCES, WORKER_SIDE}
    opened = rare_openings(DEFAULT_PROFILE, capabilities)

    assert len(opened) > 10
    for one in opened:
        assert next(broken_rules(one.trace), None) is None
        states = {each.asset: each.state for each in one.trace.universe.assets}
        assert "absent" == states.pop(ABSENT_ASSET)
        assert {"active"} == set(states.values())
        assert all(dag_run.exists for dag_run in one.trace.universe.dag_runs)


@pytest.mark.parametrize("name", ["last-batch-is-partial", "several-keys-listed"])
def test_a_trace_that_begins_with_an_opening_reaches_its_situation(name: str) -> None:
    """Whatever comes after it, in a universe that has more in it."""
    trace = dict(situation_traces(DEFAULT_PROFILE))[name]
    profile = find_profile(DEFAULT_PROFILE)
    drawn: list[Trace] = []

    @settings(
        max_examples=20,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=EVERY_HEALTH_CHECK,
    )
    @given(opened_traces((opening_of(trace, referential=True),)))
    def reach(opened: Trace) -> None:
        drawn.append(opened)
        assert next(broken_rules(opened), None) is None
        assert run_of_oracle(opened, profile).situations[name]

    reach()
    assert len({each.operations for each in drawn}) > 1
