"""Situations of a worker-side backend: references, their objects, and what is left behind."""

from __future__ import annotations

from typing import cast

from state_store_spec.answers import Listed, Refused, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Collect,
    DeleteAsset,
    DeleteDagRun,
    Get,
    ListKeys,
    Set,
    SetNeverExpire,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.oracle.references import (
    is_reference,
    owner_of,
    reference_of,
    reference_to,
)
from state_store_spec.places import instance_of, rows_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


def _stored(moment: Moment) -> str:
    row = moment.row_before()
    return "" if row is None else row.value


@situation(AccessorSet)
def reference_stored(moment: Moment) -> bool:
    """A value goes to the worker-side store, and its reference is stored."""
    row = moment.row_after()
    return not isinstance(moment.answer, Refused) and row is not None and is_reference(row.value)


@situation(AccessorSet)
def reference_overwritten_with_new_value(moment: Moment) -> bool:
    """A value in the worker-side store is overwritten: the reference stays what it is."""
    row = moment.row_after()
    return (
        row is not None
        and is_reference(row.value)
        and _stored(moment) == row.value
        and moment.before.objects.get(row.value) != moment.after.objects.get(row.value)
    )


@situation(AccessorSet)
def retry_overwrites_object_of_an_earlier_try(moment: Moment) -> bool:
    """A task instance that was retried overwrites the object that it kept before."""
    scope, origin = moment.call().scope, moment.origin()
    if not isinstance(scope, SymbolicTaskScope) or origin is None:
        return False
    instance = instance_of(scope)
    retried = moment.past.retries.get(instance, 0) > origin.retries
    return retried and reference_overwritten_with_new_value(moment)


@situation(AccessorSet)
def object_kept_beside_another_task_instance(moment: Moment) -> bool:
    """A task instance keeps an object under a key under which another keeps one."""
    operation = cast("AccessorSet", moment.operation)
    return reference_stored(moment) and any(
        held.owner[0] == "task" and held.owner != owner_of(operation.scope)
        for reference, held in moment.before.objects.items()
        if reference == reference_of(held.owner, operation.key)
    )


@situation(AccessorSet)
def asset_reference_stored(moment: Moment) -> bool:
    """A value of an asset goes to the worker-side store, and its reference is stored."""
    return reference_stored(moment) and isinstance(moment.call().scope, SymbolicAssetScope)


@situation(AccessorGet)
def asset_value_read_through_reference(moment: Moment) -> bool:
    """A value of an asset is read through its reference."""
    return value_read_through_reference(moment) and isinstance(
        moment.call().scope, SymbolicAssetScope
    )


@situation(Get)
def reference_read_on_the_server(moment: Moment) -> bool:
    """The server's side reads a key, and finds the reference."""
    return is_reference(_stored(moment))


@situation(ListKeys)
def references_listed(moment: Moment) -> bool:
    """A person looks at keys whose values the worker keeps, and finds the references."""
    return isinstance(moment.answer, Listed) and any(
        is_reference(row.value) for row in moment.answer.rows
    )


@situation(Set, SetNeverExpire, AccessorSet)
def reference_overwritten_by_plain_value(moment: Moment) -> bool:
    """A plain value takes the place of a reference."""
    row = moment.row_after()
    return is_reference(_stored(moment)) and row is not None and not is_reference(row.value)


@situation(AccessorSet)
def plain_value_overwritten_by_reference(moment: Moment) -> bool:
    """A reference takes the place of a value written before the backend was configured."""
    row = moment.row_after()
    before = moment.row_before()
    return (
        before is not None
        and not is_reference(before.value)
        and row is not None
        and is_reference(row.value)
    )


@situation(AccessorGet)
def value_read_through_reference(moment: Moment) -> bool:
    """A value is read through its reference."""
    return (
        moment.before.worker_side
        and is_reference(_stored(moment))
        and isinstance(moment.answer, Value)
    )


@situation(AccessorGet)
def plain_value_read_with_worker_side_backend(moment: Moment) -> bool:
    """With a worker-side backend a value is read that was stored before it was configured."""
    return (
        moment.before.worker_side
        and moment.row_before() is not None
        and not is_reference(_stored(moment))
    )


@situation(AccessorGet)
def reference_read_without_worker_side_backend(moment: Moment) -> bool:
    """A reference is read after the worker-side backend was taken away."""
    return not moment.before.worker_side and is_reference(_stored(moment))


@situation(AccessorGet)
def absent_key_read_with_worker_side_backend(moment: Moment) -> bool:
    """With a worker-side backend a key is read that is not there."""
    return moment.before.worker_side and moment.answer == Value(None)


@situation(AccessorGet)
def missing_object_refused(moment: Moment) -> bool:
    """A reference is read whose object is gone."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "missing-object"


@situation(AccessorGet)
def asset_read_through_reference_by_another_field(moment: Moment) -> bool:
    """An asset's value is read by its uri through a reference made by its name, or the reverse."""
    operation = cast("AccessorGet", moment.operation)
    return (
        value_read_through_reference(moment)
        and isinstance(operation.scope, SymbolicAssetScope)
        and _stored(moment) != reference_to(operation.scope, operation.key)
    )


@situation(AccessorDelete)
def delete_takes_reference_and_object(moment: Moment) -> bool:
    """A delete takes the reference and the object behind it."""
    stored = _stored(moment)
    return stored in moment.before.objects and stored not in moment.after.objects


@situation(AccessorClear)
def clear_takes_references_and_objects(moment: Moment) -> bool:
    """A clear takes references and the objects behind them."""
    return len(moment.after.objects) < len(moment.before.objects) and (
        len(rows_of(moment.after)) < len(rows_of(moment.before))
    )


@situation(AccessorClear)
def clear_spares_objects_of_others(moment: Moment) -> bool:
    """A clear takes objects and spares those of another scope."""
    return 0 < len(moment.after.objects) < len(moment.before.objects)


@situation(AccessorSet)
def refused_write_leaves_object_behind(moment: Moment) -> bool:
    """The server refuses a reference, and the object that was written for it stays."""
    return isinstance(moment.answer, Refused) and moment.before.objects != moment.after.objects


@situation(Collect)
def collection_leaves_objects_behind(moment: Moment) -> bool:
    """A collection takes a reference, and its object stays in the worker-side store."""
    return _reference_went_and_object_stayed(moment)


@situation(SweepOrphans)
def sweep_leaves_objects_behind(moment: Moment) -> bool:
    """A sweep takes a reference, and its object stays in the worker-side store."""
    return _reference_went_and_object_stayed(moment)


@situation(TaskInstanceMoves)
def success_takes_objects(moment: Moment) -> bool:
    """A task succeeds, and its objects go with their references."""
    return len(moment.after.objects) < len(moment.before.objects)


@situation(DeleteDagRun)
def dag_run_leaves_objects_behind(moment: Moment) -> bool:
    """The reference goes with its dag run, and its object stays in the worker-side store."""
    return _reference_went_and_object_stayed(moment)


@situation(DeleteAsset)
def asset_leaves_objects_behind(moment: Moment) -> bool:
    """The reference goes with its asset, and its object stays in the worker-side store."""
    return _reference_went_and_object_stayed(moment)


def _reference_went_and_object_stayed(moment: Moment) -> bool:
    before, after = rows_of(moment.before), rows_of(moment.after)
    return any(
        is_reference(row.value) and row.value in moment.after.objects
        for place, row in before.items()
        if place not in after
    )
