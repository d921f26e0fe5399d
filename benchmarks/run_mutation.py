"""Mutation testing of the reference, judged by the kit alone: the page ``mutation``.

No test of ours is asked: a mutant is killed when the court finds that it breaks a clause, on an
embedded SQLite or else on PostgreSQL or MariaDB. ``set_aside.toml`` lists survivors with the
reason; the score is given with and without those that are the same to every reader of the law.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.first_failure import first_shown, judged_to_the_first_failure
from benchmarks.mutants import Mutant, mutants_of
from benchmarks.mutation_court import Judged, judged
from state_store_conformance.checking import CheckOptions
from state_store_conformance.targets.finding import find_target
from state_store_conformance.tiers import random_traces
from tests.servers import MYSQL, POSTGRES, temporary_database

PACKAGE: Final = "state_store_reference"
MODULES: Final = (
    "metastore",
    "calls",
    "statements",
    "upsert",
    "parents",
    "validation",
    "execution",
    "collection.rules",
    "collection.run",
    "collection.batches",
    "collection.windows",
    "collection.orphans",
    "collection.places",
    "accessors.arguments",
    "accessors.asset",
    "accessors.retention",
    "accessors.task",
    "accessors.worker_side",
    "boundary.asset_requests",
    "boundary.doorway",
    "boundary.listing",
    "boundary.parents",
    "boundary.people",
    "boundary.task_requests",
    "task_instance_id",
    "task_instances.change",
    "task_instances.clearing",
    "task_instances.moves",
    "task_instances.transition",
)
IMPORTED_ONCE: Final = random_traces
"""Before the mutants are made, and not by each of them: Hypothesis takes a while."""
SET_ASIDE: Final = Path(__file__).with_name("set_aside.toml")
SERVERS: Final = (POSTGRES, MYSQL)
LEAST_SCORE: Final = 0.95
AT_ONCE: Final = 2
LONGER_ON_A_SERVER: Final = 3
NOT_COUNTED: Final = ("equivalent", "no clause")
"""Kinds of entries: the same store, or another one in what no clause speaks of."""

Entry = dict[str, Any]
"""Of ``set_aside.toml``."""


def ask_the_court(target: str, budget_seconds: float, seed: int) -> dict[str, Any]:
    """Judge the reference as it is in this process, until the first clause is broken."""
    options = CheckOptions(budget_seconds=budget_seconds, seed=seed)
    report = judged_to_the_first_failure(find_target(target), options)
    if report.verdict == "ERROR":
        return {"fate": "cannot be run", "by": report.reason}
    broken = first_shown(report)
    if broken is None or broken.counterexample is None:
        return {"fate": "survived"}
    return {
        "fate": "killed",
        "by": broken.id,
        "tier": broken.counterexample.tier,
        "operations": len(broken.counterexample.trace.steps),
    }


def what_becomes_of(
    arguments: argparse.Namespace, aside: list[Entry], known: dict[str, Judged], mutant: Mutant
) -> Judged:
    """Judge a mutant, unless an earlier run has and its result stands."""
    result = known.get(mutant.id)
    is_aside = _entry(mutant.module, mutant.id, aside) is not None
    if result is None or (result.fate == "survived" and not is_aside):
        result = judged_anywhere(mutant, arguments, is_aside=is_aside)
        shown = f"{result.by} {result.seconds} {result.database}".rstrip()
        sys.stderr.write(f"{result.fate}: {result.id} {shown}\n")
        sys.stderr.flush()
    return result


def judged_anywhere(mutant: Mutant, arguments: argparse.Namespace, *, is_aside: bool) -> Judged:
    """Judge a mutant on SQLite, and on servers while it survives and nothing speaks for it."""
    budget, seed = arguments.budget, arguments.seed
    result = judged(mutant, lambda: ask_the_court("metastore", budget, seed))
    for server in SERVERS:
        if result.fate != "survived" or is_aside:
            break
        with temporary_database(server) as url:
            # Calls take longer there, and what is done for many rows is asked last.
            again = judged(mutant, partial(ask_the_court, url, budget * LONGER_ON_A_SERVER, seed))
        if again.fate == "killed":
            result = replace(again, database=server.name)
    return result


def all_mutants(modules: Iterable[str], every: int) -> list[Mutant]:
    """Give the mutants of the modules of the reference, or a sample of them."""
    # Nothing of it is imported here: each child imports its own, with the mutant in it.
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise LookupError(f"There is no package {PACKAGE}: run `make setup`.")
    folder = Path(package.origin).parent
    return [
        mutant
        for name in modules
        for mutant in mutants_of(
            f"{PACKAGE}.{name}", (folder / name.replace(".", "/")).with_suffix(".py"), every
        )
    ]


def main() -> int:
    """Judge the mutants, print the table, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="of the reference; by default those that answer")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="a sample: each N-th")
    parser.add_argument("--budget", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="results, for --known")
    parser.add_argument(
        "--known",
        type=Path,
        metavar="FILE",
        help="of an earlier run: who was killed or is listed with a reason is not judged again",
    )
    arguments = parser.parse_args()

    aside = tomllib.loads(SET_ASIDE.read_text(encoding="utf-8"))["mutant"]
    known = known_results(arguments.known)
    results: list[Judged] = []
    mutants = all_mutants(arguments.modules or MODULES, arguments.every)
    with ProcessPoolExecutor(max_workers=AT_ONCE) as pool:
        for result in pool.map(partial(what_becomes_of, arguments, aside, known), mutants):
            results.append(result)
            if arguments.json:
                arguments.json.write_text(
                    json.dumps([asdict(one) for one in results], indent=1) + "\n", encoding="utf-8"
                )
    print_page(results, aside, arguments)
    return int(score(results, aside) < LEAST_SCORE)


def known_results(path: Path | None) -> dict[str, Judged]:
    """Give what became of the mutants in an earlier run, by their ids."""
    if path is None:
        return {}
    results = [Judged(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
    return {result.id: result for result in results}


def score(results: list[Judged], aside: list[Entry]) -> float:
    """Give the share of mutants that were found, of those that run and are not set aside."""
    fates = [
        result.fate
        for result in results
        if result.fate == "killed"
        or (result.fate == "survived" and kind_of(result.module, result.id, aside) is None)
    ]
    return fates.count("killed") / len(fates) if fates else 1.0


def print_page(results: list[Judged], aside: list[Entry], arguments: argparse.Namespace) -> None:
    """Print the page in Markdown."""
    sample = "all mutants" if arguments.every == 1 else f"each {arguments.every}th mutant"
    print(
        f"Mutants of the reference by Cosmic Ray, {sample}, each judged by `state-store check` on "
        "an embedded SQLite and, where it survives there, on PostgreSQL and on MariaDB, budget "
        f"{arguments.budget:g} s each and {arguments.budget * LONGER_ON_A_SERVER:g} s on a server, "
        f"seed {arguments.seed}, to the first broken clause. No unit test takes part.\n"
    )
    if arguments.known:
        print(
            "Mutants that an earlier run has killed, or has seen to survive for a reason that is "
            "listed, were not judged again.\n"
        )
    print("`score` is of the mutants that run, without those set aside; `of all` is with them.\n")
    print(
        "| module | mutants | killed | cannot be run | equivalent | no clause | survived | score "
        "| of all |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for module in dict.fromkeys(result.module for result in results):
        print(_row(module, [one for one in results if one.module == module], aside))
    print(_row("**all**", results, aside))
    on_servers = [result for result in results if result.fate == "killed" and result.database]
    print(f"\n{len(on_servers)} of them are killed on a server alone.")
    survivors = [result for result in results if result.fate == "survived"]
    print("\n## Survivors\n")
    print("| mutant | kind | because |")
    print("| --- | --- | --- |")
    for result in sorted(survivors, key=lambda one: kind_of(one.module, one.id, aside) or ""):
        entry = _entry(result.module, result.id, aside)
        kind, because = (entry["kind"], entry["because"]) if entry else ("**survived**", "")
        shown = result.id.removeprefix(f"{PACKAGE}.").replace("|", "\\|")
        print(f"| `{shown}` | {kind} | {because} |")


def kind_of(module: str, mutant_id: str, aside: list[Entry]) -> str | None:
    """Say why a survivor does not count; ``None`` where it does."""
    entry = _entry(module, mutant_id, aside)
    return None if entry is None or entry["kind"] not in NOT_COUNTED else entry["kind"]


def _row(name: str, results: list[Judged], aside: list[Entry]) -> str:
    fates = [result.fate for result in results]
    kinds = [
        kind_of(result.module, result.id, aside) for result in results if result.fate == "survived"
    ]
    return (
        f"| {name.removeprefix(f'{PACKAGE}.')} | {len(results)} | {fates.count('killed')} "
        f"| {fates.count('cannot be run')} | {kinds.count('equivalent')} "
        f"| {kinds.count('no clause')} | {kinds.count(None)} | {score(results, aside):.1%} "
        f"| {score(results, []):.1%} |"
    )


def _entry(module: str, mutant_id: str, aside: list[Entry]) -> Entry | None:
    for entry in aside:
        if entry["module"] == module.removeprefix(f"{PACKAGE}.") and any(
            change in mutant_id for change in entry["changes"]
        ):
            return entry
    return None


if __name__ == "__main__":
    sys.exit(main())
