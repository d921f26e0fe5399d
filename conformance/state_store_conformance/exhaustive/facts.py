"""Facts: what a world holds, as a set of small tuples that can be compared and renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from state_store_conformance.exhaustive.ages import ages
from state_store_spec.oracle.world import TaskRow, World
from state_store_spec.places import rows_of

Fact: TypeAlias = tuple[object, ...]
"""The kind of fact, and then symbols, numbers and nested tuples of them."""

FIXED: Final = frozenset(
    {
        "catalog",
        "key_texts",
        "value_texts",
        "unrepresentable_tasks",
        "unrepresentable_keys",
        "unrepresentable_values",
        "refusable",
        "claims",
        "began",
    }
)
"""The fields of a world that no operation changes."""

TOLD: Final = frozenset(World._fields) - FIXED
"""The fields of a world that the facts tell; ``now`` through the ages of the rows."""


def facts_of(world: World, retention_days: Iterable[int]) -> Iterator[Fact]:
    """Yield everything in the world that decides what can be observed of it from here on.

    Args:
        world: is looked at.
        retention_days: every ``default_retention_days`` that the settings can have.
    """
    age_of = ages(world, retention_days)
    for place, row in rows_of(world).items():
        kept = None
        if isinstance(row, TaskRow):
            lasts = None if row.expires_at is None else row.expires_at - row.updated_at
            kept = (lasts, row.never_expire)
        yield ("row", place, row.value, kept, age_of[place])
    for place, row in world.ended.items():
        yield ("ended", place, row.value)
    yield ("settings", world.settings)
    for dag_run in world.dag_runs:
        yield ("dag run", dag_run)
    for asset in world.assets:
        yield ("asset", asset)
    for record in world.active_records:
        yield ("active", record)
    for instance, state in world.task_instances.items():
        yield ("instance", instance, state)
    for reference, held in world.objects.items():
        yield ("object", reference, held)
    yield ("worker", world.worker_side, world.worker_ahead)
