"""Backends of somebody's own, judged from end to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.errors import UsageError
from state_store_conformance.report import Report
from state_store_conformance.self_check import check_fixture
from state_store_conformance.side_by_side import Run
from state_store_conformance.targets.claimed import read_claims
from state_store_conformance.targets.finding import custom_backend, find_target
from state_store_conformance.watched import WatchedTarget
from state_store_spec.claims import Claims
from state_store_spec.errors import ClaimsError
from state_store_spec.operations import (
    DeclaredDagRun,
    Get,
    Set,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.conformance import own_backends

PROFILE = find_profile("pr-67299")
WITHOUT_LUCK = CheckOptions(budget_seconds=60, tiers=("examples", "situations"))
TASK = SymbolicTaskScope(dag="d", run="r", task="t")
UNIVERSE = Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),))
PUT = Trace(universe=UNIVERSE).with_operations((Set(scope=TASK, key="k", value="v"),))
READ = Trace(universe=UNIVERSE).with_operations((Get(scope=TASK, key="k"),))


def judged(factory: Callable[[], object], options: CheckOptions = WITHOUT_LUCK) -> Report:
    """Judge a class or a factory."""
    return check(custom_backend(lambda: factory, factory.__name__), options)


def broken(report: Report) -> set[str]:
    """Give the clauses that are broken."""
    return {clause.id for clause in report.clauses if clause.verdict == "FAIL"}


@pytest.mark.parametrize(
    ("backend", "asked"),
    [
        (own_backends.InMemory, {"RET-3", "VALUE-5", "METHOD-7", "CUSTOM-1", "CUSTOM-2"}),
        (own_backends.Prompt, {"CUSTOM-4", "CUSTOM-5", "CUSTOM-6"}),
        (own_backends.Eventual, {"CUSTOM-4"}),
        (own_backends.Lazy, {"CUSTOM-8", "RET-3"}),
        (own_backends.Durable, {"CUSTOM-7"}),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_right_one_keeps_what_it_claims(backend: type, asked: set[str]) -> None:
    """Nothing is broken, and the clauses of its claims have passed."""
    report = judged(backend)
    passed = {clause.id for clause in report.clauses if clause.verdict == "PASS"}

    assert set() == broken(report), report.reason
    assert set() == asked - passed


def test_what_is_not_claimed_is_not_asked() -> None:
    """A backend without claims has no clause of expiry, durability or collection to keep."""
    report = judged(own_backends.InMemory)
    verdicts = {clause.id: clause.verdict for clause in report.clauses}

    assert {"NOT APPLICABLE"} == {
        verdicts[clause]
        for clause in ("CUSTOM-4", "CUSTOM-5", "CUSTOM-6", "CUSTOM-7", "CUSTOM-8", "GC-1", "REF-1")
    }
    assert {} == report.claims


@pytest.mark.parametrize(
    ("backend", "claims", "clause"),
    [
        (own_backends.ClaimsTooMuch, None, "CUSTOM-7"),
        (own_backends.InMemory, Claims(expiry="prompt"), "CUSTOM-5"),
        (own_backends.Prompt, Claims(), "RET-3"),
        (own_backends.Raises, None, "METHOD-2"),
        (own_backends.SharesRuns, None, "SCOPE-3"),
    ],
    ids=["durable", "prompt", "not prompt", "raises", "aliases"],
)
def test_a_claim_that_is_not_kept_is_a_failure(
    backend: type, claims: Claims | None, clause: str
) -> None:
    """To claim too much is to fail, and claims of the caller stand in the place of the class's."""
    report = check(custom_backend(lambda: backend, "it", claims), WITHOUT_LUCK)

    assert clause in broken(report)
    assert "FAIL" == report.verdict


def test_what_another_trace_has_left_breaks_the_rule_of_places() -> None:
    """A store that is not empty under names of its own has taken one place for another."""
    with WatchedTarget(custom_backend(lambda: own_backends.SharesRuns, "it"), PROFILE) as target:
        first, second = target.run(PUT), target.run(PUT)

    assert first.clause is None
    assert "SCOPE-3" == second.clause
    assert READ.operations == second.trace.operations


def test_a_store_that_is_left_is_cleared_where_it_is_durable() -> None:
    """Nothing of a trace stays behind on a store that others use too."""
    own_backends.Durable.kept.clear()
    with custom_backend(lambda: own_backends.Durable, "it") as target:
        store = target.start(PUT)
        store.apply(PUT.operations[0])
        kept = len(own_backends.Durable.kept)
        store.close()

    assert (1, 0) == (kept, len(own_backends.Durable.kept))


def test_instances_that_are_shared_are_the_fault_of_the_fixture() -> None:
    """A factory that gives a mock which remembers nothing of names is found out first."""
    report = judged(own_backends.forgets_names)

    assert "ERROR" == report.verdict
    assert report.reason.startswith("the fixture broke, not the backend: A fresh store is not")
    assert set() == broken(report)


@pytest.mark.parametrize("backend", [own_backends.InMemory, own_backends.one_for_all])
def test_a_fixture_that_can_be_relied_on_passes(backend: Callable[[], object]) -> None:
    """One instance for all is right as well: each trace has names of its own."""
    with WatchedTarget(custom_backend(lambda: backend, "it"), PROFILE) as target:
        check_fixture(target)


def test_the_same_seed_draws_the_same_traces_beside_a_module_of_somebodys_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The constants of an author's module change nothing: they are not where traces are drawn."""
    seen: list[Trace] = []

    class Noted(WatchedTarget):
        def run(self, trace: Trace) -> Run:
            seen.append(trace)
            return super().run(trace)

    monkeypatch.setattr("state_store_conformance.checking.WatchedTarget", Noted)
    options = CheckOptions(budget_seconds=60, max_traces=20, seed=4, tiers=("random",))
    judged(own_backends.InMemory, options)
    alone = [*seen]
    seen.clear()
    check(find_target("tests.conformance.own_constants:WithConstants"), options)

    assert alone == seen
    assert 20 == len(seen)


def test_claims_are_read_from_a_file(tmp_path: Path) -> None:
    """The top level of a TOML file, or its table ``claims``."""
    plain, table = tmp_path / "plain.toml", tmp_path / "table.toml"
    plain.write_text('expiry = "prompt"\ndurable = true\n')
    table.write_text('[claims]\nexpiry = "prompt"\ndurable = true\n')

    assert Claims(expiry="prompt", durable=True) == read_claims(plain) == read_claims(table)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("expiry = prompt\n", "claims.toml: Invalid value (at line 1, column 10). Expected a TOML"),
        (
            "expiry = 'soon'\n",
            "claims.toml: The claim expiry = 'soon' cannot be made: expected one",
        ),
        ("durabel = true\n", "claims.toml: 'durabel' is no claim. Did you mean 'durable'? The"),
        ("claims = 5\n", "claims.toml: claims is of type int: expected a table of claims"),
    ],
)
def test_a_file_that_cannot_be_claimed_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """The error names the file, what it says, and what can be said."""
    file = tmp_path / "claims.toml"
    file.write_text(text)

    with pytest.raises(ClaimsError) as refused:
        read_claims(file)

    assert str(refused.value).startswith(f"{tmp_path}/{told}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error of the system is part of the message."""
    with pytest.raises(ClaimsError, match=r"none\.toml: .*No such file"):
        read_claims(tmp_path / "none.toml")


def test_a_metastore_takes_no_claims() -> None:
    """The law says what it does."""
    with pytest.raises(UsageError, match="metastore takes no claims: the law says what it does"):
        find_target("metastore", Claims(durable=True))
