"""``state-store mutants``: what scripts depend on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from state_store_conformance import command_line
from state_store_zoo.matrix import matrix_schema

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command; give its exit status and what it wrote."""
    status = command_line.run(["mutants", *arguments])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_the_kill_matrix_says_who_found_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tier, clause, seconds and operations of a fault, on the terminal and in JSON."""
    file = tmp_path / "matrix.json"
    status, out, err = run(capsys, "folds-case", "--budget", "20s", "--json", str(file))
    matrix = json.loads(file.read_text())
    by_id = {fault["id"]: fault for fault in matrix["faults"]}

    jsonschema.validate(matrix, matrix_schema())
    assert (0, "") == (status, err)
    assert {"folds-case", "folds-case-of-ids"} == by_id.keys()
    found = by_id["folds-case"]
    assert ("KILLED", "VALUE-2", "examples") == (
        found["verdict"],
        found["killed_by"],
        found["tier"],
    )
    assert found["operations"] == 2
    assert found["seconds"] > 0
    assert "2 of 2 faults are found (100.0%)." in out
    assert "VALUE-2" in out


def test_a_fault_that_survives_is_an_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the court does not see a fault, the last lines name it, and the status is 1."""
    status, out, _ = run(capsys, "cuts-keys", "--tier", "examples", "--budget", "20s")

    assert status == 1
    assert "SURVIVED: cuts-keys" in out
    assert "0 of 1 faults are found (0.0%)." in out


def test_correct_targets_are_judged_for_the_whole_budget(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They are listed by themselves, and one that is condemned would be counted."""
    status, out, _ = run(capsys, "memory-backend", "--budget", "2s")

    assert status == 0
    assert "not condemned" in out
    assert "0 of 1 correct targets are condemned." in out


def test_an_unknown_name_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The error names what was given, and what there is."""
    status, _, err = run(capsys, "folds-cards")

    assert status == 2
    assert "'folds-cards'" in err
    assert "cuts-values" in err


def test_the_schema_is_published() -> None:
    """The file in the documentation is the schema of what the command writes."""
    published = ROOT / "docs" / "schemas" / "mutants.schema.json"

    assert published.read_text() == json.dumps(matrix_schema(), indent=2) + "\n"
