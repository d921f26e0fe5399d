"""Measure how many situations random traces reach, with and without what steers them.

The oracle runs the traces alone: what is reached does not depend on a target. Prints a table in
Markdown; exit status 1 when steering gains nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

import hypothesis
from hypothesis import Phase, given

from state_store_conformance.strategies.openings import Opening
from state_store_conformance.strategies.traces import traces
from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_conformance.tiers.random_traces import CHUNK, chunk_seed
from state_store_conformance.tiers.rare_openings import rare_openings
from state_store_conformance.tiers.situation_search import run_of_oracle
from state_store_spec.clause_files import situations_in_force
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Trace
from tests.properties.chosen import EVERY_HEALTH_CHECK

STEPS = 50_000
WINDOW = 1_000
SEEDS = (0, 1, 2)
ENOUGH = 10
LONG_CHUNK = 250
PROFILE = find_profile(DEFAULT_PROFILE)
SITUATIONS = situations_in_force(DEFAULT_PROFILE, METASTORE_CAPABILITIES)


@dataclass
class Reached:
    """What the traces of one seed reached.

    Attributes:
        steps: how many there were.
        situations: how often each was reached.
        windows: how many different ones were reached in each thousand steps.
    """

    steps: int = 0
    situations: Counter[str] = field(default_factory=Counter[str])
    windows: list[int] = field(default_factory=list[int])
    _window: set[str] = field(default_factory=set[str])

    def add(self, trace: Trace) -> None:
        """Run a trace and count what it reaches."""
        reached = run_of_oracle(trace, PROFILE).situations
        self.situations.update(reached)
        self._window |= reached.keys()
        before = self.steps // WINDOW
        self.steps += len(trace.operations)
        if self.steps // WINDOW > before:
            self.windows.append(len(self._window))
            self._window = set()


def reached(seed: int, chunk: int, openings: tuple[Opening, ...]) -> Reached:
    """Draw traces as the random tier does, and give what they reach."""
    strategy = traces(openings=openings)
    tally = Reached()

    def add(trace: Trace) -> None:
        if tally.steps < STEPS:
            tally.add(trace)

    number = 0
    while tally.steps < STEPS:
        hypothesis.seed(chunk_seed(seed, number))(
            hypothesis.settings(
                max_examples=chunk,
                database=None,
                deadline=None,
                phases=(Phase.generate,),
                suppress_health_check=EVERY_HEALTH_CHECK,
            )(given(trace=strategy)(add))
        )()
        number += 1
    return tally


def main() -> int:
    """Print the table."""
    openings = rare_openings(DEFAULT_PROFILE, METASTORE_CAPABILITIES)
    ways: dict[str, tuple[int, tuple[Opening, ...]]] = {
        f"chunks of {LONG_CHUNK}, no openings": (LONG_CHUNK, ()),
        f"chunks of {CHUNK}, no openings": (CHUNK, ()),
        f"chunks of {CHUNK}, {len(openings)} openings": (CHUNK, openings),
    }
    print(
        f"{len(SITUATIONS)} situations can be reached on a metastore. Random traces of "
        f"{len(SEEDS)} seeds, {STEPS:,} steps each, run on the oracle.\n"
    )
    print(
        f"| how traces are drawn | situations in {WINDOW:,} steps | never reached | "
        f"reached less than {ENOUGH} times | the rarest tenth, times each |"
    )
    print("| --- | ---: | ---: | ---: | ---: |")
    gains: list[float] = []
    for name, (chunk, opened) in ways.items():
        runs = [reached(seed, chunk, opened) for seed in SEEDS]
        counts = [sorted(run.situations[name] for name in SITUATIONS) for run in runs]
        in_window = sum(sum(run.windows) / len(run.windows) for run in runs) / len(runs)
        never = sum(each.count(0) for each in counts) / len(runs)
        seldom = sum(sum(n < ENOUGH for n in each) for each in counts) / len(runs)
        tenth = len(SITUATIONS) // 10
        rarest = sum(sum(each[:tenth]) / tenth for each in counts) / len(runs)
        gains.append(rarest)
        print(f"| {name} | {in_window:.1f} | {never:.1f} | {seldom:.1f} | {rarest:.1f} |")
    return 0 if gains == sorted(gains) else 1


if __name__ == "__main__":
    sys.exit(main())
