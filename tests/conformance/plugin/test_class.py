"""The class of tests: five lines, and each clause is a test."""

from __future__ import annotations

import pytest

from state_store_spec.clause_files import load_clauses

FIVE_LINES = """
from state_store_conformance import BackendConformance
from tests.conformance.plain_backends import {backend}

class TestMine(BackendConformance):
    max_traces = {traces}

    def make_backend(self):
        return {backend}()
"""
WITHOUT_TRACES = FIVE_LINES.replace("{traces}", "0")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in the folder of the test, with warnings as errors."""
    return pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", *arguments)


def test_five_lines_judge_a_backend_that_obeys(pytester: pytest.Pytester) -> None:
    """Every clause is a test: what can be asked passes, the others are skipped with a reason."""
    pytester.makepyfile(FIVE_LINES.format(backend="InMemory", traces=230))
    result = run(pytester, "-rs", "-v")
    outcomes = result.parseoutcomes()

    assert 0 == result.ret
    assert {"passed", "skipped"} == set(outcomes)
    # The verdict is a test of its own.
    assert len(load_clauses("pr-67299")) + 1 == sum(outcomes.values())
    result.stdout.fnmatch_lines(
        [
            "*::TestMine::test_clause[[]SCOPE-4] PASSED*",
            "*::TestMine::test_clause[[]REF-1] SKIPPED*",
            "*::TestMine::test_verdict PASSED*",
            "*::TestMine: CONFORMS: it keeps all * clauses that can be asked of it.",
            "*claims: none, so what every backend must do",
            "SKIPPED * the target does not offer that the store knows which dag runs*",
        ],
        consecutive=False,
    )


def test_a_broken_clause_is_told_and_nothing_else(pytester: pytest.Pytester) -> None:
    """The clause, the documentation's words, the steps, and a command: no traceback of the kit."""
    file = pytester.makepyfile(FIVE_LINES.format(backend="ClearsEveryMapIndex", traces=30))
    result = run(pytester, "-k", "SCOPE-4 or test_verdict")

    assert 1 == result.ret
    result.assert_outcomes(failed=2, deselected=len(load_clauses("pr-67299")) - 1)
    result.stdout.fnmatch_lines(
        [
            "*TestMine.test_clause[[]SCOPE-4]*",
            "A clear touches its map index: *: expected *, got None",
            "`clear` of a `TaskScope` touches the keys of exactly its map index.",
            "*(Abstract methods)",
            "*step * expected *actual*",
            "2  clear *",
            "Run it again:",
            f"  pytest {file.name}::TestMine::test_trace --state-store-traces *SCOPE-4.json",
            "DOES NOT CONFORM: it breaks SCOPE-4.",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "outcomes.py" not in result.stdout.str()


def test_what_the_command_runs_again_fails_again_until_it_is_mended(
    pytester: pytest.Pytester,
) -> None:
    """A saved trace is run by its command; dropped beside the module, it stays a test."""
    file = pytester.makepyfile(FIVE_LINES.format(backend="ClearsEveryMapIndex", traces=30))
    told = run(pytester, "-k", "SCOPE-4").stdout.str()
    # In CI the summary of pytest repeats the whole message.
    (command,) = {line for line in told.splitlines() if line.startswith("  pytest ")}
    again = run(pytester, *command.split()[1:])

    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(
        [
            "STILL FAILING: it breaks SCOPE-4: *: expected *, got None",
            "SCOPE-4  A clear touches its map index",
            "*step * expected *actual*",
            "Run it again:",
        ]
    )

    folder = pytester.mkdir("state_store_traces")
    (trace,) = (pytester.path / ".state-store" / "traces").iterdir()
    trace.rename(folder / "clear.json")
    pinned = run(pytester, "-k", "test_trace")
    pinned.assert_outcomes(failed=1, deselected=len(load_clauses("pr-67299")) + 1)

    file.write_text(file.read_text().replace("ClearsEveryMapIndex", "InMemory"))
    mended = run(pytester, "-k", "test_trace", "-v")
    mended.assert_outcomes(passed=1, deselected=len(load_clauses("pr-67299")) + 1)
    mended.stdout.fnmatch_lines(["*::test_trace[[]clear.json] PASSED*"])


def test_what_was_not_reached_fails(pytester: pytest.Pytester) -> None:
    """Nothing ran, so nobody knows, and no test is green or skipped for that."""
    pytester.makepyfile(WITHOUT_TRACES.format(backend="InMemory"))
    result = run(pytester, "-k", "SCOPE-4 or test_verdict")

    result.assert_outcomes(failed=2, deselected=len(load_clauses("pr-67299")) - 1)
    result.stdout.fnmatch_lines(
        [
            "INCONCLUSIVE: not reached: clear-*",
            "SCOPE-4  A clear touches its map index",
            "A larger budget * goes further (--state-store-budget).",
            "INCONCLUSIVE: this run did not show *",
        ]
    )


@pytest.mark.parametrize("backend", ["CannotBeMade", "CanBeMadeOnce"])
def test_a_fixture_that_breaks_is_an_error(pytester: pytest.Pytester, backend: str) -> None:
    """The tests are errors in their set-up: nothing is said of the backend."""
    pytester.makepyfile(FIVE_LINES.format(backend=backend, traces=9))
    result = run(pytester, "-k", "SCOPE-4 or test_verdict")

    result.assert_outcomes(errors=2, deselected=len(load_clauses("pr-67299")) - 1)
    result.stdout.fnmatch_lines(["*he fixture broke, not the backend: *nobody answers*"])
    assert "Traceback" not in result.stdout.str()


def test_make_backend_takes_fixtures(pytester: pytest.Pytester) -> None:
    """Each argument is a fixture, set up once for the whole judgment, whatever its scope."""
    pytester.makepyfile(
        """
        import pytest
        from state_store_conformance import BackendConformance
        from tests.conformance.plain_backends import InMemory

        @pytest.fixture
        def counted(tmp_path):
            with (tmp_path.parent / "set-ups").open("a") as file:
                file.write("set up\\n")
            yield tmp_path
            with (tmp_path.parent / "set-ups").open("a") as file:
                file.write("torn down\\n")

        class TestMine(BackendConformance):
            max_traces = 20

            def make_backend(self, counted, tmp_path, *, monkeypatch):
                assert counted == tmp_path
                yield InMemory()

        def test_afterwards(tmp_path):
            assert (tmp_path.parent / "set-ups").read_text() == "set up\\ntorn down\\n"
        """
    )
    result = run(pytester, "-k", "METHOD-1 or METHOD-3 or afterwards")

    result.assert_outcomes(passed=3, deselected=len(load_clauses("pr-67299")) + 1 - 2)


def test_several_backends_of_one_module_are_told_apart(pytester: pytest.Pytester) -> None:
    """Each class has a judgment, claims, known deviations and a law of its own."""
    (pytester.path / "known.toml").write_text(
        '[[deviation]]\nclause = "SCOPE-4"\nreason = "mended in 2.1"\n'
    )
    pytester.makepyfile(
        """
        from state_store_conformance import BackendConformance
        from tests.conformance.plain_backends import ClearsEveryMapIndex, InMemory

        class TestOne(BackendConformance):
            max_traces = 30
            claims = {"durable": True}

            def make_backend(self):
                return InMemory()

        class TestOther(BackendConformance):
            max_traces = 30
            deviations = "known.toml"

            def make_backend(self):
                return ClearsEveryMapIndex()
        """
    )
    result = run(pytester, "-k", "SCOPE-4 or CUSTOM-7", "-rxs", "-v")

    result.stdout.fnmatch_lines(
        [
            "*::TestOne::test_clause[[]SCOPE-4] PASSED*",
            "*::TestOne::test_clause[[]CUSTOM-7] FAILED*",
            "*::TestOther::test_clause[[]SCOPE-4] XFAIL*",
            "*::TestOther::test_clause[[]CUSTOM-7] SKIPPED*",
            "*::TestOne: DOES NOT CONFORM: it breaks CUSTOM-7.",
            "*; claims: durable",
            "*::TestOther: INCONCLUSIVE: *",
            "XFAIL *::TestOther::test_clause[[]SCOPE-4] - known deviation: mended in 2.1",
        ]
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("budget = 'soon'", "TestMine: 'soon' is no duration"),
        ("seed = 'many'", "TestMine: seed = 'many' is no whole number"),
        ("profile = 'airflow-9'", "TestMine: 'airflow-9' is no profile"),
        ("deviations = 'none.toml'", "TestMine: *none.toml*Expected a deviations file"),
        ("traces = 'nowhere'", "TestMine: There is no folder *nowhere*"),
        ("claims = 'none.toml'", "*none.toml*Expected a TOML file"),
        ("claims = {'expire': 'prompt'}", "'expire' is no claim. Did you mean 'expiry'?*"),
        ("make_backend = lambda self: 7", "*an instance of int, which is no backend*"),
    ],
)
def test_mistakes_are_told_in_a_paragraph(pytester: pytest.Pytester, line: str, told: str) -> None:
    """What an attribute says wrongly is an error of the tests, not of the backend."""
    text = WITHOUT_TRACES.format(backend="InMemory")
    pytester.makepyfile(f"{text}\n    {line}\n")
    result = run(pytester, "-k", "SCOPE-4 or TestMine")
    outcomes = result.parseoutcomes()

    assert 0 < outcomes["errors"]
    assert "failed" not in outcomes
    result.stdout.fnmatch_lines([f"*{told}*"])
    assert "Traceback" not in result.stdout.str()


def test_a_class_without_make_backend_says_what_is_missing(pytester: pytest.Pytester) -> None:
    """The class itself is no test, under whatever name, and a subclass must make a backend."""
    pytester.makepyfile(
        """
        from state_store_conformance import BackendConformance as TestWhatever

        class TestMine(TestWhatever):
            max_traces = 0
        """
    )
    result = run(pytester, "-k", "SCOPE-4")

    result.assert_outcomes(errors=1, deselected=len(load_clauses("pr-67299")))
    result.stdout.fnmatch_lines(["*TestMine does not say how its backend is made: write a method*"])


def test_the_command_line_counts_more_than_the_class(pytester: pytest.Pytester) -> None:
    """Who wants a quick look need not edit the tests."""
    (pytester.path / "tests").mkdir()
    pytester.makepyfile(FIVE_LINES.format(backend="InMemory", traces=230))
    result = run(pytester, "-k", "test_verdict", "--state-store-max-traces", "0")

    result.stdout.fnmatch_lines(["*profile pr-67299, seed 0; 0 traces, 0 steps*"])
