"""JUnit XML, read as CI servers read it."""

from __future__ import annotations

from collections import Counter

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from state_store_conformance.report import Report
from state_store_conformance.reports.junit import junit_xml

# pytest is not to take them for tests.
TestCase.__test__ = TestSuite.__test__ = False


def suite_of(report: Report) -> TestSuite:
    """Give the one suite of the document."""
    (suite,) = JUnitXml.fromstring(junit_xml(report).encode())
    assert isinstance(suite, TestSuite)
    return suite


def outcomes(case: TestCase) -> list[type]:
    """Give the kinds of result of a case; a passed one has none."""
    return [type(result) for result in case.result]


def case_of(report: Report, clause: str) -> TestCase:
    """Give the case of a clause."""
    return next(case for case in suite_of(report) if case.name.startswith(f"{clause} "))


def told(case: TestCase) -> tuple[str, str]:
    """Give the message and the text of the one result of a case."""
    (result,) = case.result
    return str(result.message), str(result.text)


def test_each_clause_is_a_case(failing: Report) -> None:
    """The names are the clauses, in their order, grouped by chapter."""
    cases = list(suite_of(failing))

    assert [f"{clause.id} {clause.title}" for clause in failing.clauses] == [
        case.name for case in cases
    ]
    assert "pr-67299.Garbage collection" == case_of(failing, "GC-1").classname


def test_every_verdict_has_its_outcome(failing: Report) -> None:
    """What nobody has shown is an error: a run that ends with status 3 is not green."""
    outcome_of = {
        "PASS": [],
        "FAIL": [Failure],
        "INCONCLUSIVE": [Error],
        "KNOWN DEVIATION": [Skipped],
        "NOT APPLICABLE": [Skipped],
    }

    assert set(outcome_of) == {clause.verdict for clause in failing.clauses}
    for clause, case in zip(failing.clauses, suite_of(failing), strict=True):
        assert outcome_of[clause.verdict] == outcomes(case)


def test_the_totals_are_those_of_the_cases(failing: Report) -> None:
    """Readers that trust the totals and readers that count see the same."""
    suite = suite_of(failing)
    counted = Counter(kind for case in suite for kind in outcomes(case))

    assert (len(failing.clauses), counted[Failure], counted[Error], counted[Skipped]) == (
        suite.tests,
        suite.failures,
        suite.errors,
        suite.skipped,
    )


def test_a_failure_shows_the_steps_and_how_to_run_them_again(failing: Report) -> None:
    """The message is the first difference, the text what the terminal shows."""
    message, text = told(case_of(failing, "GC-1"))

    assert "expected no row, got value '17'" in message
    assert "Rows whose ``expires_at < now()`` are deleted." in text
    assert "1  set shop/monday/load job = 17" in text
    assert "state-store replay " in text
    assert "\x1b" not in text


def test_a_known_deviation_gives_its_reason_and_its_steps(failing: Report) -> None:
    """It does not fail the run, and nothing is kept from the reader."""
    case = case_of(failing, "GC-2")
    message, _ = told(case)

    assert message.startswith("known deviation: rows are kept for an audit; ")
    assert message.endswith("; https://example.org/7")
    assert "time passes: 31 days" in (case.system_out or "")


def test_the_suite_says_what_was_judged(failing: Report) -> None:
    """Target, profile, seed and versions are properties."""
    properties = list(suite_of(failing).properties())  # type: ignore[no-untyped-call]
    said = {found.name: found.value for found in properties}

    assert ("FAIL", "pr-67299", "metastore", "0") == tuple(
        said[name] for name in ("verdict", "profile", "target", "seed")
    )
    assert {"SQLite", "Python", "state-store-oracle"} <= set(said)


def test_hostile_text_stays_text(hostile: Report) -> None:
    """NUL, surrogates and the end of CDATA are spelled out; markup is text."""
    message, text = told(case_of(hostile, "METHOD-3"))

    assert r"NUL \x00 alone \ud800 ]]> | <script>" in message
    assert "delete <b>dag|/]]>/*task* </td>|key" in text
    assert r"\u202e" in str(suite_of(hostile).name)
