"""Shortening: what a counterexample does not need becomes plain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from state_store_conformance.shortening import shorten
from state_store_conformance.side_by_side import Run
from state_store_conformance.tiers.situation_search import run_of_oracle
from state_store_spec.operations import (
    AccessorSet,
    Advance,
    ChangeSettings,
    Collect,
    ConfigureWorkerBackend,
    DeclaredDagRun,
    Get,
    Mode,
    Operation,
    Set,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace

PROFILE = find_profile("pr-67299")
TASK = SymbolicTaskScope(dag="d", run="r", task="t")
MAPPED = SymbolicTaskScope(dag="d", run="r", task="t", map_index=2)


def shortened(
    *operations: Operation,
    settings: StateStoreSettings | None = None,
    needs: Callable[[Trace], bool],
) -> Trace:
    """Shorten a trace that fails as long as it has what it needs."""

    def attempt(trace: Trace) -> Run | None:
        return run_of_oracle(trace, PROFILE) if needs(trace) else None

    trace = Trace(
        settings=settings or StateStoreSettings(),
        universe=Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),)),
    ).with_operations(operations)
    return shorten(run_of_oracle(trace, PROFILE), attempt).trace


def has(*kinds: type) -> Callable[[Trace], bool]:
    """Need an operation of each kind."""
    return lambda trace: set(kinds) <= set(map(type, trace.operations))


def test_time_and_dry_runs_become_plain() -> None:
    """A day is plainer than two spans that do not matter, and a collection than a dry run."""
    found = shortened(
        Advance(by=timedelta(days=29, microseconds=1)),
        Set(scope=MAPPED, key="k", value="v", expires_in=timedelta(days=3), mode="async"),
        Advance(by=timedelta(hours=7)),
        Collect(dry_run=True),
        needs=has(Advance, Set, Collect),
    )

    assert set(found.operations) == {
        Advance(by=timedelta(days=1)),
        Set(scope=TASK, key="k", value="v"),
        Collect(),
    }


def test_what_is_around_the_store_becomes_plain() -> None:
    """A blocking call without retention, by nobody's hand, of the task that is not mapped."""
    found = shortened(
        ConfigureWorkerBackend(on=True),
        AccessorSet(scope=MAPPED, key="k", value="v", retention=timedelta(minutes=1), mode="async"),
        TaskInstanceMoves(scope=MAPPED, to="success", by_hand=True),
        needs=has(AccessorSet, TaskInstanceMoves),
    )

    assert found.operations == (
        AccessorSet(scope=TASK, key="k", value="v"),
        TaskInstanceMoves(scope=TASK, to="success"),
    )


def test_a_change_of_settings_becomes_the_settings_of_the_start() -> None:
    """Also that of ``clear_on_success``, and nothing else of the settings is left."""

    def needs(trace: Trace) -> bool:
        clearing = trace.settings.clear_on_success or any(
            isinstance(operation, ChangeSettings) and operation.clear_on_success
            for operation in trace.operations
        )
        return clearing and has(TaskInstanceMoves)(trace)

    found = shortened(
        ChangeSettings(clear_on_success=True),
        TaskInstanceMoves(scope=TASK, to="success"),
        settings=StateStoreSettings(default_retention_days=3, state_cleanup_batch_size=2),
        needs=needs,
    )

    assert found.settings == StateStoreSettings(clear_on_success=True)
    assert found.operations == (TaskInstanceMoves(scope=TASK, to="success"),)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_it_ends_where_a_read_is_spelled_out_again_and_again(mode: Mode) -> None:
    """A run that comes back as it was is no progress."""
    attempts = count(1)

    def attempt(trace: Trace) -> Run | None:
        if Set not in set(map(type, trace.operations)):
            return None
        assert next(attempts) < 100
        writes = tuple(each for each in trace.operations if not isinstance(each, Get))
        return run_of_oracle(trace.with_operations((*writes, read)), PROFILE)

    read = Get(scope=TASK, key="k", mode=mode)
    trace = Trace(universe=Universe(dag_runs=(DeclaredDagRun(dag="d", run="r"),)))
    trace = trace.with_operations((Set(scope=TASK, key="k", value="v"), read))

    assert shorten(run_of_oracle(trace, PROFILE), attempt).trace.operations == trace.operations
