"""Each verdict is reached by a run, never by a report made up."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest

from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.findings import Findings
from state_store_conformance.report import ClauseReport, Report
from state_store_conformance.target import (
    ACCESSORS,
    CAPABILITIES,
    COLLECTION,
    REFERENTIAL,
    SESSIONS,
    TASK_INSTANCES,
    WORKER_SIDE,
)
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import find_clause
from state_store_spec.operations import Operation
from state_store_spec.trace import Trace
from tests.conformance import broken_backends as broken

EXAMPLES = CheckOptions(budget_seconds=20, tiers=("examples",))


def clause(report: Report, clause_id: str) -> ClauseReport:
    """Give the report of one clause."""
    return next(found for found in report.clauses if found.id == clause_id)


@pytest.fixture(scope="module")
def of_the_reference() -> Report:
    """The reference metastore, judged by the examples."""
    return check(ReferenceMetastore(), EXAMPLES)


def test_the_reference_breaks_nothing(of_the_reference: Report) -> None:
    """No example of the law fails on the reference metastore."""
    failed = [found.id for found in of_the_reference.clauses if found.verdict == "FAIL"]

    assert failed == []
    assert of_the_reference.steps > 200


def test_a_clause_passes_when_its_situations_were_reached(of_the_reference: Report) -> None:
    """A pass says how often each of its situations was reached, and none is missing."""
    passed = [found for found in of_the_reference.clauses if found.verdict == "PASS"]

    assert len(passed) > 30
    for found in passed:
        assert found.situations_missing == ()
        assert found.examples_passed or found.situations_reached


def test_a_clause_whose_operations_do_not_exist_is_not_applicable() -> None:
    """Nobody can be blamed for what no trace can say yet."""
    invented = replace(find_clause("SUCCESS-1"), operations=("set", "task_instance_sleeps"))
    report = check(ReferenceMetastore(), EXAMPLES, clauses=[invented])
    found = clause(report, "SUCCESS-1")

    assert (found.verdict, found.obstacle) == ("NOT APPLICABLE", "not-built")
    assert "task_instance_sleeps" in found.reason


def test_a_clause_outside_traces_names_its_tests(of_the_reference: Report) -> None:
    """What no trace can show is not counted as passed; the report says where it is shown."""
    found = clause(of_the_reference, "GC-6")

    assert (found.verdict, found.obstacle) == ("NOT APPLICABLE", "outside-traces")
    assert "tests/reference/collection" in found.reason


def test_what_a_target_does_not_offer_is_not_applicable() -> None:
    """Without a collection no clause about it is asked, and none of them passes."""
    without = frozenset(CAPABILITIES) - {COLLECTION}
    report = check(ReferenceMetastore(capabilities=without), EXAMPLES)
    found = clause(report, "GC-1")

    assert (found.verdict, found.obstacle) == ("NOT APPLICABLE", "not-offered")
    assert "garbage collection" in found.reason
    assert clause(report, "METHOD-1").verdict == "PASS"


def test_random_traces_keep_to_what_a_target_offers() -> None:
    """A target is never asked for what it says it cannot do."""
    seen: set[str] = set()

    class Asked(ReferenceMetastore):
        def start(self, trace):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            seen.update(operation.op for operation in trace.operations)
            return super().start(trace)

    around = {ACCESSORS, TASK_INSTANCES, WORKER_SIDE}
    without = frozenset(CAPABILITIES) - {COLLECTION, REFERENTIAL, SESSIONS} - around
    report = check(
        Asked(capabilities=without),
        CheckOptions(budget_seconds=30, max_traces=40, tiers=("random",)),
    )

    assert report.traces == {"random": 40}
    assert seen <= {"get", "set", "set_never_expire", "delete", "clear", "advance"}


def test_nothing_passes_because_nothing_ran() -> None:
    """Without a single trace every clause that could be asked is inconclusive, exit status 3."""
    report = check(ReferenceMetastore(), CheckOptions(max_traces=0))

    assert (report.verdict, report.exit_status) == ("INCONCLUSIVE", 3)
    assert report.count("PASS") == 0
    assert report.count("INCONCLUSIVE") > 50
    assert report.steps == 0


def test_an_error_of_the_engine_is_not_the_targets_fault() -> None:
    """Where no store can be started, the verdict is ERROR, exit status 2, and nothing fails."""

    class Unreachable(ReferenceMetastore):
        def start(self, trace: Trace) -> NoReturn:
            del trace
            raise ZeroDivisionError

    report = check(Unreachable(), EXAMPLES)

    assert (report.verdict, report.exit_status) == ("ERROR", 2)
    assert "ZeroDivisionError" in report.reason
    assert report.count("FAIL") == 0
    assert clause(report, "METHOD-1").verdict == "ERROR"


FAULTS = [
    pytest.param(broken.ClearsEveryMapIndex, {}, "SCOPE-4", 2, id="clear"),
    pytest.param(broken.AsyncForgetsExpiry, {}, "RET-1", 1, id="async-forgets-expiry"),
    pytest.param(broken.CommitsForItsCaller, {}, "SESSION-1", 1, id="commits"),
    pytest.param(broken.ClosesTheSession, {}, "SESSION-1", 1, id="closes"),
    pytest.param(broken.ClosesTheAsyncSession, {}, "SESSION-1", 1, id="closes-async"),
    pytest.param(broken.DropsTheZone, {}, "RET-1", 1, id="drops-the-zone"),
    pytest.param(broken.SwallowsRefusals, {}, "REF-1", 1, id="swallows-refusals"),
    pytest.param(broken.RaisesOnGet, {}, "METHOD-1", 1, id="raises-on-get"),
    pytest.param(None, {"collect": broken.leaves_expired_rows}, "GC-1", 3, id="never-deletes"),
    pytest.param(None, {"collect": broken.deletes_when_dry}, "GC-8", 4, id="dry-run-deletes"),
    pytest.param(None, {"collect": broken.ignores_the_batch_size}, "GC-7", 4, id="no-batches"),
    pytest.param(None, {"collect": broken.fails}, "GC-1", 1, id="collection-raises"),
]


FOUND_BY_EXAMPLES = [
    *FAULTS,
    pytest.param(broken.FoldsKeys, {}, "METHOD-2", 1, id="folds-keys"),
]
IN_EACH_TIER = [
    pytest.param(*fault.values, tier, id=f"{fault.id}-{tier}")
    # A few kinds are enough to see that random traces find and shorten too.
    for tier, faults in (("examples", FOUND_BY_EXAMPLES), ("random", FAULTS[:3] + FAULTS[-4:-1]))
    for fault in faults
]


@pytest.mark.parametrize(("backend", "options", "clause_id", "most_steps", "tier"), IN_EACH_TIER)
def test_a_fault_is_blamed_on_its_clause_by_a_short_trace(
    backend: type | None,
    options: dict[str, object],
    clause_id: str,
    most_steps: int,
    tier: str,
) -> None:
    """A broken backend fails the clause a person would name, with hardly a step too many."""
    if backend is not None:
        options = {
            "backend": lambda engine, async_engine: backend(
                engine=engine, async_engine=async_engine
            )
        }

    def stop_when_found(findings: Findings) -> None:
        if clause_id in findings.failures:
            raise BudgetSpentError

    report = check(
        ReferenceMetastore(**options),  # type: ignore[arg-type]
        CheckOptions(budget_seconds=60, max_traces=1500, tiers=(tier,)),
        progress=stop_when_found,
    )
    found = clause(report, clause_id)

    assert (report.verdict, report.exit_status) == ("FAIL", 1)
    assert found.verdict == "FAIL"
    assert found.counterexample is not None
    assert found.counterexample.repeated
    assert found.counterexample.differences[0].clause == clause_id
    operations: tuple[Operation, ...] = found.counterexample.trace.operations
    assert len(operations) <= most_steps


def test_a_fault_of_the_async_variants_alone_breaks_their_promise_too() -> None:
    """A counterexample whose blocking twin conforms breaks METHOD-6 beside its own clause."""
    report = check(ReferenceMetastore(backend=broken.AsyncForgetsExpiry), EXAMPLES)

    failed = {found.id for found in report.clauses if found.verdict == "FAIL"}

    assert {"RET-1", "METHOD-6"} <= failed


def test_a_fault_of_both_variants_is_not_laid_to_the_async_ones() -> None:
    """METHOD-6 says that both are alike, and both may be wrong."""
    report = check(ReferenceMetastore(backend=broken.ForgetsExpiry), EXAMPLES)

    failed = {found.id for found in report.clauses if found.verdict == "FAIL"}

    assert "RET-1" in failed
    assert "METHOD-6" not in failed


def test_a_clause_fails_with_the_clause_it_rests_on() -> None:
    """What is said twice is broken twice, and the second says by what."""
    report = check(
        ReferenceMetastore(collect=broken.leaves_expired_rows),
        EXAMPLES,
    )

    found = clause(report, "CONF-2")

    assert ("FAIL", "it rests on what is broken: GC-2") == (found.verdict, found.reason)


def test_a_dry_run_is_not_blamed_for_what_a_collection_does_as_well() -> None:
    """A collection that counts wrong counts wrong in a dry run too, and GC-8 is not at fault."""
    report = check(
        ReferenceMetastore(collect=broken.counts_one_more),
        CheckOptions(budget_seconds=20, tiers=("examples", "situations")),
    )

    failed = {found.id for found in report.clauses if found.verdict == "FAIL"}

    assert "GC-1" in failed
    assert "GC-8" not in failed


def test_a_write_that_fails_under_a_name_is_not_laid_to_its_expiry() -> None:
    """A store that cannot write there at all is not blamed for how it keeps expiries."""
    report = check(
        ReferenceMetastore(backend=broken.MakesNoFolders),
        CheckOptions(budget_seconds=8, tiers=("names", "random")),
    )
    failed = {found.id for found in report.clauses if found.verdict == "FAIL"}

    assert "METHOD-2" in failed
    assert failed.isdisjoint({"RET-1", "RET-4", "RET-6"})
