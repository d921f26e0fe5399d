"""The traces of situations: each reaches what it is named after, in a few steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.tiers.situation_search import main, run_of_oracle, search
from state_store_conformance.tiers.situation_traces import situation_traces
from state_store_spec.clause_files import situations_in_force
from state_store_spec.profiles import PROFILES, Profile, find_profile

if TYPE_CHECKING:
    from pathlib import Path


PROFILE = find_profile("pr-67299")
SITUATIONS = situations_in_force(PROFILE.name, METASTORE_CAPABILITIES)
AGAIN = "run: python -m state_store_conformance.tiers.situation_search --profile"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_situation_has_a_trace_that_reaches_it(profile: Profile) -> None:
    """No situation is left to chance, and no trace is named after what it does not reach."""
    found = dict(situation_traces(profile.name))
    stale = [
        name for name, trace in found.items() if not run_of_oracle(trace, profile).situations[name]
    ]

    assert sorted(situations_in_force(profile.name)) == sorted(found), f"{AGAIN} {profile.name}"
    assert stale == [], f"{AGAIN} {profile.name}"
    assert max(len(trace.steps) for trace in found.values()) <= 6


def test_every_situation_is_reached_without_luck() -> None:
    """Before the first random trace no clause is inconclusive."""
    options = CheckOptions(budget_seconds=60, tiers=("examples", "situations"))
    report = check(ReferenceMetastore(), options)

    assert report.verdict == "PASS"
    assert report.traces["situations"] == len(SITUATIONS)


def test_the_search_finds_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the files the search finds a common situation at once, and makes it short."""
    monkeypatch.setattr(
        "state_store_conformance.tiers.situation_search.situation_traces", lambda _: iter(())
    )
    told: list[str] = []
    found = search(PROFILE, 60.0, told.append, {"first-write"})

    assert list(found) == ["first-write"]
    assert len(found["first-write"].steps) == 1
    assert told == ["first-write: 1 steps"]
    assert run_of_oracle(found["first-write"], PROFILE).situations["first-write"]


def test_what_was_found_before_is_kept(tmp_path: Path) -> None:
    """Searching again writes every trace anew that still reaches its situation."""
    every = situations_in_force(PROFILE.name)
    ran = CliRunner().invoke(main, ["--seconds", "0", "--folder", str(tmp_path)])
    written = sorted(file.stem for file in (tmp_path / PROFILE.name).iterdir())

    assert ran.exit_code == 0
    assert written == sorted(every)
    assert f"{len(every)} situations have a trace; none was found for: none" in ran.output
