"""The tier of crowds: what is paged shows only where there is more than a page."""

from __future__ import annotations

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.report import Report
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.tiers.crowds import crowds
from state_store_spec.operations import Collect, Transaction
from state_store_spec.profiles import PROFILES, find_profile
from state_store_spec.profiles.language import not_said
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules
from state_store_zoo.catalog import FAULTS

ONLY = CheckOptions(budget_seconds=120, tiers=("crowds",))
MANY = 100
BLIND_BEHIND_ONE_HUNDRED = {
    "metastore-lists-one-hundred": "BOUND-5",
    "metastore-looks-at-one-hundred": "GC-7",
}


@pytest.mark.parametrize("profile", PROFILES)
def test_each_is_a_trace_of_many_rows(profile: str) -> None:
    """Every trace of a profile is one that it can say, and writes more than a hundred rows."""
    traces = list(crowds(profile))

    for trace in traces:
        sessions = [step for step in trace.operations if isinstance(step, Transaction)]
        assert max(len(session.operations) for session in sessions) > MANY
        assert [] == list(broken_rules(trace))
        for operation in trace.operations:
            assert [] == list(not_said(operation, find_profile(profile)))
    batch_sizes = {trace.settings.state_cleanup_batch_size for trace in traces if _collects(trace)}
    assert {0, 1, 2} <= batch_sizes


def test_the_reference_keeps_to_the_law_in_a_crowd() -> None:
    """Nothing differs, and every trace is run to its end."""
    report = check(ReferenceMetastore(), ONLY)

    assert [] == [clause.id for clause in report.clauses if clause.verdict == "FAIL"]
    assert len(list(crowds("pr-67299"))) == report.traces["crowds"]


@pytest.mark.parametrize(("fault", "clause"), BLIND_BEHIND_ONE_HUNDRED.items())
def test_who_is_blind_behind_one_hundred_rows_is_found_here_alone(fault: str, clause: str) -> None:
    """The small traces of the other tiers pass; here the clause is broken."""
    (broken,) = (one for one in FAULTS if one.id == fault)
    small = CheckOptions(budget_seconds=60, tiers=("examples", "situations", "names"))

    assert [] == _broken(check(broken.make(), small))
    assert clause in _broken(check(broken.make(), ONLY))


def _collects(trace: Trace) -> bool:
    return any(isinstance(operation, Collect) for operation in trace.operations)


def _broken(report: Report) -> list[str]:
    return [clause.id for clause in report.clauses if clause.verdict == "FAIL"]
