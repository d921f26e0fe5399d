"""``state-store check``: judge a target, clause by clause."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from state_store_conformance.commands.parameters import Duration, ShardParameter, make_console
from state_store_conformance.tiers import TIERS
from state_store_spec.profiles import DEFAULT_PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console

    from state_store_conformance.exhaustive.shard import Shard
    from state_store_conformance.findings import Findings

DEFAULT_TRACES: Final = Path(".state-store/traces")
_PAUSE_SECONDS: Final = 0.1


@click.command()
@click.argument("target", required=False)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="The law to judge by.")
@click.option(
    "--budget",
    type=Duration(),
    default="60s",
    show_default=True,
    help="How long it may take: 10s, 60s, 10m. A counterexample found late may add a tenth.",
)
@click.option(
    "--max-traces",
    type=click.IntRange(min=0),
    metavar="N",
    help="End after N traces, however much time is left.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="The same seed gives the same traces, on every machine.",
)
@click.option(
    "--tier",
    "tiers",
    type=click.Choice(list(TIERS)),
    multiple=True,
    help="Only these sources of traces; may be given more than once.  [default: all]",
)
@click.option(
    "--shard",
    type=ShardParameter(),
    default="1/1",
    metavar="K/N",
    help="Take part K of N of each small universe; N runs add up to the whole.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write the report for machines; - is standard output, without any other report.",
)
@click.option(
    "--save-traces",
    "traces_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_TRACES,
    show_default=True,
    metavar="DIR",
    help="Where counterexamples are saved.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print failures and the verdict only.")
@click.option("-v", "--verbose", is_flag=True, help="Print situations and every reason.")
def check(  # noqa: PLR0913 - one argument for each option
    *,
    target: str | None,
    profile: str,
    budget: float,
    max_traces: int | None,
    seed: int,
    tiers: tuple[str, ...],
    shard: Shard,
    json_file: Path | None,
    traces_folder: Path,
    quiet: bool,
    verbose: bool,
) -> int:
    """Judge TARGET, clause by clause.

    TARGET is a database URL (the reference metastore there, in tables of our own making; a
    database whose tables hold rows is refused) or the name of a registered target. Without one,
    it is the reference metastore on an embedded SQLite.

    \b
    Examples:
      state-store check
      state-store check postgresql://me@localhost/scratch --budget 2m
      state-store check --tier examples -q
      state-store check --seed 7 --max-traces 500 --json report.json

    A clause passes when every moment that gives it its meaning was reached and nothing differed.
    Each failure comes with the shortest trace found, saved to a file, and the command that runs
    it again.

    Exit status: 0 conforms, 1 does not conform, 2 usage or engine error, 3 inconclusive.
    """  # noqa: D301 - click reads \b as "keep these lines"
    from state_store_conformance import checking  # noqa: PLC0415
    from state_store_conformance.report import dump_report  # noqa: PLC0415
    from state_store_conformance.targets.finding import find_target  # noqa: PLC0415
    from state_store_conformance.terminal import print_report  # noqa: PLC0415

    _require_writable(json_file)
    options = checking.CheckOptions(
        profile=profile,
        budget_seconds=budget,
        max_traces=max_traces,
        seed=seed,
        tiers=tiers or tuple(TIERS),
        shard=shard,
    )
    with progress_bar(make_console(stderr=True), budget, quiet=quiet) as progress:
        report = checking.check(find_target(target), options, progress=progress)
    report = checking.save_counterexamples(report, traces_folder)
    to_standard_output = json_file is not None and str(json_file) == "-"
    if to_standard_output:
        click.echo(dump_report(report), nl=False)
    else:
        print_report(report, make_console(), verbosity=verbose - quiet)
        if json_file is not None:
            json_file.write_text(dump_report(report), encoding="utf-8")
    return report.exit_status


def _require_writable(file: Path | None) -> None:
    # Before half a minute of work, not after it.
    if file is not None and str(file) != "-" and not file.absolute().parent.is_dir():
        raise click.UsageError(
            f"--json {file}: there is no folder {file.absolute().parent}. Make it first."
        )


@contextmanager
def progress_bar(
    console: Console, budget: float, *, quiet: bool, pause_seconds: float = _PAUSE_SECONDS
) -> Generator[Callable[[Findings], None]]:
    """Show a bar while it lasts, on a terminal; nothing in a pipe."""
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    import time  # noqa: PLC0415

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("judging"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[traces]:,} traces, {task.fields[steps]:,} steps"),
        TextColumn("[red]{task.fields[broken]}"),
    )
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=budget, traces=0, steps=0, broken="")
        begun = time.perf_counter()
        shown = begun

        def show(findings: Findings) -> None:
            nonlocal shown
            now = time.perf_counter()
            if now - shown < pause_seconds:
                return
            shown = now
            bar.update(
                task,
                completed=now - begun,
                traces=sum(findings.traces.values()),
                steps=findings.steps,
                broken=" ".join(findings.failures),
                refresh=True,
            )

        yield show
