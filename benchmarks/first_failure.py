"""The court, asked until the first clause is broken."""

from __future__ import annotations

from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.findings import Findings
from state_store_conformance.report import ClauseReport, Report
from state_store_conformance.target import Target


def judged_to_the_first_failure(target: Target, options: CheckOptions) -> Report:
    """Judge a target, and stop as soon as a counterexample is there."""

    def stop_when_found(findings: Findings) -> None:
        if findings.failures:
            raise BudgetSpentError

    return check(target, options, progress=stop_when_found)


def first_shown(report: Report) -> ClauseReport | None:
    """Give the first clause that has a counterexample."""
    return next((clause for clause in report.clauses if clause.counterexample is not None), None)
