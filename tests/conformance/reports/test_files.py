"""Which reports `check` writes, and what it refuses before it begins."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from state_store_conformance import command_line
from state_store_conformance.report import Report, dump_report, report_schema
from state_store_conformance.reports.files import FORMS
from state_store_spec.trace_files import read_trace

BEGINNINGS = {
    "json": '{\n "format": "state-store-report/1"',
    "junit": '<?xml version="1.0" encoding="utf-8"?>',
    "markdown": "# ❔ INCONCLUSIVE",
    "html": "<!doctype html>",
    "badge": "<svg xmlns=",
}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Judge with no more than three traces; give the exit status and what was written."""
    status = command_line.run(["check", "--max-traces", "3", "-q", *arguments])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_one_run_writes_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each form goes to its own file, and the terminal report is printed all the same."""
    files = {form: tmp_path / form for form in FORMS}
    options = [word for form, file in files.items() for word in (f"--{form}", str(file))]
    status, out, err = run(capsys, *options)

    assert (3, "") == (status, err)
    assert out.startswith("INCONCLUSIVE: ")
    assert set(FORMS) == set(BEGINNINGS)
    for form, beginning in BEGINNINGS.items():
        assert files[form].read_text().startswith(beginning)


@pytest.mark.parametrize("form", FORMS)
def test_a_missing_folder_is_told_before_the_work(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a report that cannot be written."""
    status, out, err = run(capsys, f"--{form}", str(tmp_path / "none" / "report"))

    assert (2, "") == (status, out)
    assert f"--{form} {tmp_path}/none/report: there is no folder {tmp_path}/none" in err


def test_two_reports_in_one_file_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One would overwrite the other."""
    file = str(tmp_path / "report")
    status, _, err = run(capsys, "--junit", file, "--markdown", file)

    assert 2 == status
    assert f"--markdown {file}: the --junit report goes there too" in err


def test_a_file_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions are looked at before the work, too."""
    monkeypatch.setattr("os.access", lambda *_: False)
    folder = str(tmp_path / "none")
    status, _, err = run(capsys, "--junit", str(tmp_path / "report"), "--save-traces", folder)

    assert 2 == status
    assert "it cannot be written. Name another file." in err


def test_hostile_text_stays_text_in_json_and_in_the_trace(hostile: Report) -> None:
    """The report is valid by its schema, and a saved trace reads back as it was."""
    jsonschema.validate(json.loads(dump_report(hostile)), report_schema())
    saved = [clause.counterexample for clause in hostile.clauses if clause.counterexample]

    assert 2 == len(saved)
    for found in saved:
        assert found.file is not None
        assert found.trace == read_trace(Path(found.file))


def test_entries_are_announced_and_end_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What each entry matches is printed at the start, apart from the report."""
    deviations = tmp_path / "deviations.toml"
    deviations.write_text('[[deviation]]\nclause = "GC-1"\nreason = "kept for an audit"\n')
    status, out, err = run(capsys, "--deviations", str(deviations), "--json", "-")

    assert 3 == status
    assert "known deviation GC-1: 1 clause: kept for an audit\n" == err
    (entry,) = json.loads(out)["known_deviations"]
    assert ["GC-1"] == entry["clauses"]


def test_a_mistake_in_the_deviations_is_told_in_a_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with status 2, before anything is judged."""
    deviations = tmp_path / "deviations.toml"
    deviations.write_text('[[deviation]]\nclause = "GC-99"\nreason = "x"\n')
    status, out, err = run(capsys, "--deviations", str(deviations))

    assert (2, "") == (status, out)
    assert f"{deviations}: entry 1 ('GC-99'): no clause of this profile matches" in err
