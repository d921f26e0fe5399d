"""Judge every broken backend by the small universes alone, and say which they cannot show.

Prints tables in Markdown. Exit status 1 when a fault is not found though a universe reaches what
it breaks, and no reason is known.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from state_store_conformance.checking import CheckOptions
from state_store_conformance.exhaustive.rarity import shares
from state_store_spec.clause_files import find_clause
from state_store_spec.profiles import DEFAULT_PROFILE
from state_store_zoo.catalog import FAULTS
from state_store_zoo.judging import judge
from state_store_zoo.matrix import JudgedFault

BUDGET_SECONDS = 6.0
NOT_KNOWN = "**not known**"

# What a universe reaches and still cannot show, with the reason.
UNSEEN: dict[str, str] = {}


def main() -> int:
    """Judge, and print the page."""
    options = CheckOptions(budget_seconds=BUDGET_SECONDS, tiers=("exhaustive",))
    caught: list[JudgedFault] = []
    missed: dict[str, list[JudgedFault]] = defaultdict(list)
    for fault in FAULTS:
        judged = judge(fault, options)
        if judged.verdict == "KILLED":
            caught.append(judged)
        else:
            missed[reason_of(judged)].append(judged)
    print(
        f"Of {len(FAULTS)} broken backends, {len(caught)} are found by the small universes "
        f"alone. The others, with the reason:\n"
    )
    print("| reason | faults |\n| --- | --- |")
    for reason, faults in sorted(missed.items()):
        print(f"| {reason} | {', '.join(f'`{fault.id}`' for fault in faults)} |")
    return int(NOT_KNOWN in missed)


def reason_of(fault: JudgedFault) -> str:
    """Say why no universe shows a fault; that none is known is a reason too."""
    if fault.id in UNSEEN:
        return UNSEEN[fault.id]
    reached = shares(DEFAULT_PROFILE)
    clauses = [find_clause(name) for name in fault.clauses]
    if not any(clause.situations for clause in clauses):
        return "its clauses are about what no trace of a metastore can meet"
    if not any(name in reached for clause in clauses for name in clause.situations):
        return "no transition of a universe reaches a situation of its clauses"
    return NOT_KNOWN


if __name__ == "__main__":
    sys.exit(main())
