"""Walk small universes with the reference metastore, whole and with each fault of a patch.

Prints tables in Markdown. Exit status 1 when a transition of the reference differs, when the
universe of more than 100,000 transitions takes longer than its bound on SQLite, or when a fault is
not found.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from time import perf_counter

from faults.patched import patches
from faults.run import walk
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.exhaustive.described_metastore import DescribedMetastore
from state_store_conformance.exhaustive.graph import enumerated
from state_store_conformance.exhaustive.tour import tour
from state_store_conformance.exhaustive.universes import FAMILIES, UNIVERSES
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from tests.servers import MYSQL, POSTGRES, temporary_database

LARGE = "places-4"
LARGE_SECONDS = 60.0
ON_SERVERS = ("retention-1", "places-1", "calls-1", "success-1", "worker-side-1")
PATIENCE_SECONDS = 600.0
PROFILE = find_profile(DEFAULT_PROFILE)


def universes_on(target: ReferenceMetastore, database: str, names: tuple[str, ...]) -> bool:
    """Walk universes, print a row for each, and say whether all agreed in time."""
    good = True
    for name in names:
        options = CheckOptions(
            budget_seconds=PATIENCE_SECONDS, tiers=("exhaustive",), universes=(name,)
        )
        began = perf_counter()
        (walked,) = check(target, options).universes
        seconds = perf_counter() - began
        in_time = name != LARGE or seconds <= LARGE_SECONDS
        good = good and walked.proved and in_time
        print(
            f"| {name} | {database} | {walked.states:,} | {walked.transitions:,} "
            f"| {walked.agreed:,} | {seconds:.1f} | {walked.transitions / seconds:,.0f} |",
            flush=True,
        )
    return good


def where_time_goes() -> None:
    """Print how long the oracle alone takes for the large universe."""
    moments = [perf_counter()]
    graph = enumerated(UNIVERSES[LARGE], PROFILE, DescribedMetastore())
    moments.append(perf_counter())
    steps = sum(len(leg.operations) for leg in tour(graph))
    moments.append(perf_counter())
    enumerating, touring = (later - earlier for earlier, later in pairwise(moments))
    print(
        f"\nOf {LARGE}, the oracle enumerates {graph.size:,} transitions in {enumerating:.1f} s "
        f"and plans a tour of {steps:,} steps in {touring:.1f} s, in one process; the rest is two "
        "processes that take the steps on a metastore each, and compare every row after every "
        "step.\n"
    )


def symmetry() -> None:
    """Print what it saves not to tell apart what differs in its name alone."""
    print("| universe | transitions | without symmetry | saved |\n| --- | ---: | ---: | ---: |")
    for name in ("retention-2", "places-2", "calls-2", "success-2"):
        universe = UNIVERSES[name]
        plain = replace(universe, roles=())
        larger = enumerated(plain, PROFILE, DescribedMetastore()).size
        saved = 1 - universe.transitions / larger
        print(f"| {name} | {universe.transitions:,} | {larger:,} | {saved:.0%} |", flush=True)


def patched_faults() -> bool:
    """Walk with each fault that is kept as a patch."""
    print("\n| fault of the metastore | caught in | operations | clauses | seconds |")
    print("| --- | --- | ---: | --- | ---: |")
    good = True
    for patch in patches():
        found = walk(patch)
        good = good and found["caught"]
        print(
            f"| {found['fault']} | {found['universe'] or '**none**'} | {found['operations']} "
            f"| {', '.join(found['clauses'])} | {found['seconds']:.1f} |",
            flush=True,
        )
    return good


def main() -> int:
    """Print the page."""
    print("Every transition of each universe, judged by `state-store check --universe NAME`.\n")
    print("| universe | database | states | transitions | agreed | seconds | a second |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    names = tuple(universe.name for family in FAMILIES for universe in family)
    good = universes_on(ReferenceMetastore(), "SQLite in memory", names)
    for database, server in (("PostgreSQL", POSTGRES), ("MariaDB", MYSQL)):
        with temporary_database(server) as url:
            good &= universes_on(ReferenceMetastore(url), database, ON_SERVERS)
    where_time_goes()
    symmetry()
    good &= patched_faults()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
