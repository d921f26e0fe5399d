"""A backend that hangs, exits or crashes the interpreter is a failure with a trace."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.errors import BrokenFixtureError
from state_store_conformance.target import Target
from state_store_conformance.targets.finding import custom_backend
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_conformance.watched import WatchedTarget
from state_store_spec import StateScope
from state_store_spec.answers import NoAnswer, Value
from state_store_spec.operations import (
    DeclaredDagRun,
    Delete,
    Get,
    Operation,
    Set,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.conformance import own_backends

ROOT = Path(__file__).resolve().parents[2]
PROFILE = find_profile("pr-67299")
TASK = SymbolicTaskScope(dag="d", run="r", task="t")
OTHER = SymbolicTaskScope(dag="d", run="r", task="u")
PUT = Set(scope=TASK, key="k", value="v")
DELETE = Delete(scope=TASK, key="k")
READ = Get(scope=TASK, key="k")
# Long enough for a machine that is busy with other things.
PATIENCE_SECONDS = 1.5


def own(factory: Callable[[], object]) -> Target:
    """Give the target of a class or a factory of these tests."""
    return custom_backend(lambda: factory, factory.__name__)


def program(*operations: Operation) -> Trace:
    """Give the trace of the operations, in a universe of one dag run."""
    universe = Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),))
    return Trace(universe=universe).with_operations(operations)


def watched(
    factory: Callable[[], object], call_timeout_seconds: float = PATIENCE_SECONDS
) -> WatchedTarget:
    """Give the watched target of a class or a factory."""
    return WatchedTarget(own(factory), PROFILE, call_timeout_seconds)


@pytest.mark.parametrize(
    ("backend", "operation", "no_answer"),
    [
        (own_backends.Hangs, DELETE, NoAnswer("hung", "it hung for 1.5 s")),
        (
            own_backends.HangsAsync,
            Delete(scope=TASK, key="k", mode="async"),
            NoAnswer("hung", "it hung for 1.5 s"),
        ),
        (own_backends.Ends, DELETE, NoAnswer("ended", "it ended its process with status 7")),
        (own_backends.Aborts, DELETE, NoAnswer("ended", "it ended its process by SIGABRT")),
        (
            own_backends.ExitsPolitely,
            DELETE,
            NoAnswer("ended", "it ended its process with status 3"),
        ),
    ],
    ids=["hangs", "hangs async", "os._exit", "abort", "sys.exit"],
)
def test_a_call_that_does_not_come_back_breaks_a_clause(
    backend: Callable[[], object], operation: Operation, no_answer: NoAnswer
) -> None:
    """It is METHOD-7 at the step of the call, and the next trace has a new child."""
    with watched(backend) as target:
        run = target.run(program(PUT, operation, READ))
        after = target.run(program(PUT, READ))

    assert run.clause == "METHOD-7"
    assert [moment.actual for moment in run.moments][1:] == [no_answer]
    assert after.clause is None
    assert after.moments[-1].actual == Value("v")


def test_reading_back_that_hangs_is_shown_where_it_hung() -> None:
    """The read of the key that hung is a step of its own, after the one that it came back from."""
    with watched(own_backends.HangsWhenRead) as target:
        run = target.run(program(PUT, Get(scope=OTHER, key="k")))

    assert run.clause == "METHOD-7"
    assert run.trace.operations == (PUT, READ)
    assert [moment.differences == () for moment in run.moments] == [True, False]


def test_a_factory_that_raises_says_what_it_raised() -> None:
    """Nothing is said of the backend: what makes it broke."""
    with (
        pytest.raises(BrokenFixtureError, match="ConnectionError: nobody listens on port 1"),
        watched(own_backends.raises_when_made),
    ):
        pass


def test_a_call_may_take_as_long_as_it_was_given() -> None:
    """What is slow and comes back in time is no failure."""

    class Slow(own_backends.InMemory):
        def delete(self, scope: StateScope, key: str, *, session: object = None) -> None:
            super().delete(scope, key, session=session)
            wait_real(2 * PATIENCE_SECONDS)

    with watched(Slow, call_timeout_seconds=30) as target:
        assert target.run(program(PUT, DELETE)).clause is None
    with watched(Slow) as target:
        assert target.run(program(PUT, DELETE)).clause == "METHOD-7"


def wait_real(seconds: float) -> None:
    """Wait, whatever time is frozen at."""
    subprocess.run([sys.executable, "-c", f"import time; time.sleep({seconds})"], check=True)


@pytest.mark.parametrize(
    "backend",
    [own_backends.Hangs, own_backends.HangsWhenRead, own_backends.Ends],
    ids=lambda backend: backend.__name__,
)
def test_a_budget_is_kept_by_backends_that_do_not_come_back(
    backend: Callable[[], object],
) -> None:
    """No run takes more than a fifth longer than it may, whatever hangs."""
    report = check(own(backend), CheckOptions(budget_seconds=5, call_timeout_seconds=2))

    assert report.verdict == "FAIL", report.reason
    assert "METHOD-7" in {clause.id for clause in report.clauses if clause.verdict == "FAIL"}
    assert report.elapsed_seconds <= 5 * 1.2


def test_a_call_that_has_hung_for_half_of_its_time_when_the_budget_is_spent_is_told() -> None:
    """In a small budget there is a verdict, too."""
    with watched(own_backends.Hangs, call_timeout_seconds=1) as target:
        target.run(program(PUT))
        target.give_up_at = time.perf_counter() + 0.7
        run = target.run(program(DELETE))

    assert run.clause == "METHOD-7"
    assert "and time was up" in run.differences[0].actual


def test_a_call_that_had_no_time_is_blamed_for_nothing() -> None:
    """Who is interrupted early may have been about to come back."""
    with watched(own_backends.Hangs, call_timeout_seconds=30) as target:
        target.run(program(PUT))
        target.give_up_at = time.perf_counter() + 0.2
        with pytest.raises(BudgetSpentError):
            target.run(program(DELETE))
        # There is no child any more, and no time for another one.
        with pytest.raises(BudgetSpentError):
            target.run(program(PUT))


def test_what_a_backend_prints_is_no_part_of_the_report() -> None:
    """Standard output has the report alone."""
    ended = subprocess.run(
        [
            *(Path(sys.executable).with_name("state-store"), "check"),
            *("tests.conformance.own_backends:Talks", "--max-traces", "20", "--json", "-"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert json.loads(ended.stdout)["target"] == "tests.conformance.own_backends:Talks"
    assert "get past Python" in ended.stderr


def test_the_metastore_in_a_child_gives_what_it_gives_here() -> None:
    """The same trace, the same answers and the same rows."""
    from state_store_conformance.clock import FrozenClock  # noqa: PLC0415
    from state_store_conformance.side_by_side import SideBySide  # noqa: PLC0415

    trace = program(PUT, READ, DELETE, READ)
    with ReferenceMetastore() as target, FrozenClock() as clock:
        here = SideBySide(target, clock, PROFILE).run(trace)
    with WatchedTarget(ReferenceMetastore(), PROFILE) as child:
        there = child.run(trace)

    assert here.recorded() == there.recorded()
    assert here.situations == there.situations
    assert here.differences == there.differences == ()


def test_facts_are_known_only_inside() -> None:
    """Who asks too early is told what to do."""
    with pytest.raises(RuntimeError, match="use `with` before asking"):
        _ = watched(own_backends.InMemory).target
