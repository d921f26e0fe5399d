"""Situations of custom backends: rows that end by themselves, limits and instances of their own."""

from __future__ import annotations

from state_store_spec.operations import Collect, Get, Reopen, Set, SetNeverExpire
from state_store_spec.oracle.freedom import speaks_of_refusable
from state_store_spec.oracle.own_expiry import has_own_expiry
from state_store_spec.oracle.world import TaskPlace, TaskRow
from state_store_spec.places import rows_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


@situation(Get)
def row_read_before_it_may_end(moment: Moment) -> bool:
    """A key is read before its expiry, where rows end by themselves."""
    row = moment.row_before()
    return (
        has_own_expiry(moment.before)
        and isinstance(row, TaskRow)
        and row.expires_at is not None
        and row.expires_at > moment.before.now > row.updated_at
    )


@situation(Get)
def row_without_expiry_read_later(moment: Moment) -> bool:
    """A key without expiry is read some time after it was written, where rows end by themselves."""
    row = moment.row_before()
    return (
        has_own_expiry(moment.before)
        and isinstance(row, TaskRow)
        and row.expires_at is None
        and moment.before.now > row.updated_at
    )


@situation(Get)
def ended_row_read(moment: Moment) -> bool:
    """A key is read that has ended by itself."""
    return moment.place() in moment.before.ended


@situation(Set, SetNeverExpire)
def ended_row_written_again(moment: Moment) -> bool:
    """A key is written that has ended by itself."""
    return moment.place() in moment.before.ended


@situation(Get)
def expired_or_ended_row_read(moment: Moment) -> bool:
    """A key is read at or after its expiry, whether or not it has ended by itself."""
    row = moment.row_before()
    past_expiry = (
        has_own_expiry(moment.before)
        and isinstance(row, TaskRow)
        and row.expires_at is not None
        and row.expires_at <= moment.before.now
    )
    return past_expiry or moment.place() in moment.before.ended


@situation(Set, SetNeverExpire)
def write_beyond_the_limits(moment: Moment) -> bool:
    """A key, a value or a name is written that the store may refuse."""
    return speaks_of_refusable(moment.before, moment.data_call())


@situation(Reopen)
def reopened_with_rows(moment: Moment) -> bool:
    """A new instance takes over while there are rows."""
    return bool(rows_of(moment.before))


@situation(Get)
def row_read_by_a_later_instance(moment: Moment) -> bool:
    """A key is read by an instance that has not written it."""
    origin = moment.origin()
    return origin is not None and origin.instance < moment.past.instances


@situation(Collect)
def own_collection_takes_expired_row(moment: Moment) -> bool:
    """A collection of the store's own takes a row whose expiry has passed."""
    return _lazy(moment) and bool(_rows_before(moment) - moment.after.task_state.keys())


@situation(Collect)
def own_collection_spares_row(moment: Moment) -> bool:
    """A collection of the store's own spares a row."""
    return _lazy(moment) and bool(moment.after.task_state)


def _lazy(moment: Moment) -> bool:
    return moment.before.claims.expiry == "lazy"


def _rows_before(moment: Moment) -> set[TaskPlace]:
    return set(moment.before.task_state)
