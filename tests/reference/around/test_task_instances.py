"""Moves of task instances, and ``clear_on_success`` where nothing fails."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, get_ident
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from state_store_reference import (
    TaskInstances,
    TaskInstanceState,
    TaskStateAccessor,
    Transition,
)
from state_store_reference.task_instances import UnknownStateError
from state_store_reference.task_instances.change import change_state
from state_store_spec import (
    AssetScope,
    BaseStateBackend,
    InvalidScopeError,
    StateStoreSettings,
    TaskScope,
    UnknownDagRunError,
    UnrepresentableError,
)
from tests.reference.around.doubles import Call, CustomBackend, WorkerSideBackend

if TYPE_CHECKING:
    from state_store_reference import ServerBoundary
    from tests.reference.around.surroundings import Caller, Surroundings

RUNNING = TaskInstanceState.RUNNING
SUCCESS = TaskInstanceState.SUCCESS
FAILED = TaskInstanceState.FAILED
SKIPPED = TaskInstanceState.SKIPPED
UP_FOR_RETRY = TaskInstanceState.UP_FOR_RETRY
CLEARING = StateStoreSettings(clear_on_success=True)


def instances_of(
    store: Surroundings,
    settings: StateStoreSettings = CLEARING,
    backend: BaseStateBackend | None = None,
) -> TaskInstances:
    """Give the task instances of a database."""
    return TaskInstances(
        store.engine, backend or store.backend, settings, async_engine=store.async_engine
    )


def test_states_follow_each_other(store: Surroundings, call: Caller, load: TaskScope) -> None:
    """Each move tells where it came from; the first one came from nowhere."""
    instances = instances_of(store)
    assert call(instances, "state", load) is None

    transitions = [
        call(instances, "move", load, state)
        for state in (RUNNING, UP_FOR_RETRY, RUNNING, FAILED, SKIPPED)
    ]

    assert [
        Transition(None, RUNNING),
        Transition(RUNNING, UP_FOR_RETRY),
        Transition(UP_FOR_RETRY, RUNNING),
        Transition(RUNNING, FAILED),
        Transition(FAILED, SKIPPED),
    ] == transitions
    assert SKIPPED is call(instances, "state", load)


def test_map_indices_have_states_of_their_own(store: Surroundings, call: Caller) -> None:
    """Each map index is a task instance."""
    instances = instances_of(store)
    first, second = (TaskScope("shop", "monday", "load", index) for index in (0, 1))
    call(instances, "move", first, SUCCESS)

    assert Transition(None, FAILED) == call(instances, "move", second, FAILED)
    assert (SUCCESS, FAILED) == tuple(call(instances, "state", scope) for scope in (first, second))


def test_success_clears_the_task_instance(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """Every key goes (SUCCESS-1), those that never expire too (SUCCESS-6)."""
    store.backend.set(load, "job", "17")
    store.backend.set_never_expire(load, "kept", "18")

    transition = call(instances_of(store), "move", load, SUCCESS)

    assert Transition(None, SUCCESS, cleared=True) == transition
    assert [] == store.task_keys()


def test_success_clears_nothing_else(store: Surroundings, call: Caller) -> None:
    """Other map indices, tasks, runs and every asset keep their state (SUCCESS-2, SUCCESS-3)."""
    store.add_dag_run(run_id="tuesday")
    asset_id = store.add_asset("orders", "s3://shop/orders")
    store.backend.set(AssetScope(asset_id=asset_id), "page", "3")
    mapped = TaskScope("shop", "monday", "load", 1)
    others = {
        "index 0": TaskScope("shop", "monday", "load", 0),
        "index 11": TaskScope("shop", "monday", "load", 11),
        "not mapped": TaskScope("shop", "monday", "load"),
        "other run": TaskScope("shop", "tuesday", "load", 1),
        "other task": TaskScope("shop", "monday", "Load", 1),
    }
    store.backend.set(mapped, "mine", "x")
    for key, scope in others.items():
        store.backend.set(scope, key, "x")

    assert call(instances_of(store), "move", mapped, SUCCESS).cleared

    assert sorted(others) == store.task_keys()
    assert ["page"] == [row.key for row in store.asset_rows()]


@pytest.mark.parametrize("before", [None, *TaskInstanceState], ids=str)
@pytest.mark.parametrize("to", TaskInstanceState, ids=str)
@pytest.mark.parametrize("by_hand", [False, True], ids=["by itself", "by hand"])
def test_only_the_move_to_success_clears(
    store: Surroundings,
    call: Caller,
    load: TaskScope,
    before: TaskInstanceState | None,
    to: TaskInstanceState,
    *,
    by_hand: bool,
) -> None:
    """From every state to every other (SUCCESS-4), by itself and by hand (SUCCESS-5)."""
    instances = instances_of(store)
    if before is not None:
        call(instances, "move", load, before)
    store.backend.set(load, "job", "17")

    transition = call(instances, "move", load, to, by_hand=by_hand)

    clears = to is SUCCESS and before is not SUCCESS
    assert Transition(before, to, cleared=clears) == transition
    assert ([] if clears else ["job"]) == store.task_keys()


def test_success_again_clears_again(store: Surroundings, call: Caller, load: TaskScope) -> None:
    """A task instance that ran once more moves to success once more."""
    instances = instances_of(store)
    for state in (SUCCESS, RUNNING):
        call(instances, "move", load, state)
    store.backend.set(load, "job", "17")

    assert Transition(RUNNING, SUCCESS, cleared=True) == call(instances, "move", load, SUCCESS)
    assert [] == store.task_keys()


def test_settings_are_those_of_the_moment(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """A function is asked for each move; what was kept at one success stays until the next."""
    settings = StateStoreSettings()
    instances = TaskInstances(
        store.engine, store.backend, lambda: settings, async_engine=store.async_engine
    )
    store.backend.set(load, "job", "17")

    kept = call(instances, "move", load, SUCCESS)
    settings = CLEARING
    stays = call(instances, "move", load, SUCCESS)
    keys = store.task_keys()
    call(instances, "move", load, RUNNING)
    cleared = call(instances, "move", load, SUCCESS)

    assert (False, False, True) == (kept.cleared, stays.cleared, cleared.cleared)
    assert (["job"], []) == (keys, store.task_keys())


def test_default_is_to_keep(store: Surroundings, call: Caller, load: TaskScope) -> None:
    """By default task state outlives success."""
    store.backend.set(load, "job", "17")

    transition = call(instances_of(store, StateStoreSettings()), "move", load, SUCCESS)

    assert Transition(None, SUCCESS) == transition
    assert ["job"] == store.task_keys()


def test_custom_backend_gets_the_same_call(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """``clear`` of that scope, with a session, once."""
    backend = CustomBackend()
    instances = instances_of(store, backend=backend)
    call(instances, "move", load, RUNNING)

    transition = call(instances, "move", load, SUCCESS)

    assert transition.cleared
    assert [Call("clear", load, has_session=True)] == backend.calls


def test_objects_of_the_worker_side_stay(
    store: Surroundings, boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """The server clears references only; it runs no hook (WORKER-6, WORKER-11)."""
    worker_side = WorkerSideBackend()
    call(TaskStateAccessor(load, boundary, worker_backend=worker_side), "set", "job", "17")
    worker_side.objects.hooks.clear()

    assert call(instances_of(store), "move", load, SUCCESS).cleared

    assert [] == store.task_keys()
    assert ["17"] == list(worker_side.objects.held.values())
    assert ([], []) == (worker_side.objects.hooks, worker_side.calls)


def test_dag_run_takes_its_task_instances_along(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """A dag run of the same name begins anew."""
    instances = instances_of(store)
    call(instances, "move", load, SUCCESS)
    store.delete_dag_run()

    assert call(instances, "state", load) is None
    store.add_dag_run()
    assert Transition(None, RUNNING) == call(instances, "move", load, RUNNING)


@pytest.mark.parametrize(
    ("scope", "error"),
    [
        (TaskScope("shop", "tuesday", "load"), UnknownDagRunError),
        (TaskScope("Shop", "monday", "load"), UnknownDagRunError),
        (TaskScope("shop\0", "monday", "load"), UnknownDagRunError),
        (TaskScope("shop", "monday", "x" * 251), UnrepresentableError),
        (TaskScope("shop", "monday", "load", 2**31), UnrepresentableError),
        (AssetScope(name="orders"), InvalidScopeError),
    ],
    ids=["other run", "other case", "impossible", "long task", "large index", "asset"],
)
def test_task_instance_that_cannot_be(
    store: Surroundings, call: Caller, scope: TaskScope, error: type[Exception]
) -> None:
    """A move is refused and no backend is called."""
    backend = CustomBackend()

    with pytest.raises(error):
        call(instances_of(store, backend=backend), "move", scope, SUCCESS)

    assert [] == backend.calls


@pytest.mark.parametrize(
    "scope",
    [TaskScope("shop", "tuesday", "load"), TaskScope("shop", "monday", "\ud800")],
    ids=["other run", "impossible"],
)
def test_state_of_what_cannot_be(store: Surroundings, call: Caller, scope: TaskScope) -> None:
    """It has none."""
    assert call(instances_of(store), "state", scope) is None


def test_unknown_state(store: Surroundings, call: Caller, load: TaskScope) -> None:
    """The error lists the states; a state by its text is as good as the member."""
    with pytest.raises(UnknownStateError, match=r"'done'.*running, success, failed"):
        call(instances_of(store), "move", load, "done")

    assert SUCCESS is call(instances_of(store), "move", load, "success").state


def test_moves_are_logged(
    store: Surroundings, call: Caller, load: TaskScope, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reads the log finds what was set by hand, and what was cleared."""
    caplog.set_level(logging.INFO, logger="state_store_reference")
    instances = instances_of(store)

    call(instances, "move", load, FAILED)
    call(instances, "move", load, SUCCESS, by_hand=True)
    call(instances, "move", load, SUCCESS)

    assert [
        f"{load} moved from no state to failed.",
        f"{load} moved from failed to success by hand, its task state is cleared.",
    ] == caplog.messages


@pytest.mark.parametrize("before", [None, RUNNING], ids=str)
def test_only_one_of_many_sees_the_move(
    store: Surroundings, load: TaskScope, before: TaskInstanceState | None
) -> None:
    """Workers that report the same success at once: one moves it, and what follows stays."""
    together = Barrier(4)
    instances = instances_of(store)
    if before is not None:
        instances.move(load, before)

    def succeed() -> Transition:
        together.wait()
        return instances.move(load, SUCCESS)

    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(succeed) for _ in range(4)]
        transitions = [future.result() for future in futures]

    assert [False, False, False, True] == sorted(transition.cleared for transition in transitions)
    assert 1 == sum(transition.is_move for transition in transitions)


def test_second_mover_waits_for_the_first(store: Surroundings, load: TaskScope) -> None:
    """Who comes second sees the success of the first, however early it looked."""
    instances = instances_of(store)
    instances.move(load, RUNNING)
    updating = Event()

    def watch(*arguments: object) -> None:
        if get_ident() != here and str(arguments[2]).startswith("UPDATE task_instance"):
            updating.set()

    here = get_ident()
    with ThreadPoolExecutor(1) as threads:
        with store.engine.begin() as connection:
            # No change yet, but the lock that one begins with.
            change_state(connection, load, RUNNING)
            event.listen(store.engine, "before_cursor_execute", watch)
            second = threads.submit(instances.move, load, SUCCESS)
            # Without a lock it would be at its own UPDATE by now.
            updating.wait(0.2)
            change_state(connection, load, SUCCESS)
        transition = second.result()
        event.remove(store.engine, "before_cursor_execute", watch)

    assert Transition(SUCCESS, SUCCESS) == transition


def test_many_instances_move_at_once(store: Surroundings) -> None:
    """The first moves of many map indices do not get in each other's way."""
    scopes = [TaskScope("shop", "monday", "load", index) for index in range(24)]
    for scope in scopes:
        store.backend.set(scope, f"{scope.map_index:02}", "x")
    instances = instances_of(store)

    with ThreadPoolExecutor(4) as threads:
        transitions = list(threads.map(lambda scope: instances.move(scope, SUCCESS), scopes))

    assert [Transition(None, SUCCESS, cleared=True)] * len(scopes) == transitions
    assert [] == store.task_keys()
