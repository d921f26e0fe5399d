"""Rarity: which share of the transitions of small universes reaches each situation.

Random traces are steered by it: what hardly any transition reaches is reached by hardly any
trace. ``python -m state_store_conformance.exhaustive.rarity`` enumerates the universes with the
oracle alone and writes the tables that lie beside this module; it is run again when a situation
or a universe is changed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from state_store_conformance.exhaustive.described_metastore import DescribedMetastore
from state_store_conformance.exhaustive.graph import Graph, enumerated
from state_store_conformance.exhaustive.tour import tour
from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_spec.clause_files import situations_in_force
from state_store_spec.oracle import beginning, step
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.situations import no_past, situations_reached

FOLDER: Final = "rarity_tables"

COUNTED: Final = (
    "retention-2",
    "places-2",
    "assets-1",
    "calls-2",
    "success-2",
    "worker-side-2",
)
"""The universes that are counted: one of each family, as large as a few seconds allow."""


@cache
def shares(profile: str) -> Mapping[str, float]:
    """Give the share of transitions that reaches each situation, from 0 to 1.

    A situation that lies outside all of the universes is not in it; nor is any of a profile that
    has no table.
    """
    file = files("state_store_conformance") / "exhaustive" / FOLDER / f"{profile}.json"
    if not file.is_file():
        return MappingProxyType({})
    table: dict[str, dict[str, int]] = json.loads(file.read_text(encoding="utf-8"))
    transitions = sum(counts["transitions"] for counts in table.values())
    reached = Counter[str]()
    for counts in table.values():
        reached.update({name: number for name, number in counts.items() if name != "transitions"})
    return MappingProxyType({name: number / transitions for name, number in reached.items()})


def counts_of(graph: Graph) -> dict[str, int]:
    """Give how many transitions a graph has, and how many of them reach each situation."""
    in_force = set(situations_in_force(graph.profile.name))
    reached = Counter[str]()
    for leg in tour(graph):
        world, past = beginning(leg.trace(graph)), no_past()
        for operation, is_new in zip(leg.operations, leg.is_new, strict=True):
            after, answer = step(world, operation, graph.profile)
            now, past = situations_reached(past, world, operation, after, answer, graph.profile)
            world = after
            if is_new:
                reached.update(now & in_force)
    return {"transitions": graph.size, **dict(sorted(reached.items()))}


def table_of(profile: str, universes: Iterable[str] = COUNTED) -> dict[str, dict[str, int]]:
    """Count the transitions of each universe, of which a metastore can be asked everything.

    Args:
        profile: the name of the law.
        universes: names out of :data:`state_store_conformance.exhaustive.universes.UNIVERSES`.
    """
    law, metastore = find_profile(profile), DescribedMetastore()
    return {name: counts_of(enumerated(UNIVERSES[name], law, metastore)) for name in universes}


@click.command()
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True)
def main(profile: str) -> None:
    """Write the table of a profile."""
    file = Path(__file__).parent / FOLDER / f"{find_profile(profile).name}.json"
    file.parent.mkdir(exist_ok=True)
    table = table_of(profile)
    file.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{file}: {sum(counts['transitions'] for counts in table.values()):,} transitions")


if __name__ == "__main__":
    main()
