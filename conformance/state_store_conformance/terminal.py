"""Reports for a terminal: readable at 80 columns, and without color."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from state_store_conformance.applicability import LACKS, OBSTACLES
from state_store_conformance.claims_in_words import claims_of_report
from state_store_conformance.deviations.entries import Deviation
from state_store_conformance.report import (
    ClauseReport,
    Counterexample,
    Report,
    SeenDifference,
)
from state_store_conformance.reports.sentences import (
    counts,
    effort,
    headline,
    origin,
    password_hint,
)
from state_store_conformance.reports.steps import beside_the_answer, legend, steps_in_words
from state_store_conformance.universe_wording import universe_in_words
from state_store_spec.trace import Trace

_STYLES: Final = {
    "PASS": "green",
    "FAIL": "bold red",
    "KNOWN DEVIATION": "cyan",
    "INCONCLUSIVE": "yellow",
    "NOT APPLICABLE": "dim",
    "ERROR": "bold magenta",
}
_ID_WIDTH: Final = 11
_OBSTACLE_WIDTH: Final = 34
_VERDICT_WIDTH: Final = 12


def print_report(report: Report, console: Console | None = None, verbosity: int = 0) -> None:
    """Print the report.

    Args:
        report: what is printed.
        console: where; by default on standard output.
        verbosity: -1 for failures and the last lines only, 1 for situations and every reason.
    """
    console = console or Console(highlight=False)
    if verbosity >= 0:
        console.print(_opening(report))
        asked = [clause for clause in report.clauses if clause.verdict != "NOT APPLICABLE"]
        for chapter, clauses in groupby(asked, key=lambda clause: clause.chapter):
            console.print()
            console.print(Text(chapter, style="bold"))
            console.print(_clause_table(clauses, verbose=verbosity > 0))
        console.print(_not_asked(report, verbose=verbosity > 0))
        console.print(_universes(report))
        console.print()
    for clause in report.clauses:
        if clause.counterexample is not None:
            print_counterexample(clause, clause.counterexample, report, console)
            console.print()
    console.print(_closing(report))


def print_counterexample(
    clause: ClauseReport, found: Counterexample, report: Report, console: Console
) -> None:
    """Print the clause, the steps that break it, and the command that runs them again."""
    console.print(_failure(clause, found, report))
    if found.command is not None:
        console.print("Run it again:")
        # One line however narrow the terminal is, so that it can be copied.
        console.print(Text(f"  {found.command}", style="bold"), soft_wrap=True)
    if hint := password_hint(found):
        console.print(hint)


def trace_table(
    trace: Trace,
    differences: Iterable[SeenDifference] = (),
    headings: tuple[str, str] = ("expected", "actual"),
) -> RenderableType:
    """Give the steps with what was expected beside what was observed.

    Where the steps say only what is expected, there is no third column.
    """
    observed = any(step.actual is not None for step in trace.steps)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", justify="right", style="dim")
    table.add_column("step", ratio=3, overflow="fold")
    table.add_column(headings[0], ratio=2, overflow="fold")
    if observed:
        table.add_column(headings[1], ratio=2, overflow="fold")
    for number, step in enumerate(steps_in_words(trace), start=1):
        row = [str(number), *step]
        table.add_row(*(Text(cell) for cell in (row if observed else row[:-1])))
    for difference in beside_the_answer(tuple(differences)):
        table.add_row(
            Text("!", style="bold red"),
            Text(difference.subject, style="red"),
            Text(difference.expected),
            Text(difference.actual, style="red"),
        )
    lines = [Text(line, style="dim") for line in legend(trace)]
    blank = [Text()] if trace.naming and lines else []
    return Group(table, *blank, *lines)


def verdict_text(verdict: str) -> Text:
    """Give the verdict in its color."""
    return Text(verdict, style=_STYLES.get(verdict, ""))


def _opening(report: Report) -> RenderableType:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return Group(
        Text(f"Judging {report.title}", style="bold"),
        Text(
            f"by the law of profile {report.profile}, seed {report.seed}, "
            f"budget {report.budget_seconds:g} s"
        ),
        *_claims(report),
        Text(versions, style="dim"),
    )


def _claims(report: Report) -> Iterator[Text]:
    if claims := claims_of_report(report):
        yield Text(f"claims: {claims}")


def _clause_table(clauses: Iterable[ClauseReport], *, verbose: bool) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0), expand=False)
    table.add_column(min_width=_ID_WIDTH, no_wrap=True)
    table.add_column(min_width=_VERDICT_WIDTH, no_wrap=True)
    table.add_column(overflow="fold")
    for clause in clauses:
        table.add_row(
            Text(f"  {clause.id}"),
            verdict_text(clause.verdict),
            Group(Text(clause.title), *_details(clause, verbose=verbose)),
        )
    return table


def _details(clause: ClauseReport, *, verbose: bool) -> Iterator[Text]:
    if clause.reason:
        yield Text(clause.reason, style="dim")
    if verbose:
        if clause.examples_passed:
            yield Text(f"examples: {clause.examples_passed}", style="dim")
        for situation, count in clause.situations_reached.items():
            yield Text(f"{situation}: {count:,} times", style="dim")


def _not_asked(report: Report, *, verbose: bool) -> RenderableType:
    order = {text: number for number, text in enumerate((*OBSTACLES.values(), *LACKS.values()))}
    groups: dict[str, list[ClauseReport]] = {}
    for clause in report.clauses:
        if clause.obstacle is not None:
            lacks = clause.lacking[:1]
            told = LACKS[lacks[0]] if lacks else OBSTACLES[clause.obstacle]
            groups.setdefault(told, []).append(clause)
    if not groups:
        return Group()
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_OBSTACLE_WIDTH)
    table.add_column(overflow="fold")
    for told, clauses in sorted(groups.items(), key=lambda group: order[group[0]]):
        ids = Text(", ".join(clause.id for clause in clauses))
        if verbose:
            ids = Text("\n").join(
                Text(f"{clause.id} {clause.title}: {clause.reason}") for clause in clauses
            )
        table.add_row(Padding(Text(told), (0, 0, 0, 2)), ids)
    return Group(Text(), Text("Not applicable", style="bold"), table)


def _universes(report: Report) -> RenderableType:
    if not report.universes:
        return Group()
    lines = (Text(f"  {universe_in_words(universe)}") for universe in report.universes)
    return Group(Text(), Text("Small universes", style="bold"), *lines)


def _failure(clause: ClauseReport, found: Counterexample, report: Report) -> RenderableType:
    return Group(
        Rule(Text(f"{clause.id}  {clause.title}", style="bold red"), align="left", characters="-"),
        Text(clause.sentence),
        *(Text(quote, style="italic dim") for quote in clause.source),
        *([Text(f"Interpretation: {clause.interpretation}")] if clause.interpretation else []),
        *_deviation(clause.deviation),
        Text(),
        trace_table(found.trace, found.differences),
        Text(),
        Text(origin(found, report)),
    )


def _deviation(entry: Deviation | None) -> Iterator[Text]:
    if entry is None:
        return
    until = f" (until {entry.until})" if entry.until else ""
    yield Text.assemble(("Known deviation", _STYLES["KNOWN DEVIATION"]), f"{until}: {entry.reason}")
    if entry.link is not None:
        yield Text(entry.link, style="dim")


def _closing(report: Report) -> RenderableType:
    return Group(
        Text.assemble((headline(report), _STYLES[report.verdict]), f": {report.reason}."),
        Text(f"{counts(report)}. {effort(report)}."),
    )
