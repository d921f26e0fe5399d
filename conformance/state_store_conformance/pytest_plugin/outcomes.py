"""From a verdict on a clause to the outcome of its test, without a traceback of the kit.

A test fails where the backend does, and where nobody knows: pytest has no exit status for what is
inconclusive, and a skip would look green. What is broken on our side or the author's is an error,
raised while a test is set up.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from textwrap import fill
from typing import TYPE_CHECKING, Final, NoReturn

import pytest
from rich.console import Console

from state_store_conformance.reports.sentences import headline
from state_store_conformance.terminal import print_counterexample, trace_table
from state_store_conformance.verdict import seen
from state_store_spec.clause_files import load_clauses

if TYPE_CHECKING:
    from state_store_conformance.report import ClauseReport, Report, SeenDifference
    from state_store_conformance.side_by_side import Run

_COLUMNS: Final = 80


def refuse(reason: str) -> NoReturn:
    """End the set-up of a test: something other than the backend is at fault."""
    _fail(reason)


def require_asked(clause: ClauseReport, report: Report) -> None:
    """End the set-up of the test of a clause that could not be asked to the end."""
    if clause.verdict == "ERROR":
        refuse(f"{report.reason}.\n{clause.id}: {clause.reason}.")


def require_judged(report: Report) -> None:
    """End the set-up of the test of the whole where nothing could be found out."""
    if report.verdict == "ERROR":
        refuse(f"{report.reason}.")


def settle(clause: ClauseReport, report: Report) -> None:
    """Give the test of a clause its outcome."""
    if clause.verdict == "NOT APPLICABLE":
        pytest.skip(clause.reason)
    if clause.verdict == "KNOWN DEVIATION":
        pytest.xfail(clause.reason)
    if clause.verdict == "INCONCLUSIVE":
        _inconclusive(clause, report)
    if clause.verdict == "FAIL":
        _failure(clause, report)


def settle_whole(report: Report) -> None:
    """Give the test of the whole its outcome."""
    if report.verdict != "PASS":
        _fail(f"{headline(report)}: {report.reason}.")


def settle_trace(run: Run, words: str) -> None:
    """Give the test of a pinned trace its outcome."""
    if run.clause is None:
        return
    clauses = (clause for clause in load_clauses(run.trace.profile) if clause.id == run.clause)
    texts = [
        _law(
            clause.id,
            clause.title,
            clause.sentence,
            (f"“{quote.text}” ({quote.place})" for quote in clause.quotes),
        )
        for clause in clauses
    ]
    file_of_text, console = _paper()
    console.print(trace_table(run.recorded(), seen(run.differences)))
    texts += [_lines(file_of_text), f"Run it again:\n  {words}"]
    told = _in_words(seen(run.differences)[0])
    _fail(f"STILL FAILING: it breaks {run.clause}: {told}", *texts)


def _failure(clause: ClauseReport, report: Report) -> NoReturn:
    found = clause.counterexample
    if found is None:
        _fail(f"{clause.title}: {clause.reason}", _law_of(clause))
    file, console = _paper()
    print_counterexample(clause, found, report, console)
    _fail(f"{clause.title}: {_in_words(found.differences[0])}", _lines(file))


def _inconclusive(clause: ClauseReport, report: Report) -> NoReturn:
    remedy = (
        f"A larger budget than {report.budget_seconds:g} s goes further (--state-store-budget)."
    )
    _fail(f"INCONCLUSIVE: {clause.reason}", _law_of(clause), remedy)


def _in_words(difference: SeenDifference) -> str:
    return f"{difference.subject}: expected {difference.expected}, got {difference.actual}"


def _fail(*texts: str) -> NoReturn:
    # The first line stands in pytest's summary.
    pytest.fail("\n\n".join(texts), pytrace=False)


def _law_of(clause: ClauseReport) -> str:
    return _law(clause.id, clause.title, clause.sentence, clause.source)


def _law(clause: str, title: str, sentence: str, source: Iterable[str]) -> str:
    paragraphs = (f"{clause}  {title}", sentence, *source)
    return "\n".join(fill(text, _COLUMNS, break_long_words=False) for text in paragraphs)


def _paper() -> tuple[StringIO, Console]:
    file = StringIO()
    return file, Console(file=file, width=_COLUMNS, color_system=None, highlight=False)


def _lines(file: StringIO) -> str:
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()).strip("\n")
