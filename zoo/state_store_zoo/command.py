"""``state-store mutants``: judge every fault of the zoo, and print the kill matrix."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from state_store_conformance.commands.parameters import Duration, make_console
from state_store_conformance.tiers import TIERS
from state_store_spec.profiles import DEFAULT_PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from state_store_zoo.fault import Correct, Fault


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option(
    "--budget",
    type=Duration(),
    default="60s",
    show_default=True,
    help="For each target; a fault takes no longer than it takes to be found.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same seed gives the same traces."
)
@click.option(
    "--tier",
    "tiers",
    type=click.Choice(list(TIERS)),
    multiple=True,
    help="Only these sources of traces; may be given more than once.  [default: all]",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the kill matrix for machines.",
)
def mutants(
    *,
    names: tuple[str, ...],
    budget: float,
    seed: int,
    tiers: tuple[str, ...],
    json_file: Path | None,
) -> int:
    """Judge backends that are broken on purpose, and print what was found of each.

    NAME is the id of a fault or of a correct target, or the beginning of some. Without one, all
    are judged.

    \b
    Examples:
      state-store mutants
      state-store mutants --budget 10s --json matrix.json
      state-store mutants folds-case clears-

    Each line says which source of traces found the fault, which clause it was laid to, after how
    many seconds, and how many operations the counterexample has. The correct targets that the
    faults are built on are judged too, each for the whole budget.

    Exit status: 0 all were found, 1 a fault survived or was laid to a clause that it does not
    declare, or a correct target was condemned, 2 usage or engine error.
    """  # noqa: D301 - click reads \b as "keep these lines"
    from state_store_conformance.checking import CheckOptions  # noqa: PLC0415
    from state_store_zoo.catalog import CORRECT, FAULTS  # noqa: PLC0415
    from state_store_zoo.judging import judge_all  # noqa: PLC0415
    from state_store_zoo.matrix import dump_matrix  # noqa: PLC0415
    from state_store_zoo.terminal import print_matrix  # noqa: PLC0415

    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise click.UsageError(
            f"--json {json_file}: there is no folder {json_file.absolute().parent}. Make it first."
        )
    chosen = _chosen(names, [*FAULTS, *CORRECT])
    options = CheckOptions(
        profile=DEFAULT_PROFILE, budget_seconds=budget, seed=seed, tiers=tiers or tuple(TIERS)
    )
    with _progress(make_console(stderr=True), len(chosen)) as progress:
        matrix = judge_all(chosen, options, progress)
    print_matrix(matrix, make_console())
    if json_file is not None:
        json_file.write_text(dump_matrix(matrix), encoding="utf-8")
    return matrix.exit_status


def _chosen(
    names: tuple[str, ...], known: Sequence[Fault | Correct]
) -> tuple[Fault | Correct, ...]:
    if not names:
        return tuple(known)
    for name in names:
        if not any(target.id.startswith(name) for target in known):
            raise click.UsageError(
                f"No fault's id begins with {name!r}. `state-store mutants --help` says what a "
                f"NAME is; the first ids are {', '.join(target.id for target in known[:3])}."
            )
    return tuple(target for target in known if target.id.startswith(names))


@contextmanager
def _progress(console: Console, total: int) -> Generator[Callable[[str], None]]:
    """Say which target is being judged, on a terminal; nothing in a pipe."""
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("judging"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        begun = False

        def show(name: str) -> None:
            nonlocal begun
            bar.update(task, description=name, advance=int(begun))
            begun = True

        yield show
