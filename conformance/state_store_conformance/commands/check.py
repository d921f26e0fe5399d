"""``state-store check``: judge a target, clause by clause."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from state_store_conformance.commands.parameters import (
    Duration,
    ShardParameter,
    call_timeout_option,
    claims_of_file,
    claims_option,
    make_console,
)
from state_store_conformance.tiers import TIERS
from state_store_spec.profiles import DEFAULT_PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console

    from state_store_conformance.deviations.matching import KnownDeviation
    from state_store_conformance.exhaustive.shard import Shard
    from state_store_conformance.findings import Findings

DEFAULT_TRACES: Final = Path(".state-store/traces")
_PAUSE_SECONDS: Final = 0.1


def _file_option(form: str, told: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give the option that writes one form of the report."""
    file = click.Path(dir_okay=False, path_type=Path)
    return click.option(f"--{form}", form, type=file, metavar="FILE", help=told)


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
@claims_option
@call_timeout_option
@click.option(
    "--shard",
    type=ShardParameter(),
    default="1/1",
    metavar="K/N",
    help="Take part K of N of each small universe; N runs add up to the whole.",
)
@click.option(
    "--universe",
    "universes",
    multiple=True,
    metavar="NAME",
    help="Walk through this small universe, in the place of those that "
    "fit the budget; may be given more than once. A wrong name lists them.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write the report for machines; - is standard output, without any other report.",
)
@_file_option("junit", "Write the report as JUnit XML, a test case for each clause.")
@_file_option("markdown", "Write the report as Markdown, for the summary of a CI run.")
@_file_option("html", "Write the report as one HTML page that loads nothing from elsewhere.")
@_file_option("badge", "Write the verdict as an SVG badge.")
@click.option(
    "--deviations",
    "deviations_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="FILE",
    help="Accept the clauses that this TOML file lists as broken (docs/deviations.md).",
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
    universes: tuple[str, ...],
    claims_file: Path | None,
    call_timeout: float,
    json_file: Path | None,
    deviations_file: Path | None,
    traces_folder: Path,
    quiet: bool,
    verbose: bool,
    **files: Path | None,
) -> int:
    """Judge TARGET, clause by clause.

    TARGET is module:attribute, a backend of your own: a class, or a function without arguments
    that makes an instance or a context manager around one. The current directory counts, and
    nothing that the backend's server holds is wiped. Or it is a database URL (the reference
    metastore there, in tables of our own making; a database whose tables hold rows is refused),
    or the name of a registered target. Without one, it is the reference metastore on an embedded
    SQLite.

    \b
    Examples:
      state-store check
      state-store check mypackage.state:MyBackend --claims claims.toml
      state-store check postgresql://me@localhost/scratch --budget 2m
      state-store check --tier examples -q
      state-store check --seed 7 --max-traces 500 --json report.json --html report.html
      state-store check --deviations deviations.toml
      state-store check --tier exhaustive --universe places-4 --shard 1/4

    A clause passes when every moment that gives it its meaning was reached and nothing differed.
    Each failure comes with the shortest trace found, saved to a file, and the command that runs
    it again. A clause that is broken as the deviations file lists it does not count against the
    target; one that is listed and holds does. A backend that hangs in a call or ends its process
    is judged as well: it runs in a child process.

    Exit status: 0 conforms, 1 does not conform, 2 usage or engine error, 3 inconclusive.
    """  # noqa: D301 - click reads \b as "keep these lines"
    from state_store_conformance import checking  # noqa: PLC0415
    from state_store_conformance.deviations.entries import (  # noqa: PLC0415
        Deviations,
        read_deviations,
    )
    from state_store_conformance.replaying import replay_words  # noqa: PLC0415
    from state_store_conformance.report import dump_report  # noqa: PLC0415
    from state_store_conformance.reports.files import (  # noqa: PLC0415
        require_writable,
        write_reports,
    )
    from state_store_conformance.targets.finding import find_target  # noqa: PLC0415
    from state_store_conformance.terminal import print_report  # noqa: PLC0415

    to_standard_output = json_file is not None and str(json_file) == "-"
    named = {"json": None if to_standard_output else json_file, **files}
    reports = {form: file for form, file in named.items() if file is not None}
    require_writable(reports)
    options = checking.CheckOptions(
        profile=profile,
        budget_seconds=budget,
        max_traces=max_traces,
        seed=seed,
        call_timeout_seconds=call_timeout,
        tiers=tiers or tuple(TIERS),
        deviations=read_deviations(deviations_file) if deviations_file else Deviations(),
        shard=shard,
        universes=universes,
    )
    judged = find_target(target, claims_of_file(claims_file))
    with progress_bar(make_console(stderr=True), budget, quiet=quiet) as progress:
        report = checking.check(judged, options, progress=progress, on_deviations=_announce)
    words = partial(replay_words, claims_file=claims_file, call_timeout=call_timeout)
    report = checking.save_counterexamples(report, traces_folder, words)
    if to_standard_output:
        click.echo(dump_report(report), nl=False)
    else:
        print_report(report, make_console(), verbosity=verbose - quiet)
    write_reports(report, reports)
    return report.exit_status


def _announce(known: tuple[KnownDeviation, ...]) -> None:
    for entry in known:
        click.echo(f"known deviation {entry.in_words()}", err=True)


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
