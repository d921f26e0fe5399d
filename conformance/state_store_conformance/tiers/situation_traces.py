"""Situation traces: for each situation of the law, a short trace that reaches it.

Random traces reach rare moments late, on a slow database too late. These were found once, by the
oracle alone, and lie beside this module as trace files, so that every run reaches every moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from state_store_conformance.applicability import needed_by
from state_store_conformance.tiers.bench import Bench
from state_store_spec.operations import Operation, Transaction
from state_store_spec.trace import Trace
from state_store_spec.trace_files import load_trace

TIER: Final = "situations"
FOLDER: Final = "situation_traces"


def run_situation_traces(bench: Bench) -> None:
    """Run the trace of every situation that the target can have.

    Raises:
        BudgetSpentError: there is no time or no trace left.
        EngineError: not the target broke.
    """
    for _, trace in situation_traces(bench.profile.name):
        for variant in (trace, without_sessions(trace)):
            if needed_by(variant) <= bench.target.capabilities:
                bench.judge(TIER, variant)
                break


def without_sessions(trace: Trace) -> Trace:
    """Give the trace with the calls of committed sessions made one by one.

    The search takes several calls in one session for a short way to a situation that has nothing
    to do with sessions, and most backends have none.
    """
    operations: list[Operation] = []
    for operation in trace.operations:
        if isinstance(operation, Transaction) and operation.end == "commit":
            operations += operation.operations
        else:
            operations.append(operation)
    return trace.with_operations(tuple(operations))


def situation_traces(profile: str) -> Iterator[tuple[str, Trace]]:
    """Yield each situation that has a trace in the profile, with it."""
    folder = files("state_store_conformance") / "tiers" / FOLDER / profile
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            yield (
                file.name.removesuffix(".json"),
                load_trace(file.read_text(encoding="utf-8"), source=file.name),
            )
