"""``state-store spec``: list the clauses of a profile."""

from __future__ import annotations

from itertools import groupby

import click

from state_store_conformance.commands.parameters import make_console
from state_store_spec.profiles import DEFAULT_PROFILE


@click.command()
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="Whose law.")
@click.option(
    "--diff",
    nargs=2,
    metavar="P Q",
    help="What two profiles disagree on, with the shortest trace that shows it.",
)
def spec(*, profile: str, diff: tuple[str, str] | None) -> None:
    """List the clauses of a profile: the id and the sentence of each.

    With --diff, list the clauses that either of two profiles has alone. For each the shortest
    trace is shown on which a store that obeys the one breaks the other, found by trying all short
    traces on both oracles.

    \b
    Examples:
      state-store spec
      state-store spec --profile airflow-3.3 | grep batch
      state-store spec --diff pr-67299 airflow-3.3
    """  # noqa: D301 - click reads \b as "keep these lines"
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from state_store_spec.clause_files import load_clauses  # noqa: PLC0415
    from state_store_spec.profiles import find_profile  # noqa: PLC0415

    if diff is not None:
        from state_store_conformance.telling_apart import print_difference  # noqa: PLC0415

        print_difference(*diff, make_console())
        return
    law = find_profile(profile)
    clauses = load_clauses(profile)
    console = make_console()
    console.print(Text(f"{law.name}: {law.title}", style="bold"))
    for chapter, members in groupby(clauses, key=lambda clause: clause.chapter):
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=11)
        table.add_column(overflow="fold")
        for clause in members:
            mark = " (interpretation)" if clause.is_interpretation else ""
            table.add_row(Text(f"  {clause.id}"), Text(clause.sentence + mark))
        console.print()
        console.print(Text(chapter, style="bold"))
        console.print(table)
    console.print()
    readings = sum(clause.is_interpretation for clause in clauses)
    console.print(
        Text(f"{len(clauses)} clauses, {readings} of them interpretations. "),
        Text("state-store explain ID shows one."),
        sep="",
    )
