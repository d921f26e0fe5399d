"""Situations of scopes: what lies beside the place that a call speaks of."""

from __future__ import annotations

from state_store_spec.answers import Refused, Value
from state_store_spec.operations import (
    Clear,
    Delete,
    Get,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle.world import TaskPlace
from state_store_spec.places import (
    Place,
    difference_of_places,
    is_within,
    row_at,
    rows_of,
)
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


def _beside(moment: Moment, part: str) -> bool:
    """Say whether a call changed a place while a row differs from it in this part alone."""
    place = moment.place()
    if place is None or row_at(moment.before, place) is row_at(moment.after, place):
        return False
    return any(difference_of_places(place, other) == (part,) for other in rows_of(moment.before))


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_dag(moment: Moment) -> bool:
    """A key changes beside its twin in another dag."""
    return _beside(moment, "dag")


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_run(moment: Moment) -> bool:
    """A key changes beside its twin in another run."""
    return _beside(moment, "run")


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_task(moment: Moment) -> bool:
    """A key changes beside its twin in another task."""
    return _beside(moment, "task")


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_map_index(moment: Moment) -> bool:
    """A key changes beside its twin in another map index."""
    return _beside(moment, "map_index")


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_asset(moment: Moment) -> bool:
    """A key changes beside its twin in another asset."""
    return _beside(moment, "asset")


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_key(moment: Moment) -> bool:
    """A key changes beside another of its scope."""
    return _beside(moment, "key")


@situation(Set, SetNeverExpire, Delete)
def change_beside_another_kind_of_scope(moment: Moment) -> bool:
    """A key changes in a task while an asset has one like it."""
    place = moment.place()
    if place is None or row_at(moment.before, place) is row_at(moment.after, place):
        return False
    return any(
        difference_of_places(place, other) == ("kind",) and other.key == place.key
        for other in rows_of(moment.before)
    )


@situation(Get)
def read_absent_beside_another_scope(moment: Moment) -> bool:
    """A key is read that is not there, while another scope has one of its name."""
    place = moment.place()
    return (
        place is not None
        and moment.answer == Value(None)
        and any(other != place and other.key == place.key for other in rows_of(moment.before))
    )


@situation(Clear)
def clear_spares_sibling_map_index(moment: Moment) -> bool:
    """A clear takes a task instance and spares its mapped sibling."""
    taken, spared = _cleared(moment)
    return any(
        "map_index" in (parts := difference_of_places(one, other))
        and set(parts) <= {"map_index", "key"}
        for one in taken
        for other in spared
        if isinstance(one, TaskPlace) and isinstance(other, TaskPlace)
    )


@situation(Clear)
def clear_takes_every_map_index(moment: Moment) -> bool:
    """A clear of all map indices takes several of them."""
    taken, _ = _cleared(moment)
    return len({place.map_index for place in taken if isinstance(place, TaskPlace)}) > 1


@situation(Clear)
def clear_of_all_map_indices_spares_others(moment: Moment) -> bool:
    """A clear of all map indices spares another task instance's keys."""
    operation = moment.clear()
    taken, spared = _cleared(moment)
    return (
        operation.all_map_indices
        and any(isinstance(place, TaskPlace) for place in taken)
        and any(isinstance(place, TaskPlace) for place in spared)
    )


@situation(Clear)
def clear_of_all_map_indices_by_an_empty_one(moment: Moment) -> bool:
    """A clear of all map indices names one that has no keys itself."""
    operation = moment.clear()
    taken, _ = _cleared(moment)
    return bool(taken) and not any(
        is_within(moment.before, place, operation.scope, all_map_indices=False) for place in taken
    )


@situation(Clear)
def clear_spares_another_scope(moment: Moment) -> bool:
    """A clear takes a scope and spares one of another dag, run or task."""
    taken, spared = _cleared(moment)
    return any(
        {"dag", "run", "task"} & set(difference_of_places(one, other))
        for one in taken
        for other in spared
    )


@situation(Clear)
def clear_spares_another_asset(moment: Moment) -> bool:
    """A clear takes an asset's keys and spares those of another asset."""
    taken, spared = _cleared(moment)
    return any("asset" in difference_of_places(one, other) for one in taken for other in spared)


@situation(Clear)
def clear_of_asset_with_all_map_indices(moment: Moment) -> bool:
    """A clear of an asset asks for all map indices and spares the others."""
    operation = moment.clear()
    taken, spared = _cleared(moment)
    is_asset = isinstance(operation.scope, SymbolicAssetScope)
    return is_asset and operation.all_map_indices and bool(taken) and bool(spared)


@situation(Get)
def asset_read_by_another_field(moment: Moment) -> bool:
    """An asset's key is read by another field than it was written by."""
    scope, origin = moment.call().scope, moment.origin()
    return (
        origin is not None
        and isinstance(scope, SymbolicAssetScope)
        and origin.named_by != named_by(scope)
    )


@situation(Get)
def asset_key_read_by_id(moment: Moment) -> bool:
    """A key of an asset is found by its id alone."""
    return moment.row_before() is not None and named_by(moment.call().scope) == "id"


@situation(Get)
def asset_key_read_by_name(moment: Moment) -> bool:
    """A key of an asset is found by its name alone."""
    return moment.row_before() is not None and named_by(moment.call().scope) == "name"


@situation(Get)
def asset_key_read_by_uri(moment: Moment) -> bool:
    """A key of an asset is found by its uri alone."""
    return moment.row_before() is not None and named_by(moment.call().scope) == "uri"


@situation(Get, Set, SetNeverExpire)
def asset_named_by_agreeing_fields(moment: Moment) -> bool:
    """Several fields of a scope agree on one asset."""
    scope = moment.call().scope
    return (
        isinstance(scope, SymbolicAssetScope)
        and "+" in named_by(scope)
        and moment.place() is not None
    )


@situation(Get, Set, SetNeverExpire, Delete, Clear)
def empty_scope_refused(moment: Moment) -> bool:
    """A scope names nothing and is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "empty-scope"


def named_by(scope: SymbolicTaskScope | SymbolicAssetScope) -> str:
    """Name the fields that a scope gives: ``id``, ``name``, ``uri``, joined by ``+``."""
    if isinstance(scope, SymbolicTaskScope):
        return "task"
    fields = (("id", scope.asset), ("name", scope.name), ("uri", scope.uri))
    return "+".join(field for field, symbol in fields if symbol is not None)


def _cleared(moment: Moment) -> tuple[list[Place], list[Place]]:
    before, after = rows_of(moment.before), rows_of(moment.after)
    return [place for place in before if place not in after], list(after)
