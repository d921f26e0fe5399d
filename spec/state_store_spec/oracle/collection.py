"""Garbage collection: which rows one run takes, and in what statements.

``now`` is read once, at the start of the run (GC-6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_spec.answers import DONE, Answer, Collected, Deletion
from state_store_spec.operations import Collect, SweepOrphans
from state_store_spec.oracle.scopes import is_active
from state_store_spec.oracle.world import World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def collect(world: World, operation: Collect, profile: Profile) -> tuple[World, Answer]:
    """Delete all that is due by time, and the state of inactive assets (CONF-5)."""
    if world.claims.expiry == "lazy":
        return _own_collection(world), DONE
    rule_of = {
        place: profile.time_based_rule(world, row) for place, row in world.task_state.items()
    }
    rules = list(rule_of.values())
    # ORPHAN-1: asset state goes when its asset has no active record, ORPHAN-5: whatever the
    # settings are; ORPHAN-2, GC-10: by no other rule, and never by time.
    # GC-16: or the command leaves asset state alone.
    orphaned = {
        place
        for place in world.asset_state
        if profile.collection_sweeps_orphans and not is_active(world, place.asset)
    }
    answer = Collected(
        expired=rules.count("expired"), fallback=rules.count("fallback"), orphaned=len(orphaned)
    )
    # GC-8: a dry run says the same and deletes nothing.
    if operation.dry_run:
        return world, answer
    return (
        world._replace(
            task_state={
                place: row for place, row in world.task_state.items() if rule_of[place] is None
            },
            asset_state={
                place: row for place, row in world.asset_state.items() if place not in orphaned
            },
        ),
        answer,
    )


def sweep_orphans(world: World, operation: SweepOrphans, profile: Profile) -> tuple[World, Answer]:
    """Delete the state of inactive assets (ORPHAN-6), and of no other (ORPHAN-7)."""
    asset_state = {
        place: row for place, row in world.asset_state.items() if is_active(world, place.asset)
    }
    return world._replace(asset_state=asset_state), DONE


def _own_collection(world: World) -> World:
    """Delete what has passed its explicit expiry, and nothing else (CUSTOM-8)."""
    return world._replace(
        task_state={
            place: row
            for place, row in world.task_state.items()
            if row.expires_at is None or row.expires_at >= world.now
        }
    )


def forbidden_statements(
    expected: Collected,
    transactions: tuple[tuple[Deletion, ...], ...],
    *,
    batch_size: int,
    dry_run: bool,
) -> str | None:
    """Say what is wrong with the statements that a collection ran, or ``None`` (GC-7, GC-8).

    ``expected`` is the oracle's answer, ``transactions`` what was seen of the target's committed
    transactions. Statements that deleted nothing are free.
    """
    effective = [
        [deletion for deletion in transaction if deletion.rows] for transaction in transactions
    ]
    statements = [deletion for transaction in effective for deletion in transaction]
    if dry_run and statements:
        return f"a dry run deleted rows: {statements}"
    if batch_size > 0:
        return _forbidden_batches(batch_size, effective)
    rules_with_rows = {
        "task_state": (expected.expired > 0) + (expected.fallback > 0),
        "asset_state": int(expected.orphaned > 0),
    }
    for table, rules in rules_with_rows.items():
        ran = sum(deletion.table == table for deletion in statements)
        if ran > rules:
            return f"{table}: statements that deleted rows: {ran}; rules that had rows: {rules}"
    return None


def _forbidden_batches(batch_size: int, effective: list[list[Deletion]]) -> str | None:
    largest = max((deletion.rows for batch in effective for deletion in batch), default=0)
    if largest > batch_size:
        return f"one statement deleted {largest} rows, the batch size is {batch_size}"
    together = max(map(len, effective), default=0)
    if together > 1:
        return f"{together} batches were committed together"
    return None
