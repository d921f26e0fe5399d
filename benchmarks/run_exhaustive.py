"""Walk small universes with the reference metastore, and with everything that is broken.

Prints tables in Markdown. Exit status 1 when a transition of the reference differs, when the
universe of more than 100,000 transitions takes longer than its bound on SQLite, or when a fault is
not found though a universe reaches what it breaks.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from time import perf_counter

from faults.patched import patches
from faults.run import walk
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.exhaustive.described_metastore import DescribedMetastore
from state_store_conformance.exhaustive.graph import enumerated
from state_store_conformance.exhaustive.rarity import shares
from state_store_conformance.exhaustive.tour import tour
from state_store_conformance.exhaustive.universes import FAMILIES, UNIVERSES
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import find_clause
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_zoo.catalog import FAULTS
from state_store_zoo.judging import judge
from state_store_zoo.matrix import JudgedFault
from tests.servers import MYSQL, POSTGRES, temporary_database

LARGE = "places-4"
LARGE_SECONDS = 60.0
ON_SERVERS = ("retention-1", "places-1", "calls-1", "success-1", "worker-side-1")
PATIENCE_SECONDS = 600.0
BUDGET_OF_A_FAULT = 20.0
PROFILE = find_profile(DEFAULT_PROFILE)

# What a universe reaches and still cannot show, with the reason.
UNSEEN: dict[str, str] = {}


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


def zoo() -> bool:
    """Judge every broken backend by the small universes alone."""
    options = CheckOptions(budget_seconds=BUDGET_OF_A_FAULT, tiers=("exhaustive",))
    caught: list[JudgedFault] = []
    missed: dict[str, list[JudgedFault]] = defaultdict(list)
    for fault in FAULTS:
        judged = judge(fault, options)
        if judged.verdict == "KILLED":
            caught.append(judged)
        else:
            missed[reason_of(judged)].append(judged)
    print(
        f"\nOf {len(FAULTS)} broken backends, {len(caught)} are found by the small universes "
        f"alone. The others, with the reason:\n"
    )
    print("| reason | faults |\n| --- | --- |")
    for reason, faults in sorted(missed.items()):
        print(f"| {reason} | {', '.join(f'`{fault.id}`' for fault in faults)} |")
    return "" not in missed


def reason_of(fault: JudgedFault) -> str:
    """Say why no universe shows a fault; an empty reason is none."""
    if fault.id in UNSEEN:
        return UNSEEN[fault.id]
    reached = shares(DEFAULT_PROFILE)
    clauses = [find_clause(name) for name in fault.clauses]
    if not any(clause.situations for clause in clauses):
        return "its clauses are about what no trace of a metastore can meet"
    if not any(name in reached for clause in clauses for name in clause.situations):
        return "no transition of a universe reaches a situation of its clauses"
    return ""


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
    good &= zoo()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
