"""What known deviations change in the verdicts of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from state_store_conformance.deviations.entries import Deviation
from state_store_conformance.deviations.matching import KnownDeviation

if TYPE_CHECKING:
    from state_store_conformance.report import ClauseReport


def with_known_deviations(
    reports: Iterable[ClauseReport], known: Iterable[KnownDeviation], today: date
) -> tuple[ClauseReport, ...]:
    """Give the reports of the clauses, those that are listed judged by their entries.

    Broken as listed is a known deviation. What holds though it is listed fails, and so does what
    is listed after its last day, whatever was found. Where nothing was found out, or the engine
    broke, that is what is said: an entry excuses what happens, not that nobody looked.
    """
    entries = {clause: entry.deviation for entry in known for clause in entry.clauses}
    return tuple(
        _judged(report, entries[report.id], today) if report.id in entries else report
        for report in reports
    )


def _judged(report: ClauseReport, entry: Deviation, today: date) -> ClauseReport:
    listed = replace(report, deviation=entry)
    found = f" ({report.reason})" if report.reason else ""
    if report.verdict == "ERROR":
        return listed
    if entry.until is not None and entry.until < today:
        return replace(
            listed,
            verdict="FAIL",
            reason=f"its known deviation was accepted until {entry.until} only, and today is "
            f"{today}: mend what breaks the clause and take the entry {entry.clause!r} out, or "
            f"give it another date{found}",
        )
    if report.verdict == "PASS":
        return replace(
            listed,
            verdict="FAIL",
            reason="it is listed as a known deviation that no longer happens: the clause holds; "
            f"take it out of the entry {entry.clause!r}",
        )
    if report.verdict == "FAIL":
        return replace(
            listed, verdict="KNOWN DEVIATION", reason=f"known deviation: {entry.reason}{found}"
        )
    return replace(
        listed,
        reason=f"{report.reason}; it is listed as a known deviation, and this run did not show "
        "whether that still happens",
    )
