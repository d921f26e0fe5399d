"""What the stores of a world hold, as a side door would show it."""

from __future__ import annotations

from state_store_spec.answers import StoredObject, StoredRow
from state_store_spec.operations import SymbolicAssetScope, SymbolicTaskScope
from state_store_spec.oracle.world import World


def stored_rows(world: World) -> tuple[StoredRow, ...]:
    """Return every row, task state first, in the order of their places."""
    task_rows = (
        StoredRow(
            scope=SymbolicTaskScope(dag=dag, run=run, task=task, map_index=map_index),
            key=key,
            value=row.value,
            updated_at=row.updated_at,
            expires_at=row.expires_at,
            never_expire=row.never_expire,
        )
        for (dag, run, task, map_index, key), row in sorted(world.task_state.items())
    )
    asset_rows = (
        StoredRow(
            scope=SymbolicAssetScope(asset=asset),
            key=key,
            value=row.value,
            updated_at=row.updated_at,
            expires_at=None,
            never_expire=False,
        )
        for (asset, key), row in sorted(world.asset_state.items())
    )
    return (*task_rows, *asset_rows)


def stored_objects(world: World) -> tuple[StoredObject, ...]:
    """Return every object of the worker-side store, in the order of their references."""
    return tuple(
        StoredObject(reference=reference, value=held.value)
        for reference, held in sorted(world.objects.items())
    )
