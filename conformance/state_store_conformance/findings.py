"""Findings: what the traces of a run have shown, whatever tier brought them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from state_store_conformance.report import UniverseReport
from state_store_conformance.side_by_side import Run


@dataclass(slots=True)
class Failure:
    """A run that broke a clause, as short as it was made.

    Attributes:
        clause: the id of the clause.
        tier: the tier that brought the trace.
        run: the run.
        repeated: whether it failed again when it was run again.
    """

    clause: str
    tier: str
    run: Run
    repeated: bool = True


@dataclass(slots=True)
class Findings:
    """What was seen.

    Attributes:
        traces: traces that were run, by tier, without those that shorten a counterexample.
        steps: steps that were compared, those included.
        situations: how often each situation was reached, by the oracle's worlds.
        examples: for each clause, how many of its examples ran to their end.
        inspected: what is wrong with a clause that was looked at without a trace, or nothing.
        universes: what was shown of small universes.
        failures: the counterexample of each broken clause.
        engine_error: what broke in the engine, if anything did.
    """

    traces: Counter[str] = field(default_factory=Counter[str])
    steps: int = 0
    situations: Counter[str] = field(default_factory=Counter[str])
    examples: Counter[str] = field(default_factory=Counter[str])
    inspected: dict[str, str] = field(default_factory=dict[str, str])
    universes: list[UniverseReport] = field(default_factory=list[UniverseReport])
    failures: dict[str, Failure] = field(default_factory=dict[str, Failure])
    engine_error: BaseException | None = None

    def add(self, tier: str, run: Run) -> None:
        """Count a run."""
        self.traces[tier] += 1
        self.situations.update(run.situations)
