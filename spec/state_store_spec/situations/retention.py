"""Situations of retention: what a write does to it, and rows that outlive it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, cast

from state_store_spec.answers import Refused
from state_store_spec.operations import (
    Advance,
    Clear,
    Delete,
    Get,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
)
from state_store_spec.oracle.world import AssetPlace, TaskRow
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation

END_OF_32_BIT_TIME: Final = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


def _overwritten(moment: Moment) -> tuple[TaskRow, TaskRow] | None:
    before, after = moment.row_before(), moment.row_after()
    if isinstance(before, TaskRow) and isinstance(after, TaskRow) and _written(moment):
        return before, after
    return None


def _written(moment: Moment) -> bool:
    return not isinstance(moment.answer, Refused)


def _stored_expiry(moment: Moment) -> datetime | None:
    row = moment.row_after()
    return row.expires_at if isinstance(row, TaskRow) and _written(moment) else None


@situation(Set)
def explicit_expiry_stored(moment: Moment) -> bool:
    """A key is written with an explicit expiry."""
    return _stored_expiry(moment) is not None


@situation(Set)
def async_explicit_expiry_stored(moment: Moment) -> bool:
    """A key is written with an explicit expiry by an async call."""
    is_async = moment.call().mode == "async"
    return is_async and _stored_expiry(moment) is not None


@situation(Set)
def expiry_in_another_zone_stored(moment: Moment) -> bool:
    """An explicit expiry is given in a zone that is not UTC."""
    zone = _set(moment).expires_zone
    return zone not in {"UTC", "+00:00", "-00:00"} and _stored_expiry(moment) is not None


@situation(Set)
def expiry_with_microseconds_stored(moment: Moment) -> bool:
    """An explicit expiry has microseconds."""
    expires_at = _stored_expiry(moment)
    return expires_at is not None and expires_at.microsecond != 0


@situation(Set)
def expiry_past_2038_stored(moment: Moment) -> bool:
    """An explicit expiry lies past the end of 32-bit time."""
    expires_at = _stored_expiry(moment)
    return expires_at is not None and expires_at > END_OF_32_BIT_TIME


@situation(Set)
def expiry_already_past_stored(moment: Moment) -> bool:
    """A key is written with an expiry that is already past."""
    expires_at = _stored_expiry(moment)
    return expires_at is not None and expires_at < moment.before.now


@situation(Set)
def no_retention_stored(moment: Moment) -> bool:
    """A key is written without explicit retention."""
    row = moment.row_after()
    return (
        isinstance(row, TaskRow)
        and _written(moment)
        and row.expires_at is None
        and not row.never_expire
    )


@situation(SetNeverExpire)
def never_expire_stored(moment: Moment) -> bool:
    """A key is written to never expire."""
    row = moment.row_after()
    return isinstance(row, TaskRow) and row.never_expire and _written(moment)


@situation(Set)
def overwrite_shortens_retention(moment: Moment) -> bool:
    """An overwrite brings an explicit expiry forward."""
    rows = _overwritten(moment)
    if rows is None or rows[0].expires_at is None or rows[1].expires_at is None:
        return False
    return rows[1].expires_at < rows[0].expires_at


@situation(Set)
def overwrite_lengthens_retention(moment: Moment) -> bool:
    """An overwrite puts an explicit expiry off."""
    rows = _overwritten(moment)
    if rows is None or rows[0].expires_at is None or rows[1].expires_at is None:
        return False
    return rows[1].expires_at > rows[0].expires_at


@situation(Set)
def overwrite_drops_explicit_expiry(moment: Moment) -> bool:
    """A plain overwrite leaves nothing of an explicit expiry."""
    rows = _overwritten(moment)
    return rows is not None and rows[0].expires_at is not None and rows[1].expires_at is None


@situation(Set)
def overwrite_adds_explicit_expiry(moment: Moment) -> bool:
    """An overwrite gives an explicit expiry to a key that had no retention of its own."""
    rows = _overwritten(moment)
    return (
        rows is not None
        and rows[0].expires_at is None
        and not rows[0].never_expire
        and rows[1].expires_at is not None
    )


@situation(Set)
def plain_overwrite_of_never_expire(moment: Moment) -> bool:
    """A plain overwrite leaves nothing of ``NEVER_EXPIRE``."""
    rows = _overwritten(moment)
    return (
        rows is not None
        and rows[0].never_expire
        and not rows[1].never_expire
        and rows[1].expires_at is None
    )


@situation(Set)
def explicit_overwrite_of_never_expire(moment: Moment) -> bool:
    """An explicit expiry takes the place of ``NEVER_EXPIRE``."""
    rows = _overwritten(moment)
    return rows is not None and rows[0].never_expire and rows[1].expires_at is not None


@situation(SetNeverExpire)
def never_expire_overwrites_explicit_expiry(moment: Moment) -> bool:
    """``NEVER_EXPIRE`` takes the place of an explicit expiry."""
    rows = _overwritten(moment)
    return rows is not None and rows[0].expires_at is not None and rows[1].never_expire


@situation(Set, SetNeverExpire)
def overwrite_later(moment: Moment) -> bool:
    """A key is overwritten at a later instant than it was written."""
    before, after = moment.row_before(), moment.row_after()
    return before is not None and after is not None and after.updated_at > before.updated_at


@situation(Get)
def expired_row_read_before_collection(moment: Moment) -> bool:
    """An expired key is read, and is still there."""
    row = moment.row_before()
    return (
        isinstance(row, TaskRow)
        and row.expires_at is not None
        and row.expires_at < moment.before.now
    )


@situation(Get)
def row_past_fallback_read_before_collection(moment: Moment) -> bool:
    """A key older than the fallback is read, and is still there."""
    row = moment.row_before()
    return isinstance(row, TaskRow) and (
        moment.profile.time_based_rule(moment.before, row) == "fallback"
    )


@situation(Advance)
def expiry_passes(moment: Moment) -> bool:
    """Time passes over the expiry of a key."""
    return any(
        row.expires_at is not None and moment.before.now <= row.expires_at < moment.after.now
        for row in moment.before.task_state.values()
    )


@situation(Delete)
def never_expire_deleted(moment: Moment) -> bool:
    """A key that never expires is deleted."""
    row = moment.row_before()
    return isinstance(row, TaskRow) and row.never_expire


@situation(Clear)
def never_expire_cleared(moment: Moment) -> bool:
    """A scope with a key that never expires is cleared."""
    gone = moment.before.task_state.keys() - moment.after.task_state.keys()
    return any(moment.before.task_state[place].never_expire for place in gone)


@situation(Set)
def naive_expiry_refused(moment: Moment) -> bool:
    """An expiry without zone is refused for a task."""
    return _naive(moment) and not isinstance(_set(moment).scope, SymbolicAssetScope)


@situation(Set)
def naive_expiry_for_asset_refused(moment: Moment) -> bool:
    """An expiry without zone is refused for an asset as well."""
    return _naive(moment) and isinstance(_set(moment).scope, SymbolicAssetScope)


@situation(Set)
def expiry_for_asset_without_effect(moment: Moment) -> bool:
    """An expiry is given for the key of an asset."""
    place = moment.place()
    return (
        isinstance(place, AssetPlace) and _written(moment) and _set(moment).expires_in is not None
    )


@situation(SetNeverExpire)
def never_expire_for_asset_without_effect(moment: Moment) -> bool:
    """``NEVER_EXPIRE`` is given for the key of an asset."""
    place = moment.place()
    return isinstance(place, AssetPlace) and _written(moment)


def _set(moment: Moment) -> Set:
    return cast("Set", moment.operation)


def _naive(moment: Moment) -> bool:
    return isinstance(moment.answer, Refused) and moment.answer.reason == "naive-expiry"
