"""Judge the example backends on many seeds: the page ``examples``.

They obey the law, so a broken clause is a false alarm, or a fault of theirs that no shorter run has
found. Prints a table in Markdown. Exit status 1 when one is condemned or cannot be judged.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Final, NamedTuple

from state_store_conformance.budget import parse_duration
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.targets.finding import find_target
from tests.servers import REDIS

EXAMPLES: Final = {
    "redis": "Redis",
    "files": "plain files",
    "dynamodb": "DynamoDB (moto, inside the process)",
    "sqlite3": "sqlite3, a file",
}
SEEDS: Final = 30
BUDGET: Final = "5s"
# Half of each judgment is spent waiting for the process that is judged.
AT_ONCE: Final = 2


class Judgment(NamedTuple):
    """One run: what came of it, and how much was asked."""

    example: str
    verdict: str
    broken: tuple[str, ...]
    traces: int
    steps: int


def judged(example: str, seed: int, budget_seconds: float) -> Judgment:
    """Judge an example with one seed."""
    os.environ.setdefault("STATE_STORE_REDIS_URL", REDIS.url())
    options = CheckOptions(budget_seconds=budget_seconds, seed=seed)
    report = check(find_target(f"examples.{example}_backend:backend"), options)
    broken = tuple(clause.id for clause in report.clauses if clause.verdict == "FAIL")
    sys.stderr.write(f"{example}, seed {seed}: {report.verdict} {' '.join(broken)}\n")
    return Judgment(example, report.verdict, broken, sum(report.traces.values()), report.steps)


def main() -> int:
    """Print the page, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--budget", default=BUDGET)
    arguments = parser.parse_args()

    asked = list(product(EXAMPLES, range(arguments.seeds), [parse_duration(arguments.budget)]))
    with ProcessPoolExecutor(max_workers=AT_ONCE) as pool:
        judgments = list(pool.map(judged, *zip(*asked, strict=True)))
    print(
        f"Each of the example backends with {arguments.seeds} seeds, {arguments.budget} each. "
        "A run that is inconclusive broke nothing, and had no time to ask everything.\n"
    )
    print("| kept in | passed | inconclusive | condemned | traces | steps | broken |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for example, shown in EXAMPLES.items():
        print(_row(shown, [one for one in judgments if one.example == example]))
    return int(any(one.verdict not in {"PASS", "INCONCLUSIVE"} for one in judgments))


def _row(shown: str, judgments: list[Judgment]) -> str:
    verdicts = Counter(one.verdict for one in judgments)
    condemned = verdicts["FAIL"] + verdicts["ERROR"]
    broken = sorted({clause for one in judgments for clause in one.broken})
    return (
        f"| {shown} | {verdicts['PASS']} | {verdicts['INCONCLUSIVE']} | {condemned} "
        f"| {sum(one.traces for one in judgments):,} | {sum(one.steps for one in judgments):,} "
        f"| {', '.join(broken) or 'none'} |"
    )


if __name__ == "__main__":
    sys.exit(main())
