"""Surroundings: time, collection, settings, dag runs and assets."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from state_store_conformance.strategies.calls import DAY, MICROSECOND
from state_store_conformance.strategies.scopes import Neighborhood
from state_store_conformance.strategies.universes import ABSENT_ASSET
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
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Universe,
)

RETENTION_DAYS: Final = (30, 1, 0)
BATCH_SIZES: Final = (0, 1, 2, 3)

# Beside the retentions that calls ask for and the settings offer, so that boundaries are met.
TIME_STEPS: Final[tuple[tuple[timedelta, int], ...]] = (
    (DAY, 3),
    (30 * DAY, 2),
    (MICROSECOND, 3),
    (DAY + MICROSECOND, 2),
    (30 * DAY + MICROSECOND, 1),
    (29 * DAY, 2),
    (31 * DAY, 1),
    (20 * 365 * DAY, 1),
)


def time_passes() -> tuple[tuple[Operation, int], ...]:
    """Return the steps of time with their weights."""
    return tuple((Advance(by=by), weight) for by, weight in TIME_STEPS)


def collections() -> tuple[tuple[Operation, int], ...]:
    """Return a run of the collection and a dry run."""
    return ((Collect(), 5), (Collect(dry_run=True), 1))


def sweeps() -> tuple[tuple[Operation, int], ...]:
    """Return the scheduler's sweep."""
    return ((SweepOrphans(), 4),)


def settings_change() -> tuple[tuple[Operation, int], ...]:
    """Return the changes of settings with their weights."""
    return (
        *((ChangeSettings(default_retention_days=days), 4) for days in RETENTION_DAYS),
        *((ChangeSettings(state_cleanup_batch_size=size), 1) for size in BATCH_SIZES),
    )


def parents_change(
    universe: Universe, neighborhood: Neighborhood
) -> tuple[tuple[Operation, int], ...]:
    """Return what happens to the dag runs and assets of the neighborhood, with weights."""
    scopes = [scope for scope, _ in neighborhood.scopes]
    tasks = {(scope.dag, scope.run) for scope in scopes if isinstance(scope, SymbolicTaskScope)}
    dag_runs = [
        (declared.dag, declared.run)
        for declared in universe.dag_runs
        if (declared.dag, declared.run) in tasks
    ]
    spoken_of = {scope.asset for scope in scopes if isinstance(scope, SymbolicAssetScope)}
    assets = [
        (declared.asset, 3 if declared.asset in spoken_of else 1)
        for declared in universe.assets
        if declared.asset != ABSENT_ASSET
        and (declared.asset in spoken_of or (spoken_of and neighborhood.bystanders))
    ]
    return (
        *((DeactivateAsset(asset=asset), 2 * weight) for asset, weight in assets),
        *((ActivateAsset(asset=asset), 2 * weight) for asset, weight in assets),
        *(
            (RenameAsset(asset=asset, to=to), 1)
            for asset, _ in assets
            for to, _ in assets
            if asset != to
        ),
        *((DeleteAsset(asset=asset), weight) for asset, weight in assets),
        *((DeleteDagRun(dag=dag, run=run), 1) for dag, run in dag_runs),
        *((AddDagRun(dag=dag, run=run), 3) for dag, run in dag_runs),
    )
