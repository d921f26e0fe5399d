"""Situations of success: what it wipes, and what it leaves."""

from __future__ import annotations

from typing import cast

from state_store_spec.answers import Listed, Refused
from state_store_spec.operations import ListKeys, SymbolicTaskScope, TaskInstanceMoves
from state_store_spec.oracle.references import is_reference
from state_store_spec.oracle.world import TaskInstance
from state_store_spec.places import instance_of, rows_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


def _move(moment: Moment) -> TaskInstanceMoves:
    return cast("TaskInstanceMoves", moment.operation)


def _instance(moment: Moment) -> TaskInstance:
    scope = _move(moment).scope
    return instance_of(scope)


def _has_state(moment: Moment) -> bool:
    return any(place[:4] == _instance(moment) for place in moment.before.task_state)


def _clearing_is_on(moment: Moment) -> bool:
    return moment.before.settings.clear_on_success


def _wiped(moment: Moment) -> bool:
    return len(moment.after.task_state) < len(moment.before.task_state)


@situation(TaskInstanceMoves)
def success_wipes_task_state(moment: Moment) -> bool:
    """A task instance succeeds, and its keys are wiped."""
    return _wiped(moment)


@situation(TaskInstanceMoves)
def success_preserves_task_state(moment: Moment) -> bool:
    """A task instance with keys succeeds while ``clear_on_success`` is off."""
    return _has_state(moment) and _move(moment).to == "success" and not _clearing_is_on(moment)


@situation(TaskInstanceMoves)
def success_spares_mapped_sibling(moment: Moment) -> bool:
    """A mapped task instance succeeds, and its sibling keeps its keys."""
    return _wiped(moment) and any(
        place[:3] == _instance(moment)[:3] for place in moment.after.task_state
    )


@situation(TaskInstanceMoves)
def success_spares_another_task(moment: Moment) -> bool:
    """A task instance succeeds, and another task keeps its keys."""
    return _wiped(moment) and any(
        place[:3] != _instance(moment)[:3] for place in moment.after.task_state
    )


@situation(TaskInstanceMoves)
def success_spares_asset_state(moment: Moment) -> bool:
    """A task instance succeeds and is wiped, and asset state stays."""
    return _wiped(moment) and bool(moment.after.asset_state)


@situation(TaskInstanceMoves)
def success_wipes_never_expire(moment: Moment) -> bool:
    """Success wipes a key that never expires."""
    gone = moment.before.task_state.keys() - moment.after.task_state.keys()
    return any(moment.before.task_state[place].never_expire for place in gone)


@situation(TaskInstanceMoves)
def success_by_hand_wipes_task_state(moment: Moment) -> bool:
    """A person sets a task instance to success, and its keys are wiped."""
    return _wiped(moment) and _move(moment).by_hand


@situation(TaskInstanceMoves)
def failure_preserves_task_state(moment: Moment) -> bool:
    """A task instance with keys fails while ``clear_on_success`` is on."""
    return _has_state(moment) and _move(moment).to == "failed" and _clearing_is_on(moment)


@situation(TaskInstanceMoves)
def skip_preserves_task_state(moment: Moment) -> bool:
    """A task instance with keys is skipped while ``clear_on_success`` is on."""
    return _has_state(moment) and _move(moment).to == "skipped" and _clearing_is_on(moment)


@situation(TaskInstanceMoves)
def retry_preserves_task_state(moment: Moment) -> bool:
    """A task instance with keys is up for retry while ``clear_on_success`` is on."""
    return _has_state(moment) and _move(moment).to == "up_for_retry" and _clearing_is_on(moment)


@situation(TaskInstanceMoves)
def success_again_is_no_move(moment: Moment) -> bool:
    """A task instance that has succeeded is set to success again, and keeps its keys."""
    return (
        _has_state(moment)
        and not _wiped(moment)
        and _clearing_is_on(moment)
        and moment.before.task_instances.get(_instance(moment)) == "success"
        and _move(moment).to == "success"
    )


@situation(TaskInstanceMoves)
def success_in_unknown_dag_run_refused(moment: Moment) -> bool:
    """A task instance of a dag run that does not exist is moved, and refused."""
    return isinstance(moment.answer, Refused)


@situation(TaskInstanceMoves)
def success_leaves_objects_behind(moment: Moment) -> bool:
    """Success wipes a reference, and its object stays in the worker-side store."""
    gone = moment.before.task_state.keys() - moment.after.task_state.keys()
    return any(
        is_reference(value := moment.before.task_state[place].value)
        and value in moment.after.objects
        for place in gone
    )


@situation(ListKeys)
def keys_listed_after_success(moment: Moment) -> bool:
    """A person finds the keys of a task instance that has succeeded."""
    scope = cast("ListKeys", moment.operation).scope
    if not isinstance(scope, SymbolicTaskScope):
        return False
    instance = instance_of(scope)
    return moment.before.task_instances.get(instance) == "success" and any(
        place[:4] == instance for place in moment.before.task_state
    )


@situation(ListKeys)
def several_keys_listed(moment: Moment) -> bool:
    """A person finds several keys, and none of another scope."""
    return isinstance(moment.answer, Listed) and 1 < len(moment.answer.rows) < len(
        rows_of(moment.before)
    )
