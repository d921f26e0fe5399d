"""The released Airflow, judged for a few seconds: nothing is broken that no finding explains."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.targets.finding import find_target
from tests.airflow.servers import SERVERS, with_server

EXPLAINED = tomllib.loads(
    (Path(__file__).parents[2] / "docs" / "findings" / "explained.toml").read_text(encoding="utf-8")
)
SECONDS = 15.0
# What is drawn goes as far as the machine is fast; these are the same everywhere.
TIERS = ("examples", "situations", "names")

# Airflow is imported in a child that inherits the filters, and warns of much.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_is_broken_is_explained(name: str, request: pytest.FixtureRequest) -> None:
    """Every clause that is found to be broken stands in the list of its target."""
    _, _, kind = name.partition("@")
    if kind in SERVERS:
        request.getfixturevalue(f"{kind}_url")
    options = CheckOptions(
        profile="airflow-3.3", budget_seconds=SECONDS, call_timeout_seconds=60, tiers=TIERS
    )

    report = check(find_target(with_server(name)), options)

    broken = {clause.id for clause in report.clauses if clause.verdict == "FAIL"}
    assert set() == broken - set(EXPLAINED[name]["clauses"])
    assert report.verdict in {"PASS", "FAIL", "INCONCLUSIVE"}, report.reason
    assert report.count("PASS") > 20
