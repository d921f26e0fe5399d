"""Random traces: Hypothesis draws them from a seed, one chunk after the other.

The sequence of traces depends on the seed, the profile and the capabilities alone, never on what
the target does with them. A larger budget goes further along it. Shrinking is not left to
Hypothesis: it would take longer than most budgets, and would leave the sequence.
"""

from __future__ import annotations

import hashlib
from itertools import count
from typing import TYPE_CHECKING, Final, cast

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given

from state_store_conformance.strategies.traces import traces
from state_store_conformance.tiers.bench import Bench
from state_store_conformance.tiers.rare_openings import rare_openings
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

TIER: Final = "random"

CHUNK: Final = 10
"""Traces of one chunk. Past ten Hypothesis goes on with variations of what it has seen, which
reach fewer situations: 93 of 204 within 1,000 steps where a chunk has 250, and 155 with this."""


def run_random_traces(bench: Bench, seed: int) -> None:
    """Run random traces until the budget is spent.

    Raises:
        BudgetSpentError: always, in the end.
        EngineError: not the target broke.
    """
    profile, capabilities = bench.profile.name, bench.target.capabilities
    openings = rare_openings(profile, capabilities)
    drawn = traces(profile=profile, capabilities=capabilities, openings=openings)
    for number in count():
        _run_chunk(bench, drawn, chunk_seed(seed, number))


def chunk_seed(seed: int, number: int) -> int:
    """Give the seed of a chunk: the same on every machine, and far from that of its neighbors."""
    digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return int.from_bytes(digest[:8])


def _run_chunk(bench: Bench, drawn: SearchStrategy[Trace], seed: int) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=CHUNK,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate,),
        # How fast or how varied traces come is no concern of the target that is judged.
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        verbosity=Verbosity.quiet,
    )
    @given(trace=drawn)
    def judge(trace: Trace) -> None:
        # A broken clause is no failure here: the sequence must be the same for every target.
        bench.judge(TIER, trace)

    judge()
