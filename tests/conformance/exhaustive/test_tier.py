"""The tier: it proves what agrees, finds what differs, and says what was not looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from state_store_conformance.budget import Budget
from state_store_conformance.clock import FrozenClock
from state_store_conformance.exhaustive.shard import Shard
from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_conformance.report import UniverseReport
from state_store_conformance.side_by_side import SideBySide
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.tiers import exhaustive
from state_store_conformance.tiers.bench import Bench
from state_store_conformance.tiers.exhaustive import run_exhaustive
from state_store_conformance.universe_wording import universe_in_words
from tests.conformance.broken_backends import (
    AsyncForgetsExpiry,
    ClearsEveryMapIndex,
    RaisesOnGet,
    leaves_expired_rows,
)
from tests.conformance.exhaustive.walks import PROFILE

LONG_ENOUGH = 600.0


def walked(target: ReferenceMetastore, name: str, shard: Shard | None = None) -> Bench:
    """Walk a universe, and give the bench."""
    with target as entered, FrozenClock() as clock:
        bench = Bench(SideBySide(entered, clock, PROFILE), Budget(LONG_ENOUGH))
        run_exhaustive(
            bench,
            target,
            share=1.0,
            shard=shard or Shard(),
            universes=[UNIVERSES[name]],
        )
    return bench


@pytest.mark.parametrize("name", ["places-1", "calls-1", "worker-side-1"])
def test_the_reference_agrees_on_every_transition(name: str) -> None:
    """And the report says so, with the number."""
    (universe,) = walked(ReferenceMetastore(), name).findings.universes

    assert universe.proved
    assert universe.transitions == universe.agreed == UNIVERSES[name].transitions
    assert f"all {universe.agreed:,} transitions of universe {name} agree" == universe_in_words(
        universe
    )


@pytest.mark.parametrize(
    ("target", "name", "clause"),
    [
        (ReferenceMetastore(backend=ClearsEveryMapIndex), "places-1", "SCOPE-4"),
        (ReferenceMetastore(backend=AsyncForgetsExpiry), "calls-1", "METHOD-6"),
        (ReferenceMetastore(backend=RaisesOnGet), "calls-1", "METHOD-1"),
        (ReferenceMetastore(collect=leaves_expired_rows), "retention-1", "GC-1"),
    ],
    ids=["clears every map index", "async forgets expiry", "raises on get", "leaves expired rows"],
)
def test_a_fault_is_found_by_the_same_few_steps(
    target: ReferenceMetastore, name: str, clause: str
) -> None:
    """Nothing is drawn: the counterexample is the shortest way there, each time."""
    first, second = walked(target, name).findings, walked(target, name).findings

    assert clause in first.failures
    assert first.failures[clause].run.trace.operations == (
        second.failures[clause].run.trace.operations
    )
    assert len(first.failures[clause].run.moments) <= 4
    assert first.universes[0].differing > 0
    assert not first.universes[0].proved


def test_shards_are_judged_apart() -> None:
    """Together they have looked at every transition, and none at one of another's."""
    parts = [
        walked(ReferenceMetastore(), "retention-1", Shard(number, 3)).findings.universes[0]
        for number in (1, 2, 3)
    ]

    assert sum(part.agreed for part in parts) == UNIVERSES["retention-1"].transitions
    assert all(part.proved for part in parts)
    assert "shard 2/3 of universe retention-1" in universe_in_words(parts[1])


def test_scouts_see_what_the_court_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    """With processes of their own, the same agrees and the same differs."""
    monkeypatch.setattr(exhaustive, "_SCOUTED_FROM", 1)
    good = walked(ReferenceMetastore(), "places-1")
    bad = walked(ReferenceMetastore(backend=ClearsEveryMapIndex), "places-1")

    assert good.findings.universes[0].proved
    assert good.findings.traces["exhaustive"] > 1
    assert "SCOPE-4" in bad.findings.failures


class HangsElsewhere(ReferenceMetastore):
    """A target whose twins never answer."""

    def another(self) -> ReferenceMetastore:  # type: ignore[override] # a stand-in
        """Give one that hangs when it is made."""
        return ReferenceMetastore(backend=_hangs)


def _hangs(*_: object) -> ClearsEveryMapIndex:
    import time  # noqa: PLC0415

    time.sleep(60)
    raise AssertionError


def test_silent_scouts_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they do not say is judged without them."""
    monkeypatch.setattr(exhaustive, "_SCOUTED_FROM", 1)
    monkeypatch.setattr(exhaustive, "_PATIENCE_SECONDS", 0.2)

    assert walked(HangsElsewhere(), "places-1").findings.universes[0].proved


def test_a_universe_that_does_not_fit_is_left_out() -> None:
    """Without time nothing is begun, and nothing is said of it."""
    with ReferenceMetastore() as target, FrozenClock() as clock:
        bench = Bench(SideBySide(target, clock, PROFILE), Budget(5.0))
        run_exhaustive(bench, target, share=1.0, universes=[UNIVERSES["retention-4"]])

    assert [] == bench.findings.universes


def test_what_was_not_looked_at_is_said() -> None:
    """No universe counts as proved because time was short."""
    half = UniverseReport(
        name="small",
        title="",
        states=2,
        transitions=10,
        shard="1/1",
        transitions_of_shard=10,
        agreed=6,
        differing=1,
    )

    assert not half.proved
    assert (
        "6 of 10 transitions of universe small agree, 1 differ, 3 were not looked at"
        == universe_in_words(half)
    )
    assert replace(half, agreed=10, differing=0).proved
