"""The kill matrix on several seeds: the page ``mutants``.

Every fault of the zoo is judged to its first broken clause, and every correct target for the whole
budget. Exit status 1 unless everything is found, quickly, and shown in few operations, and nothing
correct is condemned.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from state_store_conformance.budget import parse_duration
from state_store_conformance.checking import CheckOptions
from state_store_spec.clause_files import load_clauses
from state_store_zoo.catalog import CORRECT, FAULTS
from state_store_zoo.judging import judge_all
from state_store_zoo.matrix import Matrix, dump_matrix

MOST_SECONDS: Final = 2.0
MOST_OPERATIONS: Final = 6
MOST_MEDIAN_OPERATIONS: Final = 3


def main() -> int:
    """Judge, print the page, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--correct-budget", default="10s")
    parser.add_argument("--correct-seeds", type=int, default=30)
    parser.add_argument("--json", type=Path, metavar="FILE", help="of the first seed")
    arguments = parser.parse_args()

    matrices = [
        judge_all(FAULTS, _options(arguments.budget, seed), _say) for seed in arguments.seeds
    ]
    correct = [
        judge_all(CORRECT, _options(arguments.correct_budget, seed), _say)
        for seed in range(arguments.correct_seeds)
    ]
    _print_sums(matrices, correct, arguments)
    _print_clauses(matrices[0])
    _print_faults(matrices)
    if arguments.json:
        arguments.json.write_text(dump_matrix(matrices[0]), encoding="utf-8")
    good = all(map(_is_good, matrices)) and not any(matrix.exit_status for matrix in correct)
    return int(not good)


def _options(budget: str, seed: int) -> CheckOptions:
    return CheckOptions(budget_seconds=parse_duration(budget), seed=seed)


def _say(name: str) -> None:
    sys.stderr.write(f"{name}\n")


def _is_good(matrix: Matrix) -> bool:
    return (
        matrix.exit_status == 0
        and matrix.median_seconds < MOST_SECONDS
        and matrix.most_operations <= MOST_OPERATIONS
        and matrix.median_operations <= MOST_MEDIAN_OPERATIONS
    )


def _print_sums(
    matrices: list[Matrix], correct: list[Matrix], arguments: argparse.Namespace
) -> None:
    print(f"Each fault is judged to its first broken clause, budget {arguments.budget}.\n")
    print("| seed | faults | found | median s | longest s | median op | most op | misjudged |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for matrix in matrices:
        longest = max((fault.seconds for fault in matrix.killed), default=0)
        print(
            f"| {matrix.seed} | {len(matrix.faults)} | {len(matrix.killed)} "
            f"| {matrix.median_seconds:.2f} | {longest:.1f} | {matrix.median_operations:g} "
            f"| {matrix.most_operations} | {len(matrix.misjudged)} |"
        )
    judged = [one for matrix in correct for one in matrix.correct]
    condemned = [one for one in judged if one.verdict == "FAIL"]
    print(
        f"\n{len(condemned)} false alarms in {len(judged)} runs of {len(CORRECT)} correct targets "
        f"({arguments.correct_seeds} seeds, {arguments.correct_budget} each, "
        f"{sum(one.traces for one in judged):,} traces)."
    )


def _print_clauses(matrix: Matrix) -> None:
    print("\n## Clauses\n\nHow many faults declare each testable clause, and are found.\n")
    print("| clause | faults |")
    print("| --- | ---: |")
    for clause in load_clauses(matrix.profile):
        if clause.testable:
            declared = {clause.id, *clause.rests_on}
            found = [one for one in matrix.killed if not declared.isdisjoint(one.clauses)]
            print(f"| {clause.id} | {len(found)} |")


def _print_faults(matrices: list[Matrix]) -> None:
    seeds = ", ".join(str(matrix.seed) for matrix in matrices)
    print(f"\n## Faults\n\nSeconds on the seeds {seeds}.\n")
    print("| fault | what it does | found by | clause | s | op |")
    print("| --- | --- | --- | --- | --- | ---: |")
    for judged in zip(*(matrix.faults for matrix in matrices), strict=True):
        first = judged[0]
        seconds = ", ".join(
            f"{one.seconds:.1f}" if one.verdict == "KILLED" else f"**{one.verdict}**"
            for one in judged
        )
        title = first.title.replace("|", "\\|")
        print(
            f"| {first.id} | {title} | {first.tier or ''} | {first.killed_by or ''} "
            f"| {seconds} | {first.operations if first.operations is not None else ''} |"
        )


if __name__ == "__main__":
    sys.exit(main())
