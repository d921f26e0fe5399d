"""The sequence of random traces, and the budget that says how far it goes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import count
from types import SimpleNamespace

import pytest

from state_store_conformance.budget import Budget, parse_duration
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.errors import UsageError
from state_store_conformance.side_by_side import Run
from state_store_conformance.target import Target
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.tiers.random_traces import chunk_seed
from state_store_conformance.watched import WatchedTarget
from state_store_spec.trace import Trace
from tests.conformance.broken_backends import ClearsEveryMapIndex

PRINT_DIGESTS = """
import hashlib, sys
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.trace_files import dump_trace

class Noted(ReferenceMetastore):
    def start(self, trace):
        print(hashlib.sha256(dump_trace(trace).encode()).hexdigest(), file=sys.stderr)
        return super().start(trace)

check(Noted(), CheckOptions(budget_seconds=60, max_traces=30, seed=3, tiers=("random",)))
"""


def sequence(seed: int, traces: int, target: Target | None = None) -> list[Trace]:
    """Give the random traces of a seed, in their order, those that shorten included."""
    seen: list[Trace] = []

    class Noted(WatchedTarget):
        def run(self, trace: Trace) -> Run:
            seen.append(trace)
            return super().run(trace)

    options = CheckOptions(budget_seconds=60, max_traces=traces, seed=seed, tiers=("random",))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("state_store_conformance.checking.WatchedTarget", Noted)
        check(target or ReferenceMetastore(), options, clauses=())
    return seen


def test_two_processes_draw_the_same_traces() -> None:
    """The same seed gives the same traces, however the interpreter hashes."""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGESTS],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stderr
        for seed in ("1", "2")
    ]

    assert outputs[0] == outputs[1]
    assert len(set(outputs[0].split())) > 10


def test_a_larger_budget_goes_further_along_the_same_sequence() -> None:
    """What a small budget has shown, a larger one shows again."""
    assert sequence(1, 20) == sequence(1, 40)[:20]


def test_another_seed_is_another_sequence() -> None:
    """Seeds are worth changing, neighbors too."""
    assert sequence(1, 10) != sequence(2, 10)
    assert chunk_seed(1, 0) != chunk_seed(0, 1)


def test_what_a_target_does_changes_no_trace() -> None:
    """A broken target is judged by the same traces, but for those that shorten."""
    drawn = sequence(1, 30)
    broken = ReferenceMetastore(backend=ClearsEveryMapIndex)
    of_the_broken = iter(sequence(1, 30, broken))

    assert all(trace in of_the_broken for trace in drawn)


@pytest.mark.parametrize("backend", [None, ClearsEveryMapIndex])
def test_a_budget_is_kept(backend: type | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No run overstays its budget by more than a fifth, with counterexamples or without.

    A look at the clock takes a twentieth of a second here, and whatever is done in between none.
    """
    began, looks = time.perf_counter(), count()
    clock = SimpleNamespace(perf_counter=lambda: began + next(looks) / 20)
    monkeypatch.setattr("state_store_conformance.budget.time", clock)
    target = ReferenceMetastore() if backend is None else ReferenceMetastore(backend=backend)
    report = check(target, CheckOptions(budget_seconds=20))

    assert 20 <= report.elapsed_seconds <= 20 * 1.2


def test_the_number_of_traces_is_kept() -> None:
    """`--max-traces` counts the traces of all tiers."""
    tiers = ("examples", "situations", "random")
    options = CheckOptions(budget_seconds=60, max_traces=450, tiers=tiers)
    report = check(ReferenceMetastore(), options)

    assert sum(report.traces.values()) == 450
    assert report.traces["random"] > 0


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("1.5m", 90), ("500ms", 0.5), ("1h", 3600), (" 2 s ", 2)]
)
def test_durations_are_read(text: str, seconds: float) -> None:
    """Durations are numbers with a unit."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["10", "-1s", "s", "ten s", "1s 2s", ""])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """The error shows the value and what to write."""
    with pytest.raises(UsageError, match="such as 10s"):
        parse_duration(text)


def test_a_counterexample_found_late_has_a_little_time() -> None:
    """Even at the very end there is a tenth of the budget to make a counterexample short."""
    spent = Budget(0.0)
    fresh = Budget(10.0)

    assert spent.spent
    assert fresh.shortening_ends() == pytest.approx(1.5, abs=0.5)
