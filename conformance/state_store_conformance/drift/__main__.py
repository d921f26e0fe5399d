"""``python -m state_store_conformance.drift``: ask the installed release whether it has drifted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from state_store_conformance.drift.alarm import alarms, in_words
from state_store_conformance.drift.described import (
    Described,
    as_file,
    described_parts,
    digest,
)
from state_store_conformance.drift.installed import InstalledFiles, installed_file
from state_store_conformance.errors import UsageError

RELEASE: Final = "airflow-3.3"


@click.command()
@click.option("--profile", default=RELEASE, show_default=True, help="What was written from it.")
@click.option("--record", is_flag=True, help="Write the digests of what is installed.")
def main(*, profile: str, record: bool) -> None:
    """Say what of the installed release is no longer as a profile describes it.

    Exit status: 0 nothing has changed, 1 something has, 2 it could not be asked.
    """
    try:
        if record:
            file = Path(__file__).parent / f"{profile}.json"
            file.write_text(as_file(recorded(described_parts(profile))), encoding="utf-8")
            described_parts.cache_clear()
        found = alarms(profile)
    except UsageError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(2) from error
    if found:
        click.echo(in_words(found, profile))
        raise SystemExit(1)
    parts = len(described_parts(profile))
    click.echo(f"{parts} parts of released files are as profile {profile} describes them.")


def recorded(
    parts: tuple[Described, ...], find: InstalledFiles = installed_file
) -> tuple[Described, ...]:
    """Give the parts with the versions and digests of what is installed.

    Raises:
        NotInstalledError: a distribution is not installed.
        UsageError: an installed file has no such part.
    """
    anew: list[Described] = []
    for part in parts:
        file = find(part.distribution, part.path)
        text = file.path.read_text(encoding="utf-8") if file.path.is_file() else ""
        now = digest(text, part.path, part.part)
        if not text or now is None:
            raise UsageError(
                f"{part.distribution} {file.version} has no {part.name}. Take it off the list, or "
                "name what has come in its place."
            )
        anew.append(replace(part, version=file.version, sha256=now))
    return tuple(anew)


if __name__ == "__main__":
    main()
