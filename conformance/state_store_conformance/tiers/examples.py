"""The examples of the clauses: each is run as it stands in the law."""

from __future__ import annotations

from collections.abc import Iterable

from state_store_conformance.applicability import needed_by, obstacle
from state_store_conformance.tiers.bench import Bench
from state_store_spec.clause import Clause

TIER = "examples"


def run_examples(bench: Bench, clauses: Iterable[Clause]) -> None:
    """Run the examples of every clause that can be asked of the target.

    Raises:
        BudgetSpentError: there is no time or no trace left.
        EngineError: not the target broke.
    """
    capabilities = bench.target.capabilities
    for clause in clauses:
        if obstacle(clause, capabilities) is not None:
            continue
        for example in clause.examples:
            if not needed_by(example) <= capabilities:
                continue
            run = bench.judge(TIER, example)
            if not run.differences:
                bench.findings.examples[clause.id] += 1
