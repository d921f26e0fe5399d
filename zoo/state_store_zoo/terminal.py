"""The kill matrix for a terminal: readable at 80 columns, and without color."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from state_store_zoo.matrix import JudgedCorrect, JudgedFault, Matrix

_STYLES: Final = {"KILLED": "green", "SURVIVED": "bold red", "ERROR": "bold magenta"}


def print_matrix(matrix: Matrix, console: Console) -> None:
    """Print what became of each fault, chapter by chapter, and the sums."""
    console.print(
        Text(
            f"By the law of profile {matrix.profile}, seed {matrix.seed}, "
            f"budget {matrix.budget_seconds:g} s for each"
        )
    )
    for chapter, faults in groupby(matrix.faults, key=lambda fault: fault.chapter):
        console.print()
        console.print(Text(chapter, style="bold"))
        console.print(_faults(faults))
    if matrix.correct:
        console.print()
        console.print(Text("Targets that obey the law", style="bold"))
        console.print(_correct(matrix.correct))
    console.print()
    console.print(Group(*_sums(matrix)))


def _faults(faults: Iterator[JudgedFault]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for fault in faults:
        laid_to = Text(fault.killed_by or "", style="red" if fault.undeclared else "")
        table.add_row(
            Text(f"  {fault.id}"),
            Text(fault.tier or fault.verdict, style="" if fault.tier else _STYLES[fault.verdict]),
            laid_to,
            Text(f"{fault.seconds:.1f} s"),
            Text("" if fault.operations is None else f"{fault.operations} op"),
        )
    return table


def _correct(judged: tuple[JudgedCorrect, ...]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for correct in judged:
        condemned = correct.verdict == "FAIL"
        table.add_row(
            Text(f"  {correct.id}"),
            Text(
                f"CONDEMNED for {', '.join(correct.broken)}" if condemned else "not condemned",
                style="bold red" if condemned else "green",
            ),
            Text(f"{correct.traces:,} traces, {correct.steps:,} steps"),
        )
    return table


def _sums(matrix: Matrix) -> Iterator[Text]:
    for fault in matrix.survived:
        yield Text.assemble((f"SURVIVED: {fault.id}", _STYLES["SURVIVED"]), f": {fault.title}.")
        yield Text(f"  It breaks {', '.join(fault.clauses)}.")
    for fault in matrix.misjudged:
        yield Text.assemble(
            (f"MISJUDGED: {fault.id}", "bold red"),
            f": laid to {', '.join(fault.undeclared)}, which it does not declare.",
        )
    for judged in matrix.judged:
        if judged.verdict == "ERROR":
            yield Text(f"ERROR: {judged.id}: {judged.reason}.", style=_STYLES["ERROR"])
    killed, of = len(matrix.killed), len(matrix.faults)
    share = f" ({killed / of:.1%})" if of else ""
    yield Text(f"{killed} of {of} faults are found{share}.", style="bold")
    if killed:
        yield Text(
            f"Median {matrix.median_seconds:.1f} s to the first failure; counterexamples of "
            f"{matrix.median_operations:g} operations in the middle, {matrix.most_operations} "
            "at most."
        )
    if matrix.correct:
        yield Text(
            f"{len(matrix.condemned)} of {len(matrix.correct)} correct targets are condemned."
        )
