"""``state-store golden``: traces with expectations for consumers in any language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from state_store_conformance.commands.parameters import TARGET_HELP
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile

if TYPE_CHECKING:
    from state_store_conformance.golden.golden_file import GoldenFile

FOLDER: Final = Path("tests/golden")


@click.group()
def golden() -> None:
    """Write golden traces from the oracle, or run them on a target.

    \b
    Examples:
      state-store golden fill
      state-store golden consume --target postgresql://me@localhost/scratch
    """  # noqa: D301 - click reads \b as "keep these lines"


@golden.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER)
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="The law.")
def fill(*, folder: Path, profile: str) -> int:
    """Write the golden traces of a profile below FOLDER [default: tests/golden].

    The same law gives the same files, byte for byte. What the folder of the profile held is
    replaced.
    """
    from state_store_conformance.golden.coverage import coverage_table  # noqa: PLC0415
    from state_store_conformance.golden.filling import filled  # noqa: PLC0415
    from state_store_conformance.golden.golden_file import dump_golden  # noqa: PLC0415

    law = find_profile(profile)
    folder /= law.name
    files = list(filled(law))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for one in files:
        (folder / f"{one.subject}.json").write_text(dump_golden(one), encoding="utf-8")
    (folder / "README.md").write_text(coverage_table(files, law), encoding="utf-8")
    traces = sum(len(one.traces) for one in files)
    click.echo(f"{len(files)} files with {traces} traces are in {folder}.")
    return 0


@golden.command(epilog=f"TARGET is {TARGET_HELP}.")
@click.argument(
    "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), required=False
)
@click.option("--target", metavar="TARGET", help="What to run them on.  [default: metastore]")
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="The law.")
def consume(*, folder: Path | None, target: str | None, profile: str) -> int:
    """Run golden traces on a target.

    FOLDER has a folder for each profile, as `state-store golden fill` writes them; without it,
    they are filled from the oracle as they are needed.

    Exit status: 0 all agree, 1 some differ, 2 usage or engine error, 3 none could be run.
    """
    from state_store_conformance.golden.consuming import consumed  # noqa: PLC0415
    from state_store_conformance.targets.finding import find_target  # noqa: PLC0415
    from state_store_conformance.wording import operation_in_words  # noqa: PLC0415

    agreed = left_out = differing = 0
    for outcome in consumed(find_target(target), _files(folder, profile), profile):
        agreed += outcome.agreed
        left_out += outcome.left_out
        for run in outcome.differing:
            differing += 1
            last = run.trace.operations[len(run.moments) - 1]
            click.echo(
                f"{outcome.golden.subject}: step {len(run.moments)}, {operation_in_words(last)}:"
            )
            for difference in run.differences:
                click.echo(
                    f"  {difference.clause} {difference.subject}: expected "
                    f"{difference.expected}, got {difference.actual}"
                )
    click.echo(f"{agreed} golden traces agree, {differing} differ, {left_out} were left out.")
    if differing:
        return 1
    return 0 if agreed else 3


def _files(folder: Path | None, profile: str) -> list[GoldenFile]:
    from state_store_conformance.golden.filling import filled  # noqa: PLC0415
    from state_store_conformance.golden.golden_file import read_golden  # noqa: PLC0415

    law = find_profile(profile)
    if folder is None:
        return list(filled(law))
    return [read_golden(file) for file in sorted((folder / law.name).glob("*.json"))]
