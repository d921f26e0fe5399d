"""Mutation testing of the reference, judged by the kit alone: the page ``mutation``.

No test of ours is asked: a mutant is killed when the court finds that it breaks a clause. Survivors
that are set aside, as equivalent or out of reach of a trace, are listed in
``equivalent_mutants.toml`` with the reason; the score is given with and without them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.mutants import Mutant, mutants_of
from benchmarks.mutation_court import Judged, judged
from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.findings import Findings
from state_store_conformance.targets.finding import find_target
from state_store_conformance.tiers import random_traces

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
EQUIVALENT: Final = Path(__file__).with_name("equivalent_mutants.toml")
LEAST_SCORE: Final = 0.95


def ask_the_court(budget_seconds: float, seed: int) -> dict[str, Any]:
    """Judge the reference as it is in this process, until the first clause is broken."""

    def stop_when_found(findings: Findings) -> None:
        if findings.failures:
            raise BudgetSpentError

    options = CheckOptions(budget_seconds=budget_seconds, seed=seed)
    report = check(find_target("metastore"), options, progress=stop_when_found)
    if report.verdict == "ERROR":
        return {"fate": "cannot be run", "by": report.reason}
    for clause in report.clauses:
        if clause.counterexample is not None:
            return {
                "fate": "killed",
                "by": clause.id,
                "tier": clause.counterexample.tier,
                "operations": len(clause.counterexample.trace.steps),
            }
    return {"fate": "survived"}


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
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()

    mutants = all_mutants(arguments.modules or MODULES, arguments.every)
    results: list[Judged] = []
    for mutant in mutants:
        result = judged(mutant, lambda: ask_the_court(arguments.budget, arguments.seed))
        results.append(result)
        sys.stderr.write(f"{result.fate}: {result.id} {result.by} {result.seconds}\n")
        sys.stderr.flush()
    equivalent = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    print_page(results, equivalent, arguments)
    if arguments.json:
        arguments.json.write_text(
            json.dumps([asdict(result) for result in results], indent=1) + "\n", encoding="utf-8"
        )
    return int(score(results, equivalent) < LEAST_SCORE)


def score(results: list[Judged], equivalent: dict[str, Any]) -> float:
    """Give the share of mutants that were found, of those that run and are not set aside."""
    asked = [
        result
        for result in results
        if result.fate != "cannot be run" and _reason(result, equivalent) is None
    ]
    killed = [result for result in asked if result.fate == "killed"]
    return len(killed) / len(asked) if asked else 1.0


def print_page(
    results: list[Judged], equivalent: dict[str, Any], arguments: argparse.Namespace
) -> None:
    """Print the page in Markdown."""
    sample = "all mutants" if arguments.every == 1 else f"each {arguments.every}th mutant"
    print(
        f"Mutants of the reference by Cosmic Ray, {sample}, each judged by `state-store check` on "
        f"an embedded SQLite, budget {arguments.budget:g} s, seed {arguments.seed}, to the first "
        "broken clause. No unit test takes part.\n"
    )
    print("| module | mutants | killed | cannot be run | set aside | survived | score | of all |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for module in dict.fromkeys(result.module for result in results):
        print(_row(module, [one for one in results if one.module == module], equivalent))
    print(_row("**all**", results, equivalent))
    survivors = [result for result in results if result.fate == "survived"]
    print("\n## Survivors\n")
    print("| mutant | set aside, because |")
    print("| --- | --- |")
    for result in survivors:
        shown = result.id.replace("|", "\\|")
        print(f"| `{shown}` | {_reason(result, equivalent) or '**not set aside**'} |")


def _row(name: str, results: list[Judged], equivalent: dict[str, Any]) -> str:
    survived = [result for result in results if result.fate == "survived"]
    alike = [result for result in survived if _reason(result, equivalent) is not None]
    fates = [result.fate for result in results]
    return (
        f"| {name.removeprefix('state_store_reference.')} | {len(results)} "
        f"| {fates.count('killed')} | {fates.count('cannot be run')} | {len(alike)} "
        f"| {len(survived) - len(alike)} | {score(results, equivalent):.1%} "
        f"| {score(results, {}):.1%} |"
    )


def _reason(result: Judged, equivalent: dict[str, Any]) -> str | None:
    """Say why the mutant is no other store, as far as it survived."""
    if result.fate != "survived":
        return None
    for entry in equivalent.get("mutant", []):
        if entry["module"] == result.module.removeprefix("state_store_reference.") and (
            entry["change"] in result.id
        ):
            reason: str = entry["because"]
            return reason
    return None


if __name__ == "__main__":
    sys.exit(main())
