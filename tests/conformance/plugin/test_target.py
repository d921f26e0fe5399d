"""The option: a target on the command line of pytest, and no module of tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from state_store_spec.clause_files import load_clauses

ROOT = Path(__file__).resolve().parents[3]
BACKENDS = "tests.conformance.plain_backends"
BROKEN = f"{BACKENDS}:ClearsEveryMapIndex"
CLAUSES = len(load_clauses("pr-67299"))


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in the folder of the test, with warnings as errors."""
    return pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", *arguments)


def judge(pytester: pytest.Pytester, target: str, *arguments: str) -> pytest.RunResult:
    """Run pytest on a target; thirty traces are its examples and a few more."""
    options = ("--state-store-target", target, "--state-store-max-traces", "30")
    return run(pytester, *options, *arguments)


def saved_trace(pytester: pytest.Pytester) -> Path:
    """Give the counterexample that was saved."""
    (found,) = (pytester.path / ".state-store" / "traces").glob("*SCOPE-4.json")
    return found


def test_each_clause_is_a_test_and_its_id_the_name(pytester: pytest.Pytester) -> None:
    """The ids can be listed without judging anything, and the verdict is the last of them."""
    result = run(pytester, "--collect-only", "-q", "--state-store-target", BROKEN)
    ids = [line for line in result.outlines if line.startswith(BROKEN)]

    expected = [*(clause.id for clause in load_clauses("pr-67299")), "verdict"]
    assert [f"{BROKEN}::{name}" for name in expected] == ids


def test_a_broken_backend_fails_with_a_command_for_the_shell(pytester: pytest.Pytester) -> None:
    """The failure shows the steps; the command needs no pytest; JUnit XML has the same names."""
    claims = pytester.path / "claims.toml"
    claims.write_text("longest_key = 300\n")
    result = judge(
        pytester,
        BROKEN,
        *("-k", "SCOPE-4 or REF-1 or CUSTOM-2 or verdict", "--junit-xml", "junit.xml", "-rs"),
        *("--state-store-claims", "claims.toml", "--state-store-call-timeout", "4s"),
    )

    result.assert_outcomes(passed=1, failed=2, skipped=1, deselected=CLAUSES - 3)
    result.stdout.fnmatch_lines([f"collected {CLAUSES + 1} items / * / 4 selected"])
    result.stdout.fnmatch_lines(
        [
            f"state store: {BROKEN}, profile pr-67299, seed 0, budget 60 s*",
            "*_ SCOPE-4 _*",
            "A clear touches its map index: *: expected *, got None",
            "“``def clear(self, scope: StateScope*",
            "Run it again:",
            f"*replay *SCOPE-4.json --target {BROKEN} --claims claims.toml --call-timeout 4s",
            "DOES NOT CONFORM: it breaks SCOPE-4.",
            f"{BROKEN}: DOES NOT CONFORM: it breaks SCOPE-4.",
            "  profile *; claims: longest_key = 300",
            "SKIPPED *knows which dag runs and assets exist",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert f'classname="{BROKEN}" name="SCOPE-4"' in (pytester.path / "junit.xml").read_text()


def test_a_pinned_trace_is_a_test(pytester: pytest.Pytester) -> None:
    """A folder of traces, in the configuration: each fails while its fault is there."""
    judge(pytester, BROKEN, "-k", "SCOPE-4")
    folder = pytester.mkdir("pinned")
    saved_trace(pytester).rename(folder / "clear.json")
    (folder / "typo.json").write_text('{"steps": [{"operation": {"op": "gat"}}]}')
    (folder / "notes.txt").write_text("no trace")
    pytester.makeini("[pytest]\nstate_store_traces = pinned\n")

    failing = judge(pytester, BROKEN, "-k", "json", "-v")
    failing.assert_outcomes(failed=1, errors=1, deselected=CLAUSES + 1)
    failing.stdout.fnmatch_lines(
        [
            f"{BROKEN}::clear.json FAILED*",
            f"{BROKEN}::typo.json ERROR*",
            "*typo.json:1*",
            "STILL FAILING: it breaks SCOPE-4: *",
            f"  state-store replay pinned/clear.json --target {BROKEN}",
        ]
    )
    judge(pytester, f"{BACKENDS}:InMemory", "-k", "clear").assert_outcomes(
        passed=1, deselected=CLAUSES + 2
    )


def test_known_deviations_are_expected_failures(pytester: pytest.Pytester) -> None:
    """What is listed is run, fails as expected, and says why that is accepted."""
    (pytester.path / "known.toml").write_text(
        '[[deviation]]\nclause = "SCOPE-4"\nreason = "mended in 2.1"\n'
    )
    result = judge(
        pytester, BROKEN, "-k", "SCOPE-4", "-rx", "--state-store-deviations", "known.toml"
    )

    result.assert_outcomes(xfailed=1, deselected=CLAUSES)
    result.stdout.fnmatch_lines([f"XFAIL {BROKEN}::SCOPE-4 - known deviation: mended in 2.1"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--state-store-target", "nothing"], "'nothing' is no target"),
        (["--state-store-target", f"{BACKENDS}:InMemor"], "Did you mean 'InMemory'?"),
        (["--state-store-target", "json:dumps"], "json:dumps could not be made"),
        (["--state-store-target", BROKEN, "--state-store-budget", "9"], "'9' is no duration"),
        (["--state-store-target", BROKEN, "--state-store-seed", "x"], "seed = 'x' is no whole"),
        (["--state-store-target", BROKEN, "--state-store-profile", "x"], "'x' is no profile"),
        (["--state-store-target", BROKEN, "--state-store-claims", "x"], "Expected a TOML file"),
        (["--state-store-target", BROKEN, "--state-store-traces", "x"], "There is no folder"),
        (["--state-store-target", BROKEN, "--state-store-call-timeout", "0s"], "no call takes"),
    ],
)
def test_mistakes_end_the_session_before_any_test(
    pytester: pytest.Pytester, arguments: list[str], told: str
) -> None:
    """A question that cannot be asked is a usage error, told once."""
    result = run(pytester, *arguments)

    assert pytest.ExitCode.USAGE_ERROR == result.ret
    assert told in result.stderr.str()
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


def test_the_target_of_the_configuration_waits_for_a_whole_run(pytester: pytest.Pytester) -> None:
    """Who runs one file of tests is not made to wait for a judgment."""
    pytester.makeini(
        f"[pytest]\nstate_store_target = {BROKEN}\nstate_store_max_traces = 0\n"
        "state_store_seed = 7\n"
    )
    file = pytester.makepyfile("def test_of_something_else(): pass")

    run(pytester, file.name).assert_outcomes(passed=1)
    whole = run(pytester, "-k", "else or SCOPE-4")
    whole.assert_outcomes(passed=1, failed=1, deselected=CLAUSES)
    whole.stdout.fnmatch_lines(["*profile pr-67299, seed 7; 0 traces*"])


@pytest.mark.parametrize("distribution", ["load", "loadgroup"])
def test_workers_share_one_judgment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, distribution: str
) -> None:
    """However tests are handed out to workers, the backend is judged once, by one of them."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(
        """
        import pathlib, pytest

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items):
            groups = {mark.args[0] for item in items for mark in item.iter_markers("xdist_group")}
            if groups:
                pathlib.Path("groups").write_text(str(sorted(groups)))
        """
    )
    made = pytester.path / "made"
    file = pytester.makepyfile(
        f"""
        import os
        from state_store_conformance import BackendConformance
        from tests.conformance.plain_backends import ClearsEveryMapIndex

        class TestMine(BackendConformance):
            max_traces = 30

            def make_backend(self, tmp_path_factory):
                with open({str(made)!r}, "a") as file:
                    file.write(f"{{os.getppid()}}\\n")
                return ClearsEveryMapIndex()
        """
    )
    result = pytester.runpytest_subprocess(
        *("-W", "error", "-n", "2", "--dist", distribution, "-v"),
        *("-k", "SCOPE or METHOD or verdict"),
    )

    assert 1 == len(set(made.read_text().split()))
    result.stdout.fnmatch_lines(["*TestMine: DOES NOT CONFORM: it breaks SCOPE-4."])
    result.stdout.fnmatch_lines(["FAILED *test_clause[[]SCOPE-4]*"])
    # Not which worker ran what: pytest-xdist 3.8 does not follow groups under pytest 9.2.
    assert f"['{file.name}::TestMine']" == (pytester.path / "groups").read_text()
    assert [] == list(pytester.path.glob("state-store-*"))


def test_workers_share_the_target_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests of a target are told apart by their ids on every worker, and end the same."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile("def test_of_something_else(): pass")
    result = pytester.runpytest_subprocess(
        *("-W", "error", "-n", "2", "-v", "-k", "SCOPE or else", "--state-store-max-traces", "30"),
        *("--state-store-target", BROKEN),
    )

    assert {"passed", "failed", "skipped"} == set(result.parseoutcomes())
    result.stdout.fnmatch_lines([f"*FAILED {BROKEN}::SCOPE-4*"])
    result.stdout.fnmatch_lines([f"{BROKEN}: DOES NOT CONFORM: it breaks SCOPE-4."])


def test_the_saved_trace_says_what_was_claimed(pytester: pytest.Pytester) -> None:
    """Who reads the file sees by which claims the backend was judged."""
    claims = pytester.path / "claims.toml"
    claims.write_text("longest_key = 300\n")
    judge(pytester, BROKEN, "-k", "SCOPE-4", "--state-store-claims", "claims.toml")

    assert {"longest_key": 300} == json.loads(saved_trace(pytester).read_text())["claims"]
