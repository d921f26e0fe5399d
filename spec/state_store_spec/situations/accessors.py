"""Situations of accessors and of the worker's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from state_store_spec.answers import Refused, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Collect,
    Get,
    SymbolicAssetScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.world import TaskRow
from state_store_spec.places import instance_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation
from state_store_spec.situations.scopes import named_by


def _set(moment: Moment) -> AccessorSet:
    return cast("AccessorSet", moment.operation)


def _accepted(moment: Moment) -> bool:
    return not isinstance(moment.answer, Refused)


@situation(AccessorSet)
def accessor_sets_with_retention(moment: Moment) -> bool:
    """A task sets a key with a retention."""
    return _accepted(moment) and isinstance(_set(moment).retention, timedelta)


@situation(AccessorSet)
def accessor_sets_never_expire(moment: Moment) -> bool:
    """A task sets a key with ``NEVER_EXPIRE``."""
    return _accepted(moment) and _set(moment).retention == "NEVER_EXPIRE"


@situation(AccessorSet)
def accessor_sets_without_retention(moment: Moment) -> bool:
    """A task sets a key without retention."""
    is_task = isinstance(_set(moment).scope, SymbolicTaskScope)
    return _accepted(moment) and is_task and _set(moment).retention is None


@situation(AccessorSet)
def default_retention_stored(moment: Moment) -> bool:
    """A task sets a key without retention, and the expiry of the default is stored."""
    row = moment.row_after()
    return (
        accessor_sets_without_retention(moment)
        and isinstance(row, TaskRow)
        and row.expires_at is not None
    )


@situation(AccessorSet)
def default_retention_of_zero_stored(moment: Moment) -> bool:
    """A task sets a key without retention while the default is 0 days."""
    days = moment.before.settings.default_retention_days
    return days == 0 and accessor_sets_without_retention(moment)


@situation(AccessorSet)
def retention_already_over_stored(moment: Moment) -> bool:
    """A task sets a key with a retention of zero or less."""
    retention = _set(moment).retention
    return _accepted(moment) and isinstance(retention, timedelta) and retention <= timedelta(0)


@situation(AccessorSet)
def accessor_sets_asset_by_name(moment: Moment) -> bool:
    """A task sets a key of an active asset by its name."""
    return _accepted(moment) and named_by(_set(moment).scope) == "name"


@situation(AccessorSet)
def accessor_sets_asset_by_uri(moment: Moment) -> bool:
    """A task sets a key of an active asset by its uri."""
    return _accepted(moment) and named_by(_set(moment).scope) == "uri"


@situation(AccessorGet)
def accessor_reads_asset_by_another_field(moment: Moment) -> bool:
    """A task reads by the uri what was written by the name, or the reverse."""
    origin, by = moment.origin(), named_by(moment.call().scope)
    return origin is not None and by not in {"task", origin.named_by}


@situation(AccessorSet)
def accessor_sets_inactive_asset(moment: Moment) -> bool:
    """A task sets a key of an asset that is not active, and is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "unknown-asset"


@situation(AccessorGet)
def accessor_reads_inactive_asset(moment: Moment) -> bool:
    """A task reads a key of an asset that is not active, and finds nothing."""
    return moment.place() is None


@situation(AccessorDelete, AccessorClear)
def accessor_drops_nothing_of_inactive_asset(moment: Moment) -> bool:
    """A task deletes or clears keys of an asset that is not active, and takes nothing."""
    scope = moment.call().scope
    return isinstance(scope, SymbolicAssetScope) and resolve_asset(moment.before, scope) is None


@situation(AccessorDelete, AccessorClear)
def accessor_removal_for_inactive_asset_refused(moment: Moment) -> bool:
    """A task deletes or clears keys of an asset that is not active, and is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "unknown-asset"


@situation(AccessorDelete, AccessorClear)
def accessor_removal_in_unknown_dag_run_refused(moment: Moment) -> bool:
    """A task deletes or clears keys in a dag run that does not exist, and is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "unknown-dag-run"


@situation(AccessorSet)
def accessor_sets_in_unknown_dag_run(moment: Moment) -> bool:
    """A task sets a key in a dag run that does not exist, and is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "unknown-dag-run"


@situation(AccessorGet)
def accessor_reads_in_unknown_dag_run(moment: Moment) -> bool:
    """A task reads a key in a dag run that does not exist, and finds nothing."""
    scope = moment.call().scope
    return isinstance(scope, SymbolicTaskScope) and (
        (scope.dag, scope.run) not in moment.before.dag_runs
    )


@situation(AccessorSet)
def impossible_retention_refused(moment: Moment) -> bool:
    """A retention of zero, below zero or past the end of time is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "impossible-retention"


@situation(AccessorSet)
def worker_clock_ahead_at_write(moment: Moment) -> bool:
    """A key is set with a retention while the worker's clock is ahead of the server's."""
    return accessor_sets_with_retention(moment) and moment.before.worker_ahead > timedelta(0)


@situation(AccessorSet)
def worker_clock_behind_at_write(moment: Moment) -> bool:
    """A key is set with a retention while the worker's clock is behind the server's."""
    return accessor_sets_with_retention(moment) and moment.before.worker_ahead < timedelta(0)


@situation(Collect)
def clocks_apart_decide_a_collection(moment: Moment) -> bool:
    """A row is collected, or spared, that the other clock would have decided otherwise."""
    now, ahead = moment.before.now, moment.before.worker_ahead
    return moment.before.settings.default_retention_days > 0 and any(
        row.expires_at is not None and (row.expires_at < now) != (row.expires_at < now + ahead)
        for row in moment.before.task_state.values()
    )


@situation(AccessorGet)
def accessor_reads_present(moment: Moment) -> bool:
    """A task reads a key that is there."""
    return isinstance(moment.answer, Value) and moment.answer.value is not None


@situation(AccessorGet)
def accessor_reads_absent(moment: Moment) -> bool:
    """A task reads a key that is not there."""
    return moment.answer == Value(None)


@situation(AccessorGet)
def accessor_reads_in_another_mode(moment: Moment) -> bool:
    """A task reads with ``aget`` what ``set`` wrote, or with ``get`` what ``aset`` wrote."""
    origin = moment.origin()
    return origin is not None and origin.mode != moment.call().mode


@situation(Get, AccessorGet)
def retry_reads_what_an_earlier_try_wrote(moment: Moment) -> bool:
    """A task instance that was retried reads what it wrote before."""
    scope = moment.call().scope
    if not isinstance(scope, SymbolicTaskScope) or moment.row_before() is None:
        return False
    origin = moment.origin()
    instance = instance_of(scope)
    return origin is not None and moment.past.retries.get(instance, 0) > origin.retries


@situation(AccessorDelete)
def accessor_deletes_present(moment: Moment) -> bool:
    """A task deletes a key that is there."""
    return moment.row_before() is not None


@situation(AccessorClear)
def accessor_clears_present(moment: Moment) -> bool:
    """A task clears its keys, and there are some."""
    return moment.before.task_state != moment.after.task_state or (
        moment.before.asset_state != moment.after.asset_state
    )


@situation(AccessorClear)
def accessor_clear_spares_sibling_map_index(moment: Moment) -> bool:
    """A mapped task clears its keys, and its sibling keeps those of its own."""
    scope = moment.call().scope
    gone = moment.before.task_state.keys() - moment.after.task_state.keys()
    return (
        bool(gone)
        and isinstance(scope, SymbolicTaskScope)
        and any(
            place[:3] == (scope.dag, scope.run, scope.task) for place in moment.after.task_state
        )
    )
