"""Judge stores of different speed with the default budget, whole and with five faults each.

Prints tables in Markdown. Exit status 1 when a store that is whole is condemned, a fault is not
found, or a run overstays its budget by more than a fifth.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter

from benchmarks.faulty_wrappers import WRAPPERS
from examples.redis_backend import RedisStateBackend
from examples.sqlite3_backend import backend as sqlite3_backend
from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import DEFAULT_BUDGET_SECONDS, CheckOptions, check
from state_store_conformance.findings import Findings
from state_store_conformance.target import Target
from state_store_conformance.targets.finding import custom_backend
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec import BaseStateBackend
from state_store_zoo.custom.memory import MemoryBackend
from tests.servers import REDIS

MOST_OVERSTAY = 1.2
BROKEN: dict[str, type[BaseStateBackend]] = {
    "dictionary": MemoryBackend,
    "Redis": RedisStateBackend,
}


def whole() -> dict[str, Callable[[], Target]]:
    """Give the stores that obey the law, by what they are kept in."""
    return {
        "dictionary": lambda: custom_backend(lambda: MemoryBackend, "dictionary"),
        "sqlite3, a file": lambda: custom_backend(lambda: sqlite3_backend, "sqlite3"),
        "Redis": lambda: custom_backend(lambda: RedisStateBackend, "Redis"),
        "the metastore on SQLite": ReferenceMetastore,
    }


def judge_whole(name: str, target: Target, budget_seconds: float) -> bool:
    """Judge a store that obeys, print a row, and say whether that was seen in time."""
    began = perf_counter()
    report = check(target, CheckOptions(budget_seconds=budget_seconds))
    seconds = perf_counter() - began
    traces = sum(report.traces.values())
    print(
        f"| {name} | {budget_seconds:.0f} s | {report.verdict} | {traces:,} | {report.steps:,} "
        f"| {report.elapsed_seconds:.1f} | {seconds:.1f} |",
        flush=True,
    )
    in_time = report.elapsed_seconds <= budget_seconds * MOST_OVERSTAY
    return report.verdict == "PASS" and in_time


def judge_broken(name: str, kind: type[BaseStateBackend], fault: str) -> bool:
    """Judge a broken store until the first clause, print a row, and say whether it was found."""
    began = perf_counter()
    found_after = 0.0

    def stop_when_found(findings: Findings) -> None:
        nonlocal found_after
        if findings.failures:
            found_after = perf_counter() - began
            raise BudgetSpentError

    report = check(custom_backend(lambda: kind, fault), CheckOptions(), progress=stop_when_found)
    shown = next((one for one in report.clauses if one.counterexample is not None), None)
    if shown is None or shown.counterexample is None:
        print(f"| {name} | {fault} | **not found** | | |", flush=True)
        return False
    operations = len(shown.counterexample.trace.operations)
    print(f"| {name} | {fault} | {shown.id} | {found_after:.2f} | {operations} |", flush=True)
    return True


def main() -> int:
    """Print the page."""
    os.environ.setdefault("STATE_STORE_REDIS_URL", REDIS.url())
    print("Stores that obey the law, judged with the default budget and with ten seconds.\n")
    print(
        "| kept in | budget | verdict | traces | steps | seconds judged | with start and report |"
    )
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: |")
    good = [
        judge_whole(name, make(), budget)
        for name, make in whole().items()
        for budget in (DEFAULT_BUDGET_SECONDS, 10.0)
    ]
    print("\nThe same faults in a dictionary and on Redis, judged until the first broken clause.\n")
    print("| kept in | fault | clause | seconds, start and shortening included | operations |")
    print("| --- | --- | --- | ---: | ---: |")
    for name, kind in BROKEN.items():
        judge = partial(judge_broken, name)
        good += [judge(wrap(kind), wrap.__name__.replace("_", " ")) for wrap in WRAPPERS]
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
