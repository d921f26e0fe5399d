"""Verdicts: what the findings of a run say of each clause, and of the target as a whole.

No clause passes because nothing ran.
"""

from __future__ import annotations

from collections.abc import Iterable

from state_store_conformance.applicability import asked_with, lacking, obstacle
from state_store_conformance.errors import BrokenFixtureError
from state_store_conformance.findings import Failure, Findings
from state_store_conformance.inspection import CAN_BE_MADE
from state_store_conformance.report import (
    ClauseReport,
    ClauseVerdict,
    Counterexample,
    SeenDifference,
    Verdict,
)
from state_store_spec.clause import Clause
from state_store_spec.judgment import Difference


def clause_reports(
    clauses: Iterable[Clause],
    findings: Findings,
    capabilities: frozenset[str],
    hosted: frozenset[str] = frozenset(),
) -> tuple[ClauseReport, ...]:
    """Give the report of each clause, and of clauses that are broken and not listed.

    Args:
        clauses: the law.
        findings: what the traces have shown.
        capabilities: what can be asked of the target.
        hosted: what can be asked of the server that stands behind a worker-side backend; the
            clauses of its hooks are asked there.
    """
    listed = tuple(clauses)
    known = {clause.id for clause in listed}
    unlisted = (
        _unlisted(clause, failure)
        for clause, failure in findings.failures.items()
        if clause not in known
    )
    asked = (
        _report(clause, findings, asked_with(clause, capabilities, hosted)) for clause in listed
    )
    return (*asked, *unlisted)


def overall(reports: Iterable[ClauseReport], findings: Findings) -> tuple[Verdict, str]:
    """Give the verdict on the target, and why."""
    of = {clause.id: clause.verdict for clause in reports}
    if isinstance(findings.engine_error, BrokenFixtureError):
        return "ERROR", f"the fixture broke, not the backend: {findings.engine_error}".rstrip(".")
    if findings.engine_error is not None:
        kind = type(findings.engine_error).__name__
        return "ERROR", f"the engine broke, not the target: {kind}: {findings.engine_error}"
    broken = [clause for clause, verdict in of.items() if verdict == "FAIL"]
    if broken:
        return "FAIL", f"it breaks {_list(broken)}"
    unknown = [clause for clause, verdict in of.items() if verdict == "INCONCLUSIVE"]
    if unknown:
        return "INCONCLUSIVE", f"this run did not show {_list(unknown)}"
    verdicts = list(of.values())
    passed, known = verdicts.count("PASS"), verdicts.count("KNOWN DEVIATION")
    if known and not passed:
        return "INCONCLUSIVE", "every clause that can be asked of it is a known deviation"
    if not passed:
        return "INCONCLUSIVE", "no clause could be asked of it"
    if known:
        others = "1 clause" if passed == 1 else f"{passed} clauses"
        return "PASS", f"it keeps the other {others} that can be asked of it"
    return "PASS", f"it keeps all {passed} clauses that can be asked of it"


def _report(clause: Clause, findings: Findings, capabilities: frozenset[str]) -> ClauseReport:
    reached = {
        situation: findings.situations[situation]
        for situation in clause.situations
        if findings.situations[situation]
    }
    missing = tuple(situation for situation in clause.situations if situation not in reached)
    failure = findings.failures.get(clause.id)
    verdict, reason = _verdict(clause, findings, capabilities, missing)
    obstructed = obstacle(clause, capabilities) if verdict == "NOT APPLICABLE" else None
    return ClauseReport(
        id=clause.id,
        chapter=clause.chapter,
        title=clause.title,
        sentence=clause.sentence,
        source=tuple(f"“{quote.text}” ({quote.source})" for quote in clause.quotes),
        interpretation=clause.interpretation,
        verdict=verdict,
        reason=reason,
        obstacle=None if obstructed is None else obstructed[0],
        lacking=()
        if obstructed is None or obstructed[0] != "not-offered"
        else lacking(clause, capabilities),
        situations_reached=reached,
        situations_missing=missing,
        examples_passed=findings.examples[clause.id],
        counterexample=None if failure is None else _counterexample(failure),
    )


def _verdict(
    clause: Clause, findings: Findings, capabilities: frozenset[str], missing: tuple[str, ...]
) -> tuple[ClauseVerdict, str]:
    failure = findings.failures.get(clause.id)
    if failure is not None:
        if failure.repeated:
            return "FAIL", ""
        return "FAIL", "it did not fail again when it was run again"
    if clause.id in findings.inspected:
        complaint = findings.inspected[clause.id]
        return ("FAIL", complaint) if complaint else ("PASS", "")
    if findings.inspected.get(CAN_BE_MADE):
        return "INCONCLUSIVE", "there is no instance to call"
    if (obstructed := obstacle(clause, capabilities)) is not None:
        return "NOT APPLICABLE", obstructed[1]
    broken = [other for other in clause.rests_on if other in findings.failures]
    if broken:
        return "FAIL", f"it rests on what is broken: {_list(broken)}"
    if findings.engine_error is not None:
        return "ERROR", "the engine broke before the run was over"
    if missing:
        return "INCONCLUSIVE", f"not reached: {', '.join(missing)}"
    if not clause.situations and not findings.examples[clause.id]:
        return "INCONCLUSIVE", "none of its examples ran to its end"
    return "PASS", ""


def _unlisted(clause: str, failure: Failure) -> ClauseReport:
    return ClauseReport(
        id=clause,
        chapter="Clauses that the specification does not list",
        title="blamed by the judgment, without a text",
        sentence="",
        verdict="FAIL",
        situations_reached={},
        counterexample=_counterexample(failure),
    )


def _counterexample(failure: Failure) -> Counterexample:
    return Counterexample(
        trace=failure.run.recorded(),
        differences=seen(failure.run.differences),
        tier=failure.tier,
        repeated=failure.repeated,
    )


def seen(differences: Iterable[Difference]) -> tuple[SeenDifference, ...]:
    """Give the differences as a report holds them."""
    return tuple(
        SeenDifference(
            clause=difference.clause,
            subject=difference.subject,
            expected=difference.expected,
            actual=difference.actual,
        )
        for difference in differences
    )


def _list(ids: list[str], most: int = 6) -> str:
    shown = ", ".join(ids[:most])
    return shown if len(ids) <= most else f"{shown} and {len(ids) - most} more"
