"""What is around the store is judged: the reference conforms, and each broken rule is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.clock import FrozenClock
from state_store_conformance.replaying import replayed
from state_store_conformance.report import Report
from state_store_conformance.side_by_side import Run, SideBySide
from state_store_conformance.target import (
    ACCESSORS,
    CAPABILITIES,
    TASK_INSTANCES,
    WORKER_SIDE,
    Target,
)
from state_store_conformance.targets.reference_metastore import (
    ReferenceMetastore,
    metastore_with_object_storage,
)
from state_store_spec.answers import StoredObject
from state_store_spec.operations import (
    AccessorGet,
    AccessorSet,
    Advance,
    ConfigureWorkerBackend,
    DeclaredDagRun,
    LoseObject,
    Operation,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.conformance.around_hunt import RANDOM, WRITTEN, hunt
from tests.conformance.broken_around import FAULTS, Fault

CHAPTERS = ("SUCCESS", "ACCESS", "BOUND", "WORKER")
WRITTEN_OUT = CheckOptions(budget_seconds=120, tiers=WRITTEN)

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
TO_TASK = "reference to task/d/r/t/-1/k"
ON = ConfigureWorkerBackend(on=True)
GET = AccessorGet(scope=TASK, key="k")


def put(value: str = "v") -> AccessorSet:
    """Return a write of an accessor."""
    return AccessorSet(scope=TASK, key="k", value=value)


def run_of(target: Target, *operations: Operation) -> Run:
    """Run the operations in a universe with one dag run."""
    universe = Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),))
    trace = Trace(universe=universe).with_operations(operations)
    with target, FrozenClock() as clock:
        return SideBySide(target, clock, find_profile("pr-67299")).run(trace)


def verdicts_around(report: Report) -> dict[str, str]:
    """Give the verdicts of the clauses around the store, but for those that no trace can show."""
    return {
        clause.id: clause.verdict
        for clause in report.clauses
        if clause.id.split("-")[0] in CHAPTERS and clause.obstacle != "outside-traces"
    }


@pytest.mark.parametrize("make", [ReferenceMetastore, metastore_with_object_storage])
def test_the_reference_conforms_around_its_store(make: Callable[[], Target]) -> None:
    """With either worker-side backend every clause passes before the first random trace."""
    verdicts = verdicts_around(check(make(), WRITTEN_OUT))

    assert len(verdicts) > 25
    assert set(verdicts.values()) == {"PASS"}, verdicts


@pytest.mark.parametrize("make", [ReferenceMetastore, metastore_with_object_storage])
def test_random_traces_find_nothing_around_the_reference(make: Callable[[], Target]) -> None:
    """Hostile names, two clocks and options that change on the way break no clause."""
    options = CheckOptions(budget_seconds=60, max_traces=150, tiers=RANDOM)
    report = check(make(), options)

    assert [clause.id for clause in report.clauses if clause.verdict in {"FAIL", "ERROR"}] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_broken_rule_is_found_by_written_traces(
    fault: Fault, record_property: Callable[[str, object], None]
) -> None:
    """The clause that says so fails, with a counterexample of a few operations."""
    catch = hunt(fault.target(), fault.clause, WRITTEN, seconds=60)

    assert catch.trace is not None, f"broken instead: {catch.clauses}"
    record_property("clause", fault.clause)
    record_property("seconds", round(catch.seconds, 2))
    record_property("operations", len(catch.trace.steps))
    assert len(catch.trace.steps) <= 6


def test_what_a_target_has_not_is_not_asked() -> None:
    """Without accessors, task instances and a worker's side no clause about them is asked."""
    without = frozenset(CAPABILITIES) - {ACCESSORS, TASK_INSTANCES, WORKER_SIDE}
    report = check(ReferenceMetastore(capabilities=without), WRITTEN_OUT)

    assert set(verdicts_around(report).values()) == {"NOT APPLICABLE"}
    assert report.count("FAIL") == report.count("ERROR") == 0


def test_what_crosses_and_what_is_kept_is_recorded() -> None:
    """The record of a run says what crossed the boundary and what the worker keeps."""
    steps = run_of(ReferenceMetastore(), put(), ON, put("w"), Advance(by=timedelta(1)), GET)
    observed = [step.actual for step in steps.recorded().steps]
    kept = (StoredObject(reference=TO_TASK, value="w"),)

    assert [seen and seen.crossed for seen in observed] == [
        ("v",), None, (TO_TASK,), None, (TO_TASK,)
    ]  # fmt: skip
    assert [seen and seen.objects for seen in observed] == [None, (), kept, kept, kept]
    assert [step.expect for step in steps.recorded().steps] == observed


@pytest.mark.parametrize("make", [ReferenceMetastore, metastore_with_object_storage])
def test_an_object_can_be_lost_past_the_backend(make: Callable[[], Target]) -> None:
    """What is lost is gone, the reference stays, and a new write takes its place."""
    run = run_of(make(), ON, put(), LoseObject(scope=TASK, key="k"), GET, put("w"), GET)

    assert run.differences == ()
    assert run.moments[2].observed.objects == ()


def test_no_object_outlives_its_trace() -> None:
    """The next trace begins with an empty worker-side store and without a worker-side backend."""
    with metastore_with_object_storage() as target:
        for _ in range(2):
            with FrozenClock():
                store = target.start(run_of_nothing())
                store.apply(ON)
                assert store.objects() == ()
                store.apply(put())
                assert len(store.objects()) == 1


def run_of_nothing() -> Trace:
    """Give a trace with a dag run and no steps."""
    return Trace(universe=Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),)))


def test_a_counterexample_around_the_store_is_replayed() -> None:
    """The trace of a counterexample fails again, at the same clause."""
    fault = next(fault for fault in FAULTS if fault.clause == "WORKER-9")
    catch = hunt(fault.target(), fault.clause, WRITTEN, seconds=60)
    assert catch.trace is not None

    assert replayed(fault.target(), catch.trace).clause == fault.clause
