"""A backend that is slow to be made: the budget ends before anything was seen."""

from __future__ import annotations

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.targets.finding import find_target


def test_budget_that_ends_before_the_first_trace() -> None:
    """Nothing was shown, and that is no fault of the backend."""
    target = find_target("tests.conformance.slow_backend:make")

    report = check(target, CheckOptions(budget_seconds=0.2))

    assert ("INCONCLUSIVE", 0) == (report.verdict, sum(report.traces.values()))
