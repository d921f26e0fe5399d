"""The findings of docs/findings, each as a regression: what is still so, and what was mended."""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from state_store_conformance.targets.finding import find_target
from state_store_conformance.watched.process import WatchedTarget
from state_store_spec.profiles import find_profile
from state_store_spec.trace_files import read_trace
from tests.airflow.servers import with_server

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FOLDER = Path(__file__).parents[2] / "docs" / "findings"
FINDINGS = tomllib.loads((FOLDER / "findings.toml").read_text(encoding="utf-8"))["finding"]
CALL_TIMEOUT_SECONDS = 60.0

# Airflow is imported in a child that inherits the filters, and warns of much.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def entered() -> Generator[Callable[[str], WatchedTarget]]:
    """Give a function that enters a target once; it is left after the last test."""
    found: dict[str, WatchedTarget] = {}
    with ExitStack() as opened:

        def enter(name: str) -> WatchedTarget:
            if name not in found:
                target, profile = find_target(with_server(name)), find_profile("airflow-3.3")
                watched = WatchedTarget(target, profile, CALL_TIMEOUT_SECONDS)
                found[name] = opened.enter_context(watched)
            return found[name]

        yield enter


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding["page"])
def test_finding_is_still_so(
    finding: dict[str, str],
    entered: Callable[[str], WatchedTarget],
    request: pytest.FixtureRequest,
) -> None:
    """The trace of a finding still breaks its clause; one that does not was mended."""
    _, _, kind = finding["target"].partition("@")
    if kind:
        request.getfixturevalue(f"{kind}_url")
    trace = read_trace(FOLDER / "traces" / finding["page"].replace(".md", ".json"))

    run = entered(finding["target"]).run(trace)

    if run.clause is None:
        pytest.fail(
            f"FIXED: apache-airflow-core {version('apache-airflow-core')} does what "
            f"docs/findings/{finding['page']} expects. Say so there, with this version, and take "
            "the finding out of docs/findings/findings.toml."
        )
    assert finding["clause"] == run.clause


def test_every_page_is_in_the_list() -> None:
    """Each page says what its replay is, and each listed finding has its page and its trace."""
    pages = {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
    listed = {finding["page"] for finding in FINDINGS}
    traces = {path.with_suffix(".md").name for path in (FOLDER / "traces").glob("*.json")}

    assert listed == traces
    assert set() == listed - pages
    for page in pages - listed:
        assert "tests/airflow/outside_traces.py" in (FOLDER / page).read_text(encoding="utf-8"), (
            page
        )
