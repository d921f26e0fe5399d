"""Two laws on one store: what the command prints of their difference, and what a check finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_conformance import command_line
from state_store_conformance.applicability import obstacle
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import find_clause
from state_store_spec.telling_apart import differing_clauses, shortest_traces

if TYPE_CHECKING:
    import pytest

SEED, RELEASE = "pr-67299", "airflow-3.3"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command, and give what it prints in one line."""
    assert command_line.run(list(arguments)) == 0
    return " ".join(capsys.readouterr().out.split())


def test_the_difference_is_shown_clause_by_clause(capsys: pytest.CaptureFixture[str]) -> None:
    """Each clause stands with what the other profile has instead, and the steps beside it."""
    out = printed(capsys, "spec", "--diff", SEED, RELEASE)

    assert f"Clauses that {SEED} has and {RELEASE} has not" in out
    assert f"Clauses that {RELEASE} has and {SEED} has not" in out
    assert "GC-2 The fallback While `default_retention_days` is N > 0" in out
    assert f"{RELEASE} has GC-14: A collection deletes no row" in out
    assert f"3 steps tell it apart: step {SEED} {RELEASE} 1 set shop/monday/load done done" in out
    assert "0 expired, 1 by the 0 expired, 0 by the" in out
    assert f"{RELEASE} cannot be asked: a backend has no such method" in out
    assert "tell it apart, with GC-5, which it rests on" in out


def test_every_differing_clause_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """No clause of either profile alone is left out, those without a trace included."""
    words = set(printed(capsys, "spec", "--diff", SEED, RELEASE).replace(",", " ").split())
    words |= {word.rstrip(".") for word in words}
    differing = (*differing_clauses(SEED, RELEASE), *differing_clauses(RELEASE, SEED))

    assert {each.clause.id for each in differing} - words == set()


def test_the_release_is_listed_with_its_own_clauses(capsys: pytest.CaptureFixture[str]) -> None:
    """The clauses of a profile are listed under its title."""
    out = printed(capsys, "spec", "--profile", RELEASE)

    assert out.startswith(f"{RELEASE}: what the released Airflow 3.3 documents")
    assert "GC-15 While `default_retention_days` is 0" in out
    assert "GC-5 " not in out


def test_explain_names_the_file_that_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    """A clause of the release shows the words it rests on, and the file they stand in."""
    out = printed(capsys, "explain", "GC-15")

    assert "in force in airflow-3.3" in out
    assert "“Set to 0 to disable time-based cleanup entirely.”" in out
    assert "([state_store] default_retention_days, in airflow/config_templates/config.yml)" in out


def test_the_reference_breaks_the_release_where_the_laws_part() -> None:
    """Judged by the release, the reference breaks what the search names, and nothing else."""
    options = CheckOptions(profile=RELEASE, budget_seconds=120, tiers=("examples", "situations"))
    reference = ReferenceMetastore()
    report = check(reference, options)
    broken = {
        clause.id
        for clause in report.clauses
        if clause.verdict == "FAIL" and clause.counterexample is not None
    }
    told_apart = {
        clause
        for clause, apart in shortest_traces(RELEASE, SEED).items()
        if apart.differences[0].clause == clause
        and obstacle(find_clause(clause), reference.capabilities) is None
    }

    assert told_apart == broken
