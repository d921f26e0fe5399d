"""Which capabilities a trace needs."""

from __future__ import annotations

import pytest

from state_store_conformance.applicability import needed_by
from state_store_conformance.target import ACCESSORS, ASYNC, ASYNC_AROUND, TASK_INSTANCES
from state_store_spec.operations import (
    DeclaredDagRun,
    ListKeys,
    Mode,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Universe,
)
from state_store_spec.trace import Trace

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
UNIVERSE = Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),))


@pytest.mark.parametrize(
    ("mode", "of_async_calls"), [("sync", set[str]()), ("async", {ASYNC, ASYNC_AROUND})]
)
def test_async_calls_around_a_store_need_a_target_that_has_them(
    mode: Mode, of_async_calls: set[str]
) -> None:
    """Airflow moves task instances and lists keys by blocking calls alone, and is asked no more."""
    trace = Trace(universe=UNIVERSE).with_operations(
        (TaskInstanceMoves(scope=TASK, to="success", mode=mode), ListKeys(scope=TASK, mode=mode))
    )

    assert {TASK_INSTANCES, ACCESSORS, *of_async_calls} == needed_by(trace)
