"""Situations of the eight methods."""

from __future__ import annotations

from state_store_spec.answers import Value
from state_store_spec.operations import Clear, Delete, Get, Set, SetNeverExpire
from state_store_spec.places import difference_of_places, is_within, rows_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


@situation(Get)
def read_present(moment: Moment) -> bool:
    """A key is read that is there."""
    return moment.row_before() is not None


@situation(Get)
def read_absent(moment: Moment) -> bool:
    """A key is read that is not there."""
    return moment.answer == Value(None)


@situation(Get)
def read_absent_beside_sibling_key(moment: Moment) -> bool:
    """A key is read that is not there, beside one of the same scope that is."""
    return moment.answer == Value(None) and _has_sibling_key(moment)


@situation(Set, SetNeverExpire)
def first_write(moment: Moment) -> bool:
    """A key is written for the first time."""
    return (
        moment.row_before() is None
        and moment.row_after() is not None
        and moment.departed_by() is None
    )


@situation(Set, SetNeverExpire)
def overwrite(moment: Moment) -> bool:
    """A key is overwritten with another value."""
    before, after = moment.row_before(), moment.row_after()
    return before is not None and after is not None and before.value != after.value


@situation(Set, SetNeverExpire)
def overwrite_with_same_value(moment: Moment) -> bool:
    """A key is overwritten with the value it has."""
    before, after = moment.row_before(), moment.row_after()
    return (
        moment.before != moment.after
        and before is not None
        and after is not None
        and (before.value == after.value)
    )


@situation(Set, SetNeverExpire)
def write_after_delete(moment: Moment) -> bool:
    """A key is written again after it was deleted."""
    return moment.row_after() is not None and moment.departed_by() == "delete"


@situation(Set, SetNeverExpire)
def write_after_clear(moment: Moment) -> bool:
    """A key is written again after its scope was cleared."""
    return moment.row_after() is not None and moment.departed_by() == "clear"


@situation(Set, SetNeverExpire)
def write_after_collection(moment: Moment) -> bool:
    """A key is written again after it was collected."""
    return moment.row_after() is not None and moment.departed_by() == "collect"


@situation(Delete)
def delete_present(moment: Moment) -> bool:
    """A key is deleted that is there."""
    return moment.row_before() is not None


@situation(Delete)
def delete_spares_sibling_key(moment: Moment) -> bool:
    """A key is deleted, and another of the same scope stays."""
    return moment.row_before() is not None and _has_sibling_key(moment)


@situation(Delete)
def delete_absent(moment: Moment) -> bool:
    """A key is deleted that is not there."""
    return moment.place() is not None and moment.row_before() is None


@situation(Delete)
def delete_again(moment: Moment) -> bool:
    """A key is deleted twice."""
    return moment.row_before() is None and moment.departed_by() == "delete"


@situation(Clear)
def clear_several_keys(moment: Moment) -> bool:
    """A scope of several keys is cleared."""
    return len(_taken_from_one_scope(moment)) > 1


@situation(Clear)
def clear_empty_scope(moment: Moment) -> bool:
    """A scope without keys is cleared."""
    return not _taken_from_one_scope(moment) and moment.before == moment.after


@situation(Get)
def async_read_of_sync_write(moment: Moment) -> bool:
    """An async read finds what a sync call wrote."""
    return _read_modes(moment) == ("async", "sync")


@situation(Get)
def sync_read_of_async_write(moment: Moment) -> bool:
    """A sync read finds what an async call wrote."""
    return _read_modes(moment) == ("sync", "async")


@situation(Set, SetNeverExpire)
def async_overwrite_of_sync_write(moment: Moment) -> bool:
    """An async call overwrites what a sync call wrote."""
    origin = moment.origin()
    return origin is not None and (_mode(moment), origin.mode) == ("async", "sync")


@situation(Delete)
def async_delete_present(moment: Moment) -> bool:
    """An async call deletes a key that is there."""
    return _mode(moment) == "async" and moment.row_before() is not None


@situation(Clear)
def async_clear_present(moment: Moment) -> bool:
    """An async call clears a scope that has keys."""
    return _mode(moment) == "async" and moment.before != moment.after


def _mode(moment: Moment) -> str:
    return moment.call().mode


def _read_modes(moment: Moment) -> tuple[str, str] | None:
    origin = moment.origin()
    return None if origin is None else (_mode(moment), origin.mode)


def _has_sibling_key(moment: Moment) -> bool:
    place = moment.place()
    return place is not None and any(
        difference_of_places(place, other) == ("key",) for other in rows_of(moment.before)
    )


def _taken_from_one_scope(moment: Moment) -> list[object]:
    operation = moment.clear()
    return [
        place
        for place in rows_of(moment.before)
        if is_within(moment.before, place, operation.scope, all_map_indices=False)
    ]
