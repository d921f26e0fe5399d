"""The verdict as a badge for a README, in the form that people know from others."""

from __future__ import annotations

from typing import Final

from state_store_conformance.report import Report, Verdict
from state_store_conformance.reports.sentences import headline
from state_store_conformance.reports.templating import html_environment

# White text on each of them has a contrast of at least 4.5.
_COLORS: Final[dict[Verdict, str]] = {
    "PASS": "#1b7443",
    "FAIL": "#b3261e",
    "INCONCLUSIVE": "#855600",
    "ERROR": "#83309e",
}
# Verdana at 11 px, the widest of the fonts that the badge names; the text is stretched to it.
_PER_CHARACTER: Final = 6.2
_PADDING: Final = 6


def badge(report: Report) -> str:
    """Give the badge as SVG: by what law, and the verdict."""
    law, verdict = f"state store {report.profile}", headline(report).lower()
    left, right = (_PER_CHARACTER * len(text) for text in (law, verdict))
    return (
        html_environment()
        .get_template("badge.svg.jinja")
        .render(
            law=law,
            verdict=verdict,
            left=round(left),
            right=round(right),
            padding=_PADDING,
            color=_COLORS[report.verdict],
        )
    )
