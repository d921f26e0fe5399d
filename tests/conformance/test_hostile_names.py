"""The tier of hostile names: every one has its turn, and a store that holds it is not blamed."""

from __future__ import annotations

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.strategies.namings import (
    ASSET_NAMINGS,
    KEY_NAMINGS,
    TASK_NAMINGS,
    UNHOLDABLE_NAMINGS,
    VALUE_NAMINGS,
)
from state_store_conformance.target import METASTORE_CAPABILITIES, REFERENTIAL
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.tiers.hostile_names import hostile_traces
from state_store_spec.profiles import find_profile
from state_store_spec.profiles.language import not_said
from state_store_spec.trace_rules import broken_rules

PROFILE = "pr-67299"
ONLY = CheckOptions(budget_seconds=60, tiers=("names",))


def test_every_hostile_name_has_its_turn() -> None:
    """Each part of a naming is that of one trace; of what cannot be held, each text is."""
    traces = list(hostile_traces(PROFILE))
    used = [trace.naming for trace in traces]
    unholdable = {text for naming in UNHOLDABLE_NAMINGS for text in naming.values()}

    for naming in (*KEY_NAMINGS, *VALUE_NAMINGS, *TASK_NAMINGS, *ASSET_NAMINGS):
        assert naming in used
    assert {text for naming in used for text in naming.values()} & unholdable
    assert [] == [rule for trace in traces for rule in broken_rules(trace)]


def test_neighbors_come_first_and_then_the_kinds_take_turns() -> None:
    """A budget that ends early has seen scopes side by side, keys, values, tasks and assets."""
    namings = [trace.naming for trace in hostile_traces(PROFILE)]

    assert [{}, {}, {}] == namings[:3]
    assert [KEY_NAMINGS[0], VALUE_NAMINGS[0], TASK_NAMINGS[0], ASSET_NAMINGS[0]] == namings[3:7]
    assert namings[7] in UNHOLDABLE_NAMINGS


def test_the_reference_holds_them_all() -> None:
    """Nothing differs, and every trace is run to its end."""
    report = check(ReferenceMetastore(), ONLY)

    assert [] == [clause.id for clause in report.clauses if clause.verdict == "FAIL"]
    assert len(list(hostile_traces(PROFILE))) == report.traces["names"]


def test_a_store_that_knows_no_assets_is_not_asked_for_names() -> None:
    """By a name only a store that knows which asset has it can find anything."""
    without = ReferenceMetastore(capabilities=METASTORE_CAPABILITIES - {REFERENTIAL})
    report = check(without, ONLY)

    assert len(list(hostile_traces(PROFILE, referential=False))) == report.traces["names"]
    assert report.traces["names"] == len(list(hostile_traces(PROFILE))) - len(ASSET_NAMINGS)


def test_a_profile_is_asked_for_nothing_that_it_does_not_say() -> None:
    """In a release whose server goes by ids, no scope names an asset."""
    release = find_profile("airflow-3.3")
    operations = [op for trace in hostile_traces(release.name) for op in trace.operations]

    assert operations
    assert [] == [reason for op in operations for reason in not_said(op, release)]
