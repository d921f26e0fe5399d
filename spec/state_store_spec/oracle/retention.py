"""Retention: what a write stores about it, and when a row is due.

Reads know nothing of expiry: a row is there until something deletes it (RET-3).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from state_store_spec.oracle.world import TaskRow, World


def retention_as_given(
    world: World,
    expires_at: datetime | None,
    never_expire: bool,
) -> tuple[datetime | None, bool]:
    """Store the explicit expiry and the flag as they were given (RET-1, RET-4, RET-5)."""
    return expires_at, never_expire


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
