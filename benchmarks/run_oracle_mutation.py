"""Mutation testing of the oracle: the page ``oracle_mutation``.

Nobody judges the oracle but people, and what they wrote down: a mutant is killed when an example of
a clause, or a golden trace, expects something that it does not show. What a store may choose beside
the one answer that those expect is asked by tests of the spec, which are named on the page.
``set_aside_oracle.toml`` lists survivors with the reason. Exit status 1 when one has none.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.mutants import Mutant, mutants_of
from benchmarks.mutation_court import Judged, judged

PACKAGE: Final = "state_store_spec"
MODULES: Final = (
    "accessors",
    "assets",
    "beginning",
    "collection",
    "dag_runs",
    "methods",
    "own_expiry",
    "references",
    "retention",
    "scopes",
    "step",
    "stored",
    "surroundings",
    "task_instances",
    "worker_side",
)
"""Those that say what comes of an operation; ``freedom`` and ``world`` say what else there is."""
GOLDEN: Final = Path(__file__).parent.parent / "tests" / "golden"
SET_ASIDE: Final = Path(__file__).with_name("set_aside_oracle.toml")
TESTS: Final = tuple(
    f"tests/spec/test_{name}.py" for name in ("own_expiry", "statements", "judgment_own", "oracle")
)
AT_ONCE: Final = 2


def ask_what_is_written() -> dict[str, Any]:
    """Say which example or golden trace the oracle of this process does not agree with."""
    # Only in the child: the mutant takes the place of a module before anybody imports it.
    for tier, found in (("an example", _broken_examples()), ("golden traces", _broken_golden())):
        subject = next(found, None)
        if subject is not None:
            return {"fate": "killed", "by": subject, "tier": tier}
    import pytest  # noqa: PLC0415 - it takes a while, and most mutants are killed without it

    # Of this process alone: neither in parallel, nor covered, nor with a cache.
    alone = ("-o", "addopts=", "-o", "filterwarnings=", "-q", "-x", "-n0", "-p", "no:cacheprovider")
    if pytest.main([*alone, *TESTS]) == pytest.ExitCode.TESTS_FAILED:
        return {"fate": "killed", "by": "tests", "tier": "tests"}
    return {"fate": "survived"}


def _broken_examples() -> Iterator[str]:
    from state_store_spec import load_clauses  # noqa: PLC0415 - see above
    from tests.spec.example_runs import INTACT, broken_expectations  # noqa: PLC0415

    for clause in load_clauses():
        for example in clause.examples:
            if any(broken_expectations(INTACT, example)):
                yield clause.id


def _broken_golden() -> Iterator[str]:
    from state_store_conformance.golden.filling import with_expectations  # noqa: PLC0415
    from state_store_conformance.golden.golden_file import read_golden  # noqa: PLC0415
    from state_store_spec.profiles import find_profile  # noqa: PLC0415

    for file in sorted(GOLDEN.glob("*/*.json")):
        golden = read_golden(file)
        for one in golden.traces:
            # Examples say less than all that can be seen, and have been asked.
            is_example = any(shown.startswith("example ") for shown in one.shows)
            profile = find_profile(golden.profile)
            if not is_example and with_expectations(one.trace, profile) != one.trace:
                yield f"{golden.subject} in {golden.profile}"


def judged_by_what_is_written(mutant: Mutant) -> Judged:
    """Judge a mutant in a process of its own."""
    result = judged(mutant, ask_what_is_written)
    sys.stderr.write(f"{result.fate}: {result.id} {result.by} {result.seconds}\n")
    sys.stderr.flush()
    return result


def all_mutants(modules: tuple[str, ...]) -> list[Mutant]:
    """Give the mutants of the modules of the oracle."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise LookupError(f"There is no package {PACKAGE}: run `make setup`.")
    folder = Path(package.origin).parent / "oracle"
    return [
        mutant
        for name in modules
        for mutant in mutants_of(f"{PACKAGE}.oracle.{name}", folder / f"{name}.py")
    ]


def require_that_nothing_changed_survives(mutants: list[Mutant]) -> None:
    """Check that what is found is found for the change, and for nothing else.

    Raises:
        RuntimeError: a module without a change does not survive.
    """
    unchanged = replace(mutants[0], text=mutants[0].path.read_text(encoding="utf-8"), change="none")
    result = judged_by_what_is_written(unchanged)
    if result.fate != "survived":
        raise RuntimeError(f"An oracle without a change is {result.fate}: {result.by}.")


def main() -> int:
    """Judge the mutants, print the table, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="of the oracle; by default those that answer")
    arguments = parser.parse_args()

    reasons = tomllib.loads(SET_ASIDE.read_text(encoding="utf-8"))["mutant"]
    mutants = all_mutants(tuple(arguments.modules) or MODULES)
    require_that_nothing_changed_survives(mutants)
    with ProcessPoolExecutor(max_workers=AT_ONCE) as pool:
        results = list(pool.map(judged_by_what_is_written, mutants))
    survivors = [result for result in results if result.fate == "survived"]
    because = {result.id: _reason(result, reasons) for result in survivors}
    print(
        "Mutants of the oracle by Cosmic Ray. A mutant is killed when an example of a clause, or "
        "else a golden trace, expects what it does not show, or when it cannot be run or does not "
        "come back. What a store may choose beside that is asked by tests: "
        f"{', '.join(f'`{test}`' for test in TESTS)}.\n"
    )
    print("| module | mutants | an example | golden traces | tests | otherwise | survived |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for module in dict.fromkeys(result.module for result in results):
        print(_row(module.rpartition(".")[2], [one for one in results if one.module == module]))
    print(_row("**all**", results))
    print("\n## Survivors\n\n| mutant | because |\n| --- | --- |")
    for survivor, reason in because.items():
        shown = survivor.removeprefix(f"{PACKAGE}.oracle.").replace("|", "\\|")
        print(f"| `{shown}` | {reason or '**not known**'} |")
    return int(not all(because.values()))


def _row(name: str, results: list[Judged]) -> str:
    *killed, survived = (
        sum((result.tier or result.fate) == kind for result in results)
        for kind in ("an example", "golden traces", "tests", "survived")
    )
    counts = (len(results), *killed, len(results) - sum(killed) - survived, survived)
    return f"| {name} | {' | '.join(map(str, counts))} |"


def _reason(result: Judged, reasons: list[dict[str, Any]]) -> str:
    module = result.module.rpartition(".")[2]
    for entry in reasons:
        if entry["module"] == module and any(one in result.id for one in entry["changes"]):
            return str(entry["because"])
    return ""


if __name__ == "__main__":
    sys.exit(main())
