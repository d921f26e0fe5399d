"""Golden traces: the law's own, byte for byte, and of use to a consumer in any language."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from state_store_conformance.commands.golden import golden
from state_store_conformance.errors import UsageError
from state_store_conformance.golden.consuming import consumed
from state_store_conformance.golden.coverage import coverage_table
from state_store_conformance.golden.filling import TOURED, filled
from state_store_conformance.golden.golden_file import (
    GoldenFile,
    dump_golden,
    golden_schema,
    read_golden,
)
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import load_clauses
from state_store_spec.profiles import PROFILES, find_profile
from tests.conformance.broken_backends import ClearsEveryMapIndex

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "golden"
CONSUMER = ROOT / "docs" / "examples" / "golden_consumer.mjs"


def golden_files(profile: str) -> list[GoldenFile]:
    """Read the golden files of a profile."""
    return [read_golden(file) for file in sorted((FOLDER / profile).glob("*.json"))]


@pytest.mark.parametrize("profile", PROFILES)
def test_golden_files_are_those_of_the_law(profile: str) -> None:
    """Filled again, they are the same byte for byte; no file is missing, and none too many."""
    law = find_profile(profile)
    files = list(filled(law))
    expected = {f"{one.subject}.json": dump_golden(one) for one in files}
    expected["README.md"] = coverage_table(files, law)
    written = {file.name: file.read_text(encoding="utf-8") for file in (FOLDER / profile).iterdir()}

    again = f"run: state-store golden fill --profile {profile}"
    assert sorted(expected) == sorted(written), again
    assert [] == [name for name in expected if expected[name] != written[name]], again


@pytest.mark.parametrize("profile", PROFILES)
def test_every_clause_that_a_trace_can_show_has_one(profile: str) -> None:
    """And each universe that is toured."""
    testable = {clause.id for clause in load_clauses(profile) if clause.testable}
    shown = {one.subject for one in golden_files(profile) if one.traces}

    assert testable | set(TOURED) == shown


def test_golden_files_keep_to_the_published_schema() -> None:
    """The schema under docs is the one they are made by, and each of them is allowed by it."""
    published = json.loads((ROOT / "docs" / "schemas" / "golden.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(published)

    assert published == golden_schema()
    for file in sorted((FOLDER / "pr-67299").glob("GC-*.json")):
        validator.validate(json.loads(file.read_text(encoding="utf-8")))


def test_the_reference_agrees_with_every_golden_trace() -> None:
    """Those of stores with an expiry of their own are left out, and counted."""
    files = [one for one in golden_files("pr-67299") if one.subject not in TOURED]
    outcomes = list(consumed(ReferenceMetastore(), files, "pr-67299"))

    assert [] == [outcome.golden.subject for outcome in outcomes if outcome.differing]
    assert {"CUSTOM-5", "CUSTOM-8"} <= {
        outcome.golden.subject for outcome in outcomes if outcome.left_out
    }
    assert sum(outcome.agreed for outcome in outcomes) > len(files)


def test_a_broken_backend_differs() -> None:
    """A golden trace finds what an example would find."""
    files = [one for one in golden_files("pr-67299") if one.subject == "SCOPE-4"]
    (outcome,) = consumed(ReferenceMetastore(backend=ClearsEveryMapIndex), files, "pr-67299")

    assert {"SCOPE-4"} == {run.clause for run in outcome.differing}


def test_a_file_that_the_law_does_not_expect_is_refused(tmp_path: Path) -> None:
    """The error says where, what, and what to do; a stale file judges nobody."""
    text = (FOLDER / "pr-67299" / "METHOD-1.json").read_text(encoding="utf-8")
    stale = tmp_path / "METHOD-1.json"
    stale.write_text(text.replace('"value": null', '"value": "value_1"'), encoding="utf-8")

    with pytest.raises(UsageError, match=r"METHOD-1, trace \d+, step \d+: the file expects answer"):
        list(consumed(ReferenceMetastore(), [read_golden(stale)], "pr-67299"))


@pytest.mark.parametrize("text", ["{", '{"format": "state-store-golden/2"}'])
def test_a_malformed_file_is_named(text: str, tmp_path: Path) -> None:
    """With the line and what was expected."""
    file = tmp_path / "broken.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"broken\.json"):
        read_golden(file)


def test_the_command_fills_and_consumes(tmp_path: Path) -> None:
    """What was filled can be consumed; the exit status says whether it agrees."""
    runner = CliRunner()
    filling = runner.invoke(golden, ["fill", str(tmp_path)], standalone_mode=False)
    kept = {"SCOPE-4.json", "CUSTOM-5.json"}
    for file in (tmp_path / "pr-67299").glob("*.json"):
        if file.name not in kept:
            file.unlink()
    consuming = runner.invoke(golden, ["consume", str(tmp_path)], standalone_mode=False)

    assert filling.return_value == 0
    assert consuming.return_value == 0
    assert "0 differ" in consuming.output


@pytest.fixture
def node() -> str:
    """Find Node.js, which is there in CI."""
    found = shutil.which("node")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("There is no node: install Node.js 20 or newer.")
    if found is None:
        pytest.skip("There is no node: install Node.js 20 or newer to run the other consumer.")
    return found


@pytest.mark.parametrize("profile", PROFILES)
def test_a_consumer_in_javascript_agrees(node: str, profile: str) -> None:
    """A store that shares nothing with ours is judged by the files alone."""
    command = [node, str(CONSUMER), str(FOLDER / profile)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ", 0 differ, " in ran.stdout


def test_a_consumer_in_javascript_differs_where_it_should(node: str, tmp_path: Path) -> None:
    """It compares answers, rows and instants, and says which step differs."""
    source = (FOLDER / "pr-67299" / "GC-1.json").read_text(encoding="utf-8")
    spoiled = {
        "answer": ('"expired": 1', '"expired": 2'),
        "rows": ('"never_expire": false', '"never_expire": true'),
        "instant": ('"updated_at": "2026-01-01T00:00:00Z"', '"updated_at": "2026-01-01T00:00:01Z"'),
    }
    for name, (old, new) in spoiled.items():
        folder = tmp_path / name
        folder.mkdir()
        text = source.replace(old, new)
        assert text != source
        (folder / "GC-1.json").write_text(text, encoding="utf-8")
        command = [node, str(CONSUMER), str(folder)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)

        assert (1, True) == (ran.returncode, "GC-1, trace 1: step" in ran.stdout), name


def test_the_consumer_in_javascript_is_small() -> None:
    """An author reads it in one sitting."""
    assert len(CONSUMER.read_text(encoding="utf-8").splitlines()) <= 150
