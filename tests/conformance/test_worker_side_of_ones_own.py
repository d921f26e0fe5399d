"""Worker-side backends of somebody's own are judged by their hooks and by their methods."""

from __future__ import annotations

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.report import Report
from state_store_conformance.targets.finding import custom_backend
from state_store_spec import BaseStateBackend
from tests.conformance.worker_side_backends import (
    KeyIsTheReference,
    LeavesObjects,
    ReferenceOfTheValue,
    SendsTheValue,
    WorkerSideMemory,
)

OF_HOOKS = {
    *("WORKER-1", "WORKER-2", "WORKER-3", "WORKER-5", "WORKER-6", "WORKER-7", "WORKER-8"),
    *("WORKER-9", "WORKER-10", "WORKER-11", "WORKER-12", "WORKER-13", "WORKER-14", "WORKER-15"),
}


def judged(kind: type[BaseStateBackend]) -> Report:
    """Judge a class by the written traces."""
    options = CheckOptions(budget_seconds=120, tiers=("examples", "situations"))
    return check(custom_backend(lambda: kind, kind.__name__), options)


def test_a_right_one_conforms_in_methods_and_hooks() -> None:
    """The clauses of the hooks are asked beside those of the methods, and all are kept."""
    report = judged(WorkerSideMemory)
    passed = {clause.id for clause in report.clauses if clause.verdict == "PASS"}

    assert report.verdict == "PASS", report.reason
    assert OF_HOOKS | {"METHOD-1", "SCOPE-3", "VALUE-1", "CUSTOM-1"} <= passed
    assert {"worker_side": True} == report.claims


def test_the_server_that_hosts_it_is_not_judged() -> None:
    """What the hosting server could be asked is no clause of a backend that claims none of it."""
    not_asked = {
        clause.id for clause in judged(WorkerSideMemory).clauses if clause.obstacle == "not-offered"
    }

    assert {"GC-1", "ORPHAN-1", "REF-1", "SUCCESS-1", "ACCESS-1", "SESSION-1"} <= not_asked


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        (KeyIsTheReference, "WORKER-7"),
        (LeavesObjects, "WORKER-10"),
        (ReferenceOfTheValue, "WORKER-9"),
        (SendsTheValue, "WORKER-2"),
    ],
)
def test_a_wrong_one_breaks_the_clause_of_its_hook(
    kind: type[BaseStateBackend], broken: str
) -> None:
    """Each is told by its clause, with a trace of a few steps."""
    failed = {clause.id: clause for clause in judged(kind).clauses if clause.verdict == "FAIL"}

    assert broken in failed
    found = failed[broken].counterexample
    assert found is not None
    assert len(found.trace.steps) <= 6
