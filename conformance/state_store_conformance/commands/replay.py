"""``state-store replay``: run one trace again."""

from __future__ import annotations

from pathlib import Path

import click

from state_store_conformance.commands.parameters import (
    TARGET_HELP,
    call_timeout_option,
    claims_of_file,
    claims_option,
    make_console,
)
from state_store_conformance.errors import EXIT_ERROR


@click.command(epilog=f"TARGET is {TARGET_HELP}.")
@click.argument("trace", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--target", metavar="TARGET", help="What to run it on.  [default: metastore]")
@claims_option
@call_timeout_option
def replay(
    *, trace: Path, target: str | None, claims_file: Path | None, call_timeout: float
) -> int:
    """Run the TRACE file on a target and print each step, expected and actual.

    \b
    Examples:
      state-store replay .state-store/traces/metastore-GC-1.json
      state-store replay counterexample.json --target mypackage.state:MyBackend
      state-store replay counterexample.yaml --target postgresql://me@localhost/scratch

    The expectations are those of the oracle, by the profile that the trace names. The last line
    says FIXED (exit status 0), STILL FAILING (1) or ERROR (2).
    """  # noqa: D301 - click reads \b as "keep these lines"
    from rich.text import Text  # noqa: PLC0415

    from state_store_conformance.claims_in_words import claims_in_words  # noqa: PLC0415
    from state_store_conformance.replaying import replayed  # noqa: PLC0415
    from state_store_conformance.targets.finding import find_target  # noqa: PLC0415
    from state_store_conformance.terminal import trace_table  # noqa: PLC0415
    from state_store_conformance.verdict import seen  # noqa: PLC0415
    from state_store_spec.errors import StateStoreError  # noqa: PLC0415
    from state_store_spec.trace_files import read_trace  # noqa: PLC0415

    console = make_console()
    try:
        judged = find_target(target, claims_of_file(claims_file))
        program = read_trace(trace)
        run = replayed(judged, program, call_timeout)
    except StateStoreError as error:
        click.echo(f"Error: {error}", err=True)
        console.print(Text("ERROR: the trace could not be run.", style="bold magenta"))
        return EXIT_ERROR
    console.print(Text(program.title or trace.name, style="bold"))
    console.print(Text(f"on {judged.title}, by profile {program.profile}"))
    if stated := program.claims.stated():
        console.print(Text(f"recorded of a store that claims {claims_in_words(stated)}"))
    console.print()
    console.print(trace_table(run.recorded(), seen(run.differences)))
    console.print()
    if run.clause is not None:
        console.print(Text(f"STILL FAILING: it breaks {run.clause}.", style="bold red"))
        console.print(Text(f"state-store explain {run.clause} shows the clause."))
        return 1
    steps = len(run.moments)
    shown = "1 step conforms" if steps == 1 else f"all {steps} steps conform"
    console.print(Text(f"FIXED: {shown}.", style="bold green"))
    return 0
