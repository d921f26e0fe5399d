"""Situations of collection: rows on either side of every boundary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from state_store_spec.operations import Collect
from state_store_spec.oracle.scopes import is_active
from state_store_spec.oracle.world import TaskRow
from state_store_spec.places import Place
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation

MICROSECOND: Final = timedelta(microseconds=1)


def _rows(moment: Moment) -> Iterator[tuple[Place, TaskRow, str | None, timedelta]]:
    """Yield each task row with the rule that takes it now and its age."""
    before = moment.before
    for place, row in before.task_state.items():
        rule = moment.profile.time_based_rule(before, row)
        yield place, row, rule, before.now - row.updated_at


def _dry_run(moment: Moment) -> bool:
    return isinstance(moment.operation, Collect) and moment.operation.dry_run


def _due(moment: Moment, rule: str) -> int:
    if _dry_run(moment):
        return 0
    return sum(found == rule for _, _, found, _ in _rows(moment))


def _retention(moment: Moment) -> timedelta:
    return timedelta(days=moment.before.settings.default_retention_days)


@situation(Collect)
def expired_row_collected(moment: Moment) -> bool:
    """A collection takes an expired row."""
    return _due(moment, "expired") > 0


@situation(Collect)
def row_collected_a_microsecond_after_expiry(moment: Moment) -> bool:
    """A collection takes a row that expired one microsecond ago."""
    return not _dry_run(moment) and any(
        rule == "expired" and row.expires_at == moment.before.now - MICROSECOND
        for _, row, rule, _ in _rows(moment)
    )


@situation(Collect)
def row_expiring_now_survives(moment: Moment) -> bool:
    """A collection spares a row that expires at this very instant."""
    return _retention(moment) > timedelta(0) and any(
        row.expires_at == moment.before.now for _, row, _, _ in _rows(moment)
    )


@situation(Collect)
def unexpired_row_survives(moment: Moment) -> bool:
    """A collection spares a row that expires later."""
    return _retention(moment) > timedelta(0) and any(
        row.expires_at is not None and row.expires_at > moment.before.now
        for _, row, _, _ in _rows(moment)
    )


@situation(Collect)
def row_past_fallback_collected(moment: Moment) -> bool:
    """A collection takes a row without retention that is older than the fallback."""
    return _due(moment, "fallback") > 0


@situation(Collect)
def row_collected_a_microsecond_past_fallback(moment: Moment) -> bool:
    """A collection takes a row one microsecond older than the fallback."""
    return not _dry_run(moment) and any(
        rule == "fallback" and age == _retention(moment) + MICROSECOND
        for _, _, rule, age in _rows(moment)
    )


@situation(Collect)
def row_exactly_at_fallback_survives(moment: Moment) -> bool:
    """A collection spares a row exactly as old as the fallback."""
    return _retention(moment) > timedelta(0) and any(
        row.expires_at is None and not row.never_expire and age == _retention(moment)
        for _, row, _, age in _rows(moment)
    )


@situation(Collect)
def young_row_without_retention_survives(moment: Moment) -> bool:
    """A collection spares a row without retention that is younger than the fallback."""
    return any(
        row.expires_at is None and not row.never_expire and age < _retention(moment)
        for _, row, _, age in _rows(moment)
    )


@situation(Collect)
def renewed_row_survives(moment: Moment) -> bool:
    """A collection spares a row first written long ago that was updated since."""
    limit = _retention(moment)
    return any(
        rule is None
        and row.expires_at is None
        and not row.never_expire
        and age <= limit < moment.before.now - moment.past.origins[place].first_written
        for place, row, rule, age in _rows(moment)
    )


@situation(Collect)
def long_explicit_expiry_outlives_fallback(moment: Moment) -> bool:
    """A collection spares a row older than the fallback, for its explicit expiry is later."""
    limit = _retention(moment)
    return limit > timedelta(0) and any(
        row.expires_at is not None and row.expires_at > moment.before.now and age > limit
        for _, row, _, age in _rows(moment)
    )


@situation(Collect)
def short_explicit_expiry_before_fallback(moment: Moment) -> bool:
    """A collection takes an expired row that is younger than the fallback."""
    return not _dry_run(moment) and any(
        rule == "expired" and age < _retention(moment) for _, _, rule, age in _rows(moment)
    )


@situation(Collect)
def never_expire_outlives_fallback(moment: Moment) -> bool:
    """A collection spares a row that never expires and is older than the fallback."""
    limit = _retention(moment)
    return limit > timedelta(0) and any(
        row.never_expire and age > limit for _, row, _, age in _rows(moment)
    )


@situation(Collect)
def retention_zero_spares_expired_row(moment: Moment) -> bool:
    """With a retention of 0 days a collection spares an expired row."""
    return _retention(moment) == timedelta(0) and any(
        row.expires_at is not None and row.expires_at < moment.before.now
        for _, row, _, _ in _rows(moment)
    )


@situation(Collect)
def retention_zero_spares_old_row(moment: Moment) -> bool:
    """With a retention of 0 days a collection spares a row of any age."""
    return _retention(moment) == timedelta(0) and any(
        row.expires_at is None and not row.never_expire and age >= timedelta(days=1)
        for _, row, _, age in _rows(moment)
    )


@situation(Collect)
def settings_change_makes_old_row_due(moment: Moment) -> bool:
    """A collection takes a row by a fallback that was longer, or off, when it was written."""
    days = moment.before.settings.default_retention_days
    return not _dry_run(moment) and any(
        rule == "fallback"
        and (written_under := moment.past.origins[place].retention_days) != days
        and (written_under == 0 or timedelta(days=written_under) >= age)
        for place, _, rule, age in _rows(moment)
    )


@situation(Collect)
def settings_change_spares_old_row(moment: Moment) -> bool:
    """A collection spares a row that the fallback of its writing would have taken by now."""
    return any(
        rule is None
        and row.expires_at is None
        and not row.never_expire
        and (written_under := moment.past.origins[place].retention_days) > 0
        and age > timedelta(days=written_under)
        for place, row, rule, age in _rows(moment)
    )


@situation(Collect)
def row_without_expiry_outlives_default(moment: Moment) -> bool:
    """A collection spares a row without expiry that is older than the default retention."""
    limit = _retention(moment)
    return limit > timedelta(0) and any(
        rule is None and row.expires_at is None and not row.never_expire and age > limit
        for _, row, rule, age in _rows(moment)
    )


@situation(Collect)
def retention_zero_collects_expired_row(moment: Moment) -> bool:
    """With a default retention of 0 days a collection takes an expired row."""
    return _retention(moment) == timedelta(0) and _due(moment, "expired") > 0


@situation(Collect)
def default_of_a_longer_setting_survives(moment: Moment) -> bool:
    """A collection spares a row that the default retention of today would have let expire."""
    limit = _retention(moment)
    return limit > timedelta(0) and any(
        rule is None and age > limit and _expires_by_default(moment, place, row)
        for place, row, rule, age in _rows(moment)
    )


@situation(Collect)
def default_of_a_shorter_setting_collected(moment: Moment) -> bool:
    """A collection takes a row that the default retention of today would have kept."""
    limit = _retention(moment)
    return not _dry_run(moment) and any(
        rule == "expired"
        and (age < limit or limit == timedelta(0))
        and _expires_by_default(moment, place, row)
        for place, row, rule, age in _rows(moment)
    )


def _expires_by_default(moment: Moment, place: Place, row: TaskRow) -> bool:
    """Say whether the row expires as the default retention of its writing had it."""
    days = moment.past.origins[place].retention_days
    return days > 0 and row.expires_at == row.updated_at + timedelta(days=days)


@situation(Collect)
def nothing_due(moment: Moment) -> bool:
    """A collection finds rows, and none of them is due."""
    return bool(moment.before.task_state) and moment.before == moment.after and not _any_due(moment)


@situation(Collect)
def several_batches(moment: Moment) -> bool:
    """A rule has more rows to delete than a batch holds."""
    batch = moment.before.settings.state_cleanup_batch_size
    return 0 < batch < max(_due(moment, "expired"), _due(moment, "fallback"))


@situation(Collect)
def exactly_full_batches(moment: Moment) -> bool:
    """A rule has rows for a whole number of batches."""
    batch = moment.before.settings.state_cleanup_batch_size
    counts = [_due(moment, "expired"), _due(moment, "fallback")]
    return batch > 0 and any(count > 0 and count % batch == 0 for count in counts)


@situation(Collect)
def last_batch_is_partial(moment: Moment) -> bool:
    """A rule has rows for full batches and some more."""
    batch = moment.before.settings.state_cleanup_batch_size
    counts = [_due(moment, "expired"), _due(moment, "fallback")]
    return batch > 0 and any(count > batch and count % batch for count in counts)


@situation(Collect)
def several_rows_in_a_single_statement(moment: Moment) -> bool:
    """Without batches, a rule has several rows to delete."""
    batch = moment.before.settings.state_cleanup_batch_size
    return batch == 0 and max(_due(moment, "expired"), _due(moment, "fallback")) > 1


@situation(Collect)
def both_time_based_rules_have_rows(moment: Moment) -> bool:
    """One run takes rows by their expiry and rows by the fallback."""
    return _due(moment, "expired") > 0 and _due(moment, "fallback") > 0


@situation(Collect)
def dry_run_with_rows_due(moment: Moment) -> bool:
    """A dry run finds rows that are due."""
    return _dry_run(moment) and _any_due(moment)


@situation(Collect)
def old_asset_state_survives(moment: Moment) -> bool:
    """A collection spares the state of an active asset that is older than the fallback."""
    limit = _retention(moment)
    return limit > timedelta(0) and any(
        is_active(moment.before, asset) and moment.before.now - row.updated_at > limit
        for (asset, _), row in moment.before.asset_state.items()
    )


def _any_due(moment: Moment) -> bool:
    return any(rule is not None for _, _, rule, _ in _rows(moment))
