"""Surroundings: time, collection, settings, dag runs and assets."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from state_store_conformance.strategies.calls import DAY, MICROSECOND
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Collect,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    Operation,
    RenameAsset,
    Universe,
)

RETENTION_DAYS: Final = (30, 1, 0)
BATCH_SIZES: Final = (0, 1, 2, 3)

# Beside the retentions that calls ask for and the settings offer, so that boundaries are met.
TIME_STEPS: Final[tuple[tuple[timedelta, int], ...]] = (
    (DAY, 3),
    (30 * DAY, 3),
    (MICROSECOND, 2),
    (29 * DAY, 1),
    (31 * DAY, 2),
    (30 * DAY + MICROSECOND, 1),
    (DAY + MICROSECOND, 1),
    (20 * 365 * DAY, 1),
)


def time_passes() -> tuple[tuple[Operation, int], ...]:
    """Return the steps of time with their weights."""
    return tuple((Advance(by=by), weight) for by, weight in TIME_STEPS)


def collections() -> tuple[tuple[Operation, int], ...]:
    """Return a run of the collection and a dry run."""
    return ((Collect(), 8), (Collect(dry_run=True), 2))


def settings_change() -> tuple[tuple[Operation, int], ...]:
    """Return the changes of settings with their weights."""
    return (
        *((ChangeSettings(default_retention_days=days), 2) for days in RETENTION_DAYS),
        *((ChangeSettings(state_cleanup_batch_size=size), 1) for size in BATCH_SIZES),
    )


def parents_change(universe: Universe) -> tuple[tuple[Operation, int], ...]:
    """Return what happens to the dag runs and assets of the universe, with weights."""
    assets = [asset.asset for asset in universe.assets]
    dag_runs = [(dag_run.dag, dag_run.run) for dag_run in universe.dag_runs]
    return (
        *((DeactivateAsset(asset=asset), 4) for asset in assets),
        *((ActivateAsset(asset=asset), 2) for asset in assets),
        *((RenameAsset(asset=asset, to=to), 1) for asset in assets for to in assets if asset != to),
        *((DeleteAsset(asset=asset), 1) for asset in assets),
        *((DeleteDagRun(dag=dag, run=run), 2) for dag, run in dag_runs),
        *((AddDagRun(dag=dag, run=run), 2) for dag, run in dag_runs),
    )
