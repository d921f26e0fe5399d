"""A counterexample as lines of text, for forms that keep lines as they are."""

from __future__ import annotations

from io import StringIO
from typing import Final

from rich.console import Console

from state_store_conformance.report import ClauseReport, Counterexample, Report
from state_store_conformance.reports.legible import legible
from state_store_conformance.terminal import print_counterexample, trace_table

_COLUMNS: Final = 100


def counterexample_as_text(clause: ClauseReport, found: Counterexample, report: Report) -> str:
    """Give what the terminal shows: the clause, the steps, and how to run them again."""
    file, console = _paper()
    print_counterexample(clause, found, report, console)
    return _lines(file)


def steps_as_text(found: Counterexample) -> str:
    """Give the table of the steps, expected beside actual."""
    file, console = _paper()
    console.print(trace_table(found.trace, found.differences))
    return _lines(file)


def _paper() -> tuple[StringIO, Console]:
    file = StringIO()
    return file, Console(file=file, width=_COLUMNS, color_system=None, highlight=False)


def _lines(file: StringIO) -> str:
    lines = (line.rstrip() for line in legible(file.getvalue()).splitlines())
    return "\n".join(lines).strip("\n")
