"""The terminal report: its text, at 80 columns and without color."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from state_store_conformance.checking import CheckOptions, check, save_counterexamples
from state_store_conformance.report import Report
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.terminal import print_report
from tests.conformance.broken_backends import ClearsEveryMapIndex


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on a backend that clears too much."""
    target = ReferenceMetastore(backend=ClearsEveryMapIndex)
    report = check(target, CheckOptions(budget_seconds=20, tiers=("examples",)))
    return save_counterexamples(report, tmp_path_factory.mktemp("traces"))


def printed(report: Report, verbosity: int = 0, width: int = 80) -> str:
    """Print the report as into a pipe."""
    file = StringIO()
    print_report(report, Console(file=file, width=width, highlight=False), verbosity)
    return file.getvalue()


def test_it_fits_into_80_columns_and_has_no_color(failing: Report) -> None:
    """No line is longer, but for the command that is there to be copied; no escape codes."""
    text = printed(failing)
    lines = [line for line in text.splitlines() if "state-store replay" not in line]

    assert "\x1b" not in text
    assert max(map(len, lines)) <= 80


def test_each_clause_has_its_line_under_its_chapter(failing: Report) -> None:
    """Chapters are headings; a clause shows its id, its verdict and its title."""
    lines = [line.rstrip() for line in printed(failing).splitlines()]
    heading = lines.index("Scopes")
    chapter = lines[heading + 1 : lines.index("Keys and values")]

    assert any(
        line.split(maxsplit=2) == ["SCOPE-4", "FAIL", "A clear touches its map index"]
        for line in chapter
    )
    assert "Not applicable" in lines


def test_a_failure_is_told_from_clause_to_command(failing: Report) -> None:
    """The sentence, the documentation, the steps, what differs, and how to run it again."""
    words = " ".join(printed(failing, verbosity=-1).split())

    for expected in (
        "SCOPE-4 A clear touches its map index",
        "step expected actual",
        "1 set ",
        "2 clear ",
        "no row",
        "2 steps, shortened from an example of the law.",
        "Run it again: state-store replay ",
        "DOES NOT CONFORM: it breaks SCOPE-4, SUCCESS-2.",
    ):
        assert expected in words
    assert "aclear" not in words


def test_the_command_is_one_line_however_narrow(failing: Report) -> None:
    """A command that is wrapped cannot be copied."""
    text = printed(failing, width=40)
    command = next(line for line in text.splitlines() if "state-store replay" in line)

    assert command.strip().endswith("--target metastore")


def test_a_password_is_asked_for_where_it_is_hidden(failing: Report) -> None:
    """A command for a URL with a password says that it has to be put in."""
    hidden = save_counterexamples(
        replace(failing, target="postgresql://me:***@host/db"),
        Path(_folder(failing)),
    )

    assert "put the password in the place of ***" in printed(hidden, verbosity=-1)


def _folder(report: Report) -> str:
    found = next(clause.counterexample for clause in report.clauses if clause.counterexample)
    assert found.file is not None
    return found.file.rsplit("/", 1)[0]
