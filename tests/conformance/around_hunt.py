"""Hunts for faults around the store: ``python -m tests.conformance.around_hunt`` prints a table.

Each fault is hunted twice: by the traces that are the same in every run, and by random traces
alone, as the property that it breaks.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from time import perf_counter

from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.findings import Findings
from state_store_conformance.target import Target
from state_store_spec.trace import Trace
from tests.conformance.broken_around import FAULTS

WRITTEN = ("examples", "situations")
RANDOM = ("random",)


@dataclass(frozen=True, slots=True)
class Catch:
    """What a hunt came to.

    Attributes:
        trace: the counterexample of the wanted clause, as it was recorded; ``None`` without one.
        clauses: every clause that was broken until then.
        seconds: real seconds until the counterexample was there, and short.
        traces: how many were run until then.
    """

    trace: Trace | None
    clauses: tuple[str, ...]
    seconds: float
    traces: int


def hunt(
    target: Target, clause: str, tiers: tuple[str, ...], *, seconds: float, seed: int = 0
) -> Catch:
    """Judge the target until the clause is broken, or until the time is up."""
    started = perf_counter()
    caught_after = None

    def stop_when_caught(findings: Findings) -> None:
        nonlocal caught_after
        if clause in findings.failures:
            caught_after = perf_counter() - started
            raise BudgetSpentError

    options = CheckOptions(budget_seconds=seconds, tiers=tiers, seed=seed)
    report = check(target, options, progress=stop_when_caught)
    failed = {found.id: found for found in report.clauses if found.counterexample is not None}
    found = failed[clause].counterexample if clause in failed else None
    return Catch(
        None if found is None else found.trace,
        tuple(failed),
        perf_counter() - started if caught_after is None else caught_after,
        sum(report.traces.values()),
    )


def main() -> int:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clauses", nargs="*", help="hunt for these only, by default for all")
    parser.add_argument("--seconds", type=float, default=60.0, help="of random traces for each")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    sys.stdout.write(
        "| fault | clause | written traces: s | operations | random traces: s | traces | "
        "operations | other clauses |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
    )
    for fault in FAULTS:
        if arguments.clauses and fault.clause not in arguments.clauses:
            continue
        written, drawn = (
            hunt(
                fault.target(), fault.clause, tiers, seconds=arguments.seconds, seed=arguments.seed
            )
            for tiers in (WRITTEN, RANDOM)
        )
        others = sorted({*written.clauses, *drawn.clauses} - {fault.clause})
        sys.stdout.write(
            f"| {fault.what} | {fault.clause} | {written.seconds:.1f} | {_length(written)} "
            f"| {drawn.seconds:.1f} | {drawn.traces} | {_length(drawn)} "
            f"| {', '.join(others)} |\n"
        )
        sys.stdout.flush()
    return 0


def _length(catch: Catch) -> str:
    return "not caught" if catch.trace is None else str(len(catch.trace.steps))


if __name__ == "__main__":
    sys.exit(main())
