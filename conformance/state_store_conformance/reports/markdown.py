"""The report as Markdown, for the summary of a CI run or a comment."""

from __future__ import annotations

from functools import partial
from typing import Final

from state_store_conformance.claims_in_words import claims_of_report
from state_store_conformance.report import ClauseReport, ClauseVerdict, Report
from state_store_conformance.reports.plain_text import steps_as_text
from state_store_conformance.reports.sentences import (
    counts,
    effort,
    headline,
    origin,
    password_hint,
)
from state_store_conformance.reports.templating import markdown_environment
from state_store_conformance.universe_wording import universe_in_words

# Code hosts show no color of ours, so a sign stands for it.
_MARKS: Final[dict[ClauseVerdict, str]] = {
    "PASS": "✅",
    "FAIL": "❌",
    "KNOWN DEVIATION": "🔶",
    "INCONCLUSIVE": "❔",
    "NOT APPLICABLE": "⚪",
    "ERROR": "💥",
}
_TITLES: Final[dict[ClauseVerdict, str]] = {
    "FAIL": "Broken",
    "KNOWN DEVIATION": "Known deviations",
    "ERROR": "In error",
    "INCONCLUSIVE": "Not shown",
    "NOT APPLICABLE": "Not applicable",
}


def markdown(report: Report) -> str:
    """Give the report as Markdown: what is wrong first, and everything at the end."""
    environment = markdown_environment()
    template = environment.get_template("report.md.jinja")
    return template.render(
        report=report,
        claims=claims_of_report(report),
        headline=headline(report),
        counts=counts(report),
        effort=effort(report),
        marks=_MARKS,
        in_full=_chapters(report, "FAIL", "KNOWN DEVIATION"),
        in_lines=_chapters(report, "ERROR", "INCONCLUSIVE", "NOT APPLICABLE"),
        origin=partial(origin, report=report),
        steps=steps_as_text,
        password_hint=password_hint,
        universe_in_words=universe_in_words,
    )


def _chapters(report: Report, *verdicts: ClauseVerdict) -> list[tuple[str, list[ClauseReport]]]:
    chapters = (
        (_TITLES[verdict], [clause for clause in report.clauses if clause.verdict == verdict])
        for verdict in verdicts
    )
    return [(title, clauses) for title, clauses in chapters if clauses]
