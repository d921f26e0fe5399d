"""``state-store explain``: show a clause, its source and its examples."""

from __future__ import annotations

import click

from state_store_conformance.commands.parameters import make_console


@click.command()
@click.argument("clause_id", metavar="CLAUSE")
@click.option(
    "--profile",
    metavar="NAME",
    help="Show the words, examples and situations of this profile alone.  [default: all]",
)
def explain(*, clause_id: str, profile: str | None) -> None:
    """Show CLAUSE: its sentence, the words it rests on, its examples, and where it is tested.

    \b
    Examples:
      state-store explain GC-3
      state-store explain GC-1 --profile airflow-3.3
    """  # noqa: D301 - click reads \b as "keep these lines"
    from state_store_conformance.explaining import print_clause  # noqa: PLC0415
    from state_store_spec.clause_files import find_clause, find_clause_in  # noqa: PLC0415

    clause = find_clause(clause_id) if profile is None else find_clause_in(clause_id, profile)
    print_clause(clause, make_console())
