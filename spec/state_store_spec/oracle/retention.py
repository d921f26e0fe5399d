"""Retention: what a write stores about it, and when a row is due.

Reads know nothing of expiry: a row is there until something deletes it (RET-3).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from state_store_spec.answers import Refused
from state_store_spec.operations import SymbolicScope, SymbolicTaskScope
from state_store_spec.oracle.world import TaskRow, World


def retention_as_given(
    world: World,
    expires_at: datetime | None,
    never_expire: bool,
) -> tuple[datetime | None, bool]:
    """Store the explicit expiry and the flag as they were given (RET-1, RET-4, RET-5)."""
    return expires_at, never_expire


def expiry_alone(
    world: World,
    expires_at: datetime | None,
    never_expire: bool,
) -> tuple[datetime | None, bool]:
    """Store the expiry; without one the row is never collected, flag or no flag (RET-12)."""
    return expires_at, False


def no_default(world: World, worker_now: datetime) -> datetime | None:
    """Send no expiry where the task asks for none (ACCESS-2)."""
    return None


def default_at_write(world: World, worker_now: datetime) -> datetime | None:
    """Send the expiry that the setting of this moment gives (ACCESS-8)."""
    days = world.settings.default_retention_days
    # CONF-10: 0 days are no expiry.
    return None if days == 0 else worker_now + timedelta(days=days)


def refused_unless_later(worker_now: datetime, retention: timedelta) -> Refused | None:
    """Refuse a retention that names no later instant (ACCESS-5)."""
    latest = datetime.max.replace(tzinfo=UTC)
    if timedelta(0) < retention <= latest - worker_now:
        return None
    return Refused("impossible-retention", "ValueError")


def refused_past_the_end_of_time(worker_now: datetime, retention: timedelta) -> Refused | None:
    """Refuse a retention whose end is no date, and take every other as it is (ACCESS-10)."""
    earliest, latest = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if earliest - worker_now <= retention <= latest - worker_now:
        return None
    return Refused("impossible-retention")


def naive_refused(scope: SymbolicScope) -> Refused | None:
    """Refuse a naive datetime, whatever the scope (RET-7)."""
    return Refused("naive-expiry", "ValueError")


def naive_refused_for_tasks(scope: SymbolicScope) -> Refused | None:
    """Refuse a naive datetime (RET-13) where an expiry has a meaning (RET-14)."""
    return Refused("naive-expiry") if isinstance(scope, SymbolicTaskScope) else None


def expired_at_collection(world: World, row: TaskRow) -> Literal["expired", "fallback"] | None:
    """Say whether a collection deletes the row now: by its expiry, and by nothing else (GC-14)."""
    # GC-15: whatever the settings are.
    if row.expires_at is not None and row.expires_at < world.now:
        return "expired"
    return None


def time_based_rule_at_collection(
    world: World, row: TaskRow
) -> Literal["expired", "fallback"] | None:
    """Name the rule by which a collection deletes the row now, or ``None``."""
    retention_days = world.settings.default_retention_days
    # CONF-3, GC-5: 0 disables time-based cleanup entirely.
    if retention_days == 0:
        return None
    # GC-4: a key that never expires is skipped unconditionally.
    if row.never_expire:
        return None
    # GC-3: an explicit expiry wins over the fallback, however long it is.
    if row.expires_at is not None:
        # GC-1: strictly before now.
        return "expired" if row.expires_at < world.now else None
    # CONF-2, GC-2: strictly more days than the fallback since the last update.
    if world.now - row.updated_at > timedelta(days=retention_days):
        return "fallback"
    return None
