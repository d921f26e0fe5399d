"""What two profiles disagree on, for a terminal: clause by clause, with a trace that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from state_store_conformance.terminal import trace_table
from state_store_conformance.verdict import seen
from state_store_spec.clause_files import find_clause, load_clauses
from state_store_spec.profiles import find_profile
from state_store_spec.telling_apart import Differing, differing_clauses

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def print_difference(one: str, other: str, console: Console) -> None:
    """Print the clauses that either profile has alone, and how a store tells the two apart.

    Raises:
        UnknownProfileError: no profile has one of these names.
    """
    laws = find_profile(one), find_profile(other)
    for law in laws:
        console.print(Text(f"{law.name}: {law.title}", style="bold"))
    for law, against in (laws, laws[::-1]):
        differing = differing_clauses(law.name, against.name)
        console.print()
        console.print(Text(f"Clauses that {law.name} has and {against.name} has not", style="bold"))
        for each in differing:
            if each.clause.testable:
                for part in _parts(each, law.name, against.name):
                    console.print(part)
        outside = [each.clause.id for each in differing if not each.clause.testable]
        if outside:
            console.print()
            console.print(Text(f"And, where no trace can speak of it, {', '.join(outside)}."))
    shared = {clause.id for clause in load_clauses(one)} & {
        clause.id for clause in load_clauses(other)
    }
    console.print()
    console.print(Text(f"The two share {len(shared)} clauses."))


def _parts(differing: Differing, law: str, against: str) -> Iterator[RenderableType]:
    clause = differing.clause
    yield Text()
    yield Text.assemble((f"{clause.id}  {clause.title}", "bold"))
    yield _indented(Text(clause.sentence))
    for name in differing.instead:
        yield _indented(
            Text.assemble((f"{against} has {name}: ", "dim"), find_clause(name).sentence)
        )
    yield _indented(Text(_reason(differing, against), style="dim"))
    if differing.shown is not None:
        shown = differing.shown
        yield _indented(trace_table(shown.trace, seen(shown.differences), (law, against)))


def _reason(differing: Differing, against: str) -> str:
    """Say how the trace shows the clause, or why there is none."""
    if differing.shown is not None:
        steps = len(differing.shown.trace.steps)
        length = "1 step tells" if steps == 1 else f"{steps} steps tell"
        by = f", with {differing.shown_with}, which it rests on" if differing.shown_with else ""
        return f"{length} it apart{by}:"
    if differing.not_said:
        return f"{against} cannot be asked: {'; '.join(differing.not_said)}."
    return (
        f"No short trace tells it apart: on those that were tried, a store that obeys {against} "
        "keeps it too."
    )


def _indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2))
