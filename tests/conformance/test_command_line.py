"""The command line: what scripts depend on, and errors that help."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console
from sqlalchemy import create_engine

from state_store_conformance import command_line
from state_store_conformance.checking import CheckOptions, check, save_counterexamples
from state_store_conformance.explaining import print_clause
from state_store_conformance.report import Report, dump_report, report_schema
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import find_clause, load_clauses
from state_store_spec.trace_files import read_trace
from tests.conformance.broken_backends import DropsTheZone

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on a backend that drops time zones, its counterexamples saved."""
    target = ReferenceMetastore(backend=DropsTheZone)
    report = check(target, CheckOptions(budget_seconds=20, tiers=("examples",)))
    return save_counterexamples(report, tmp_path_factory.mktemp("traces"))


def saved_trace(report: Report) -> str:
    """Give the file of the counterexample to RET-1."""
    found = next(clause for clause in report.clauses if clause.id == "RET-1").counterexample
    assert found is not None
    assert found.file is not None
    return found.file


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line; give its exit status and what it wrote."""
    status = command_line.run(list(arguments))
    written = capsys.readouterr()
    return status, written.out, written.err


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("check",),
        ("replay",),
        ("explain",),
        ("spec",),
        ("targets",),
        ("mutants",),
        ("cleanup-task-states",),
    ],
)
def test_help_teaches_by_example(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command shows how it is used, in lines that can be copied."""
    status, out, _ = run(capsys, *command, "--help")

    assert status == 0
    assert "Example" in out
    assert f"state-store {' '.join(command)}".strip() in out


def test_help_comes_at_once() -> None:
    """Help does not wait for databases, Hypothesis or the clauses."""
    program = "import sys; from state_store_conformance.command_line import run; run(['--help']);"
    program += "print(sorted({'sqlalchemy', 'hypothesis', 'pydantic', 'rich'} & set(sys.modules)))"
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ended.stdout.endswith("[]\n")
    # Ten times what it takes: the benchmark holds the exact bound.
    assert time.perf_counter() - began < 4


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Reports are compared by version, so anybody can ask for it."""
    status, out, _ = run(capsys, "--version")

    assert (status, out.split(", ")[0]) == (0, "state-store")


def test_check_writes_a_report_that_its_schema_allows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The JSON report is valid by its schema, and has what scripts read."""
    file = tmp_path / "report.json"
    status, out, _ = run(
        capsys, "check", "--max-traces", "30", "--seed", "5", "--json", str(file), "--budget", "20s"
    )
    report = json.loads(file.read_text())

    jsonschema.validate(report, report_schema())
    assert status in {0, 3}
    assert report["verdict"] in {"PASS", "INCONCLUSIVE"}
    assert (report["profile"], report["target"], report["seed"]) == ("pr-67299", "metastore", 5)
    assert report["steps"] > 0
    assert report["elapsed_seconds"] > 0
    assert {"id", "verdict", "situations_reached", "situations_missing", "counterexample"} <= set(
        report["clauses"][0]
    )
    assert f"{report['steps']:,}" in " ".join(out.split())


def test_json_on_standard_output_is_nothing_but_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`--json -` can be piped into another program."""
    status, out, err = run(capsys, "check", "--max-traces", "3", "--json", "-")

    assert status == 3
    assert json.loads(out)["verdict"] == "INCONCLUSIVE"
    assert err == ""


def test_without_a_trace_the_exit_status_is_three(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing ran, so nobody knows; quiet prints two lines."""
    status, out, _ = run(capsys, "check", "--max-traces", "0", "-q")

    assert status == 3
    assert out.startswith("INCONCLUSIVE: this run did not show ")
    assert "0 traces, 0 steps" in " ".join(out.split())


def test_verbose_names_situations_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """With -v each clause says what it was shown by, or why it was not asked."""
    _, out, _ = run(capsys, "check", "--tier", "examples", "-v")
    words = " ".join(out.split())

    assert "1 times" in words
    assert "SUCCESS-7 A failure to clear does not lose the success: no trace can show it" in words


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "nothing"], "'nothing' is no target"),
        (["check", "mypackage.state:MyBackend"], "There is no module 'mypackage'"),
        (["check", "oracle://scott:tiger@db/x"], "is not a database of the metastore"),
        (["check", "--profile", "airflow-9"], "'airflow-9' is no profile"),
        (["check", "--budget", "10"], "'10' is no duration"),
        (["check", "--max-traces", "-1"], "-1"),
        (["check", "--tier", "guesses"], "'guesses'"),
        (["check", "--json", "/no/such/folder/report.json"], "there is no folder"),
        (["check", "postgresql+psycopg://me:geheim@127.0.0.1:1/x"], "cannot be used"),
        (["explain", "GC-99"], "'GC-99' is no clause"),
        (["spec", "--profile", "airflow-9"], "'airflow-9' is no profile"),
        (["replay", "/no/such/trace.json"], "No such file"),
        (["dance"], "No such command"),
    ],
)
def test_mistakes_are_told_in_a_paragraph(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake ends with status 2, what is wrong, and neither traceback nor password."""
    status, out, err = run(capsys, *arguments)

    assert status == 2
    assert told in err
    assert "Traceback" not in err
    assert "geheim" not in out + err
    assert "tiger" not in out + err


def test_a_refused_schema_is_told_in_a_paragraph(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows of somebody else end the command with status 2 before anything is written."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE dag_run (id INTEGER)")
    status, _, err = run(capsys, "check", postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE dag_run")
    engine.dispose()

    assert status == 2
    assert "dag_run" in err


def test_a_defect_of_ours_is_never_a_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unexpected error ends with status 2: 1 would say that the target does not conform."""
    monkeypatch.setattr("state_store_conformance.checking.check", lambda *_, **__: 1 / 0)
    status, _, err = run(capsys, "check")

    assert status == 2
    assert "defect of state-store" in err


def test_a_trace_file_with_a_typo_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names line and field, and the last line says ERROR."""
    file = tmp_path / "typo.json"
    file.write_text('{\n "steps": [\n  {"operation": {"op": "gat"}}\n ]\n}\n')
    status, out, err = run(capsys, "replay", str(file))

    assert status == 2
    assert f"{file}:3" in err
    assert out.startswith("ERROR")


def test_a_fixed_trace_says_so(failing: Report, capsys: pytest.CaptureFixture[str]) -> None:
    """On a target that conforms a counterexample replays to FIXED, exit status 0."""
    status, out, _ = run(capsys, "replay", saved_trace(failing), "--target", "metastore")

    assert status == 0
    assert out.rstrip().splitlines()[-1].startswith("FIXED: ")
    assert "expected" in out
    assert "actual" in out


def test_a_trace_that_fails_again_says_so(
    failing: Report, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the same broken target it is STILL FAILING, exit status 1, with the clause."""
    monkeypatch.setattr(
        "state_store_conformance.targets.finding.find_target",
        lambda *_: ReferenceMetastore(backend=DropsTheZone),
    )
    status, out, _ = run(capsys, "replay", saved_trace(failing))

    assert status == 1
    assert "STILL FAILING: it breaks RET-1." in out
    assert "05:30" in out


def test_the_saved_trace_has_what_was_expected_and_observed(failing: Report) -> None:
    """A saved counterexample carries both sides of each step, and reads back as it was."""
    found = next(clause for clause in failing.clauses if clause.id == "RET-1").counterexample
    assert found is not None
    again = read_trace(Path(saved_trace(failing)))

    assert again == found.trace
    assert again.title.startswith("RET-1: ")
    assert all(step.expect is not None and step.actual is not None for step in again.steps)
    assert found.command == f"state-store replay {found.file} --target metastore"


def test_a_failing_report_is_valid_too(failing: Report) -> None:
    """Counterexamples fit the schema."""
    document = json.loads(dump_report(failing))

    jsonschema.validate(document, report_schema())
    assert document["verdict"] == "FAIL"


def test_the_published_schema_is_up_to_date() -> None:
    """The schema under docs is the one that reports are made by."""
    published = ROOT / "docs" / "schemas" / "report.schema.json"

    assert published.read_text() == json.dumps(report_schema(), indent=2) + "\n"


def test_explain_shows_the_clause_and_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence, the documentation's words, an example with its answers, and the tests."""
    status, out, _ = run(capsys, "explain", "GC-3")
    words = " ".join(out.split())

    assert status == 0
    assert "An explicit expiry wins" in words
    assert "Keys written with no explicit" in words
    assert "collect garbage 0 expired" in words
    assert "tests/properties" in words


def test_explain_shows_what_a_profile_rests_a_clause_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The words of its own documents, and none of the other's."""
    status, of_all, _ = run(capsys, "explain", "GC-1")
    _, of_release, _ = run(capsys, "explain", "GC-1", "--profile", "airflow-3.3")

    assert 0 == status
    assert "Time-based expiry" in of_all
    assert "Time-based expiry" not in of_release
    assert "airflow/state/metastore.py" in of_release


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["GC-3", "--profile", "airflow-3.3"], "GC-3 does not hold in airflow-3.3"),
        (["GC-3", "--profile", "airflow-3.3"], "It has GC-14 instead."),
        (["GC-3", "--profile", "airflow-2"], "'airflow-2' is no profile"),
    ],
)
def test_explain_says_what_holds_instead(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clause that a profile has not is told with what it has."""
    status, _, error = run(capsys, "explain", *words)

    assert 2 == status
    assert told in " ".join(error.split())


def test_explain_of_what_is_not_built_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is left to wonder why a clause has no example."""
    clause = replace(find_clause("SUCCESS-1"), operations=("set", "task_instance_sleeps"))
    print_clause(clause, Console())
    out = capsys.readouterr().out

    assert "not yet: no trace can say task_instance_sleeps" in " ".join(out.split())


def test_explain_shows_what_crosses_and_what_the_worker_keeps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An example that speaks of the boundary and of the worker-side store shows both."""
    words = " ".join(run(capsys, "explain", "WORKER-2")[1].split())

    assert "worker-side backend: configured" in words
    assert "crossed the boundary: 'reference to task/shop/monday/load/-1/job'" in words
    assert "object of the reference to task/shop/monday/load/-1/job: '17'" in words


def test_spec_lists_every_clause(capsys: pytest.CaptureFixture[str]) -> None:
    """Each clause of the profile stands there by its id."""
    status, out, _ = run(capsys, "spec")
    words = set(out.split())

    assert status == 0
    assert {clause.id for clause in load_clauses("pr-67299")} <= words


def test_targets_lists_what_can_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """The names that `check` takes, each with a line."""
    status, out, _ = run(capsys, "targets")

    assert status == 0
    words = " ".join(out.split())
    assert "metastore the reference metastore on an embedded SQLite (the default)" in words
    assert "metastore-object-storage the same, with object storage" in words
