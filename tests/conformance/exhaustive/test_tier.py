"""The tier: it proves what agrees, finds what differs, and says what was not looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from state_store_conformance import command_line
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


@pytest.mark.parametrize("by_name", [False, True])
def test_a_universe_that_does_not_fit_is_left_out(
    monkeypatch: pytest.MonkeyPatch, *, by_name: bool
) -> None:
    """Without time nothing is begun and nothing said of it, unless somebody has named it."""
    large = UNIVERSES["retention-3"]
    monkeypatch.setattr(exhaustive, "FAMILIES", [[large]])
    with ReferenceMetastore() as target, FrozenClock() as clock:
        bench = Bench(SideBySide(target, clock, PROFILE), Budget(2.0))
        run_exhaustive(bench, target, share=1.0, universes=[large] if by_name else None)

    assert by_name == bool(bench.findings.universes)
    assert not any(universe.proved for universe in bench.findings.universes)


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


def test_the_command_walks_the_named_universes_in_shards(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Shards of a run add up to the whole, of the universes that are named and no others."""
    reports = []
    for shard in ("1/2", "2/2"):
        file = tmp_path / f"{shard[0]}.json"
        words = ["check", "-q", "--tier", "exhaustive", "--json", str(file), "--shard", shard]
        words += ["--universe", "retention-1", "--universe", "places-1"]
        assert command_line.run(words) == 3
        reports.append(json.loads(file.read_text(encoding="utf-8"))["universes"])
    capsys.readouterr()

    assert [["retention-1", "places-1"]] * 2 == [[each["name"] for each in one] for one in reports]
    for one, other in zip(*reports, strict=True):
        assert ("1/2", "2/2") == (one["shard"], other["shard"])
        assert 0 < one["agreed"] < one["transitions"]
        assert one["transitions"] == one["agreed"] + other["agreed"]


def test_an_unknown_universe_is_told_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is judged."""
    assert command_line.run(["check", "--universe", "places-9"]) == 2

    error = " ".join(capsys.readouterr().err.split())
    assert "there is no universe 'places-9'" in error
    assert "places-4 (101,712 transitions)" in error


@pytest.mark.parametrize("part", [("--universe", "places-1"), ("--shard", "1/2")])
def test_a_part_of_a_tier_that_does_not_run_is_refused(
    part: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It would have no effect."""
    assert command_line.run(["check", "--tier", "examples", *part]) == 2

    assert "only examples was asked for" in capsys.readouterr().err


def test_no_part_of_a_run_is_told_with_what_one_looks_like(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The number of a shard is never larger than how many there are."""
    assert command_line.run(["check", "--shard", "3/2"]) == 2

    assert "'3/2' is no shard" in capsys.readouterr().err
