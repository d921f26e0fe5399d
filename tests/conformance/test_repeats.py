"""A counterexample is run again before it is shown: only what depends on chance is said to."""

from __future__ import annotations

from state_store_conformance.checking import CheckOptions, check
from state_store_zoo.catalog import FAULTS


def test_what_only_a_read_back_shows_fails_again_by_the_same_clause() -> None:
    """Keys that are folded are seen where nobody wrote; the text of such a key matters as well."""
    (fault,) = (fault for fault in FAULTS if fault.id == "folds-case")

    report = check(fault.make(), CheckOptions(budget_seconds=30, tiers=("examples",)))
    shown = {found.id: found.counterexample for found in report.clauses if found.counterexample}

    assert "VALUE-2" in shown
    assert all(found.repeated for found in shown.values())
    assert all(clause == found.differences[0].clause for clause, found in shown.items())
