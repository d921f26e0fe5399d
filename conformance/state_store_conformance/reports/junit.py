"""The report as JUnit XML: a test case for each clause, for what collects the results of tests."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from state_store_conformance.claims_in_words import claims_of_report
from state_store_conformance.report import ClauseReport, ClauseVerdict, Report
from state_store_conformance.reports.legible import legible
from state_store_conformance.reports.plain_text import counterexample_as_text

# What nobody has shown is an error, and not skipped: no green by absence.
_OUTCOMES: Final[dict[ClauseVerdict, str]] = {
    "FAIL": "failure",
    "ERROR": "error",
    "INCONCLUSIVE": "error",
    "KNOWN DEVIATION": "skipped",
    "NOT APPLICABLE": "skipped",
}


def junit_xml(report: Report) -> str:
    """Give the report as JUnit XML, the form that pytest and Maven's Surefire write."""
    suites = ET.Element("testsuites", {"name": "state-store check", **_totals(report)})
    about = {
        "name": legible(f"state-store check {report.target}"),
        "timestamp": report.began_at.strftime("%Y-%m-%dT%H:%M:%S"),
    }
    suite = ET.SubElement(suites, "testsuite", {**about, **_totals(report)})
    _add_properties(suite, report)
    for clause in report.clauses:
        _add_case(suite, clause, report)
    ET.indent(suites)
    text = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _totals(report: Report) -> dict[str, str]:
    outcomes = [_OUTCOMES.get(clause.verdict) for clause in report.clauses]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "skipped": str(outcomes.count("skipped")),
        "time": f"{report.elapsed_seconds:.3f}",
    }


def _add_properties(suite: ET.Element, report: Report) -> None:
    facts = {
        "verdict": report.verdict,
        "reason": report.reason,
        "profile": report.profile,
        "target": report.target,
        "title": report.title,
        "seed": str(report.seed),
        "budget_seconds": f"{report.budget_seconds:g}",
        "traces": str(sum(report.traces.values())),
        "steps": str(report.steps),
        **_claims(report),
        **report.versions,
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in facts.items():
        ET.SubElement(properties, "property", name=legible(name), value=legible(value))


def _claims(report: Report) -> dict[str, str]:
    claims = claims_of_report(report)
    return {"claims": claims} if claims else {}


def _add_case(suite: ET.Element, clause: ClauseReport, report: Report) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=legible(f"{report.profile}.{clause.chapter}"),
        name=legible(f"{clause.id} {clause.title}"),
        # What a clause took is not known: a trace asks many at once.
        time="0",
    )
    text = ""
    if clause.counterexample is not None:
        text = counterexample_as_text(clause, clause.counterexample, report)
    outcome = _OUTCOMES.get(clause.verdict)
    if outcome is not None:
        told = ET.SubElement(case, outcome, message=_message(clause), type=clause.verdict)
        told.text = text if outcome != "skipped" else None
    # A reader of JUnit shows the text of a failure; what is skipped has room for it here only.
    if text and outcome == "skipped":
        ET.SubElement(case, "system-out").text = text


def _message(clause: ClauseReport) -> str:
    found = clause.counterexample
    parts = [clause.reason] if clause.reason else []
    if found is not None and found.differences:
        first = found.differences[0]
        parts.append(f"{first.subject}: expected {first.expected}, got {first.actual}")
    if clause.deviation is not None and clause.deviation.link is not None:
        parts.append(clause.deviation.link)
    return legible("; ".join(parts) or clause.sentence)
