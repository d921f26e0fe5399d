"""Measure how many calls of the oracle there are in a second, on a mixture of operations.

Prints a table in Markdown; ``--json FILE`` writes the same numbers. Exit status 1 when a bound is
missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

from hypothesis import Phase, given, seed, settings

from state_store_conformance.strategies import traces
from state_store_spec.operations import Operation, Transaction
from state_store_spec.oracle import World, beginning, step
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Trace
from tests.properties.chosen import EVERY_HEALTH_CHECK

TRACES = 300
ROUNDS = 40
BOUND = 300_000
PROFILE = find_profile(DEFAULT_PROFILE)

Moment = tuple[World, Operation]


def drawn() -> list[Trace]:
    """Draw the traces of a seed."""
    found: list[Trace] = []

    @seed(0)
    @settings(
        max_examples=TRACES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=EVERY_HEALTH_CHECK,
    )
    @given(traces())
    def collect(trace: Trace) -> None:
        found.append(trace)

    collect()
    return found


def moments(found: list[Trace]) -> list[Moment]:
    """Give each operation of the traces with the world it meets."""
    met: list[Moment] = []
    for trace in found:
        world = beginning(trace)
        for operation in trace.operations:
            met.append((world, operation))
            world, _ = step(world, operation, PROFILE)
    return met


def calls_per_second(met: list[Moment]) -> float:
    """Give the fastest of some rounds: what the code takes, and not what else the machine does.

    A session and each of its calls are a call of the oracle each.
    """
    calls = sum(
        1 + len(operation.operations) if isinstance(operation, Transaction) else 1
        for _, operation in met
    )

    def once() -> float:
        profile, one_step = PROFILE, step
        start = time.perf_counter()
        for world, operation in met:
            one_step(world, operation, profile)
        return calls / (time.perf_counter() - start)

    return max(once() for _ in range(ROUNDS))


def main() -> int:
    """Print the table, write the file if one is asked for, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()

    met = moments(drawn())
    # The worlds that only this benchmark holds on to are no work of the oracle's.
    gc.collect()
    gc.freeze()
    by_kind: dict[str, list[Moment]] = defaultdict(list)
    for moment in met:
        by_kind[moment[1].op].append(moment)
    interleaved = calls_per_second(met)
    each = {kind: calls_per_second(some) for kind, some in sorted(by_kind.items())}
    overall = len(met) / sum(len(by_kind[kind]) / speed for kind, speed in each.items())
    rows = sum(len(world.task_state) + len(world.asset_state) for world, _ in met) / len(met)

    print(
        f"{len(met)} operations of {TRACES} random traces, {rows:.1f} rows in the world on "
        f"average; fastest of {ROUNDS} rounds. The first line weighs the kinds of operation as "
        "they occur; in the second they come in the order of their traces, which costs the "
        "interpreter its caches.\n"
    )
    print("| operation | calls | calls per second | at least | |")
    print("| --- | ---: | ---: | ---: | --- |")
    verdict = "met" if overall >= BOUND else "MISSED"
    print(f"| all, kind by kind | {len(met)} | {overall:,.0f} | {BOUND:,} | {verdict} |")
    print(f"| all, in the order of their traces | {len(met)} | {interleaved:,.0f} | | |")
    for kind, speed in each.items():
        print(f"| {kind} | {len(by_kind[kind])} | {speed:,.0f} | | |")
    if arguments.json:
        result = {
            "kind_by_kind": overall,
            "interleaved": interleaved,
            "bound": BOUND,
            "verdict": verdict,
            "kinds": each,
        }
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return int(verdict == "MISSED")


if __name__ == "__main__":
    sys.exit(main())
