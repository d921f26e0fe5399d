"""The judgments of the examples, and of the versions that came before them."""

from __future__ import annotations

from pathlib import Path

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.replaying import replayed
from state_store_conformance.targets.finding import find_target
from state_store_spec.trace_files import read_trace

FIRST_VERSIONS = Path(__file__).with_name("first_versions")
# Each is named after the example and the clause that its first version broke.
TRACES = sorted((FIRST_VERSIONS / "traces").glob("*.json"))
CLASSES = {
    "redis": "RedisStateBackend",
    "files": "FilesStateBackend",
    "sqlite3": "SQLiteStateBackend",
}


@pytest.fixture
def needs_no_server() -> None:
    """Ask for nothing."""


@pytest.fixture
def judged_over_http(dynamodb_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the example on DynamoDB be judged on a server."""
    monkeypatch.setenv("STATE_STORE_TEST_DYNAMODB_URL", dynamodb_server)


@pytest.mark.parametrize(
    ("example", "server"),
    [
        ("redis", "redis_url"),
        ("files", "needs_no_server"),
        ("dynamodb", "judged_over_http"),
        ("sqlite3", "needs_no_server"),
    ],
)
def test_example_conforms(request: pytest.FixtureRequest, example: str, server: str) -> None:
    """It keeps all clauses in all their situations, before the first random trace."""
    request.getfixturevalue(server)
    options = CheckOptions(budget_seconds=600, tiers=("examples", "situations"))

    report = check(find_target(f"examples.{example}_backend:backend"), options)

    assert "PASS" == report.verdict


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_first_version_is_still_found(request: pytest.FixtureRequest, path: Path) -> None:
    """What the judge found in a first version it finds today, and the example has mended it."""
    example, _, clause = path.stem.partition("-")
    if example == "redis":
        request.getfixturevalue("redis_url")
    first = f"tests.examples.first_versions.{example}_first:{CLASSES[example]}"
    trace = read_trace(path)

    assert clause == replayed(find_target(first), trace).clause
    assert replayed(find_target(f"examples.{example}_backend:backend"), trace).clause is None
