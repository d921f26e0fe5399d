"""What happens around a store: time, settings, collection, dag runs and assets."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from state_store_spec.records import record


@record()
class Advance:
    """Time passes; ``by`` is not negative."""

    op: Literal["advance"] = "advance"
    by: timedelta


@record()
class Reopen:
    """A new instance of the backend takes the place of the one that was called so far."""

    op: Literal["reopen"] = "reopen"


@record()
class Collect:
    """One run of the garbage collection, or a dry run of it."""

    op: Literal["collect"] = "collect"
    dry_run: bool = False


@record()
class SweepOrphans:
    """The scheduler sweeps orphaned asset state, where the collection leaves that to it."""

    op: Literal["sweep_orphans"] = "sweep_orphans"


@record()
class ChangeSettings:
    """The administrator changes settings; ``None`` leaves a setting as it is."""

    op: Literal["change_settings"] = "change_settings"
    default_retention_days: int | None = None
    clear_on_success: bool | None = None
    state_cleanup_batch_size: int | None = None


@record()
class AddDagRun:
    """A dag run comes into being; nothing happens where it exists."""

    op: Literal["add_dag_run"] = "add_dag_run"
    dag: str
    run: str


@record()
class DeleteDagRun:
    """A dag run is deleted; nothing happens where there is none."""

    op: Literal["delete_dag_run"] = "delete_dag_run"
    dag: str
    run: str


@record()
class ActivateAsset:
    """An asset gets its active record, and is created where it does not exist.

    A name and a uri belong to at most one active asset: records in the way end.
    """

    op: Literal["activate_asset"] = "activate_asset"
    asset: str


@record()
class DeactivateAsset:
    """The active record of an asset ends; the asset itself stays."""

    op: Literal["deactivate_asset"] = "deactivate_asset"
    asset: str


@record()
class RenameAsset:
    """An asset is renamed: its record ends, and the asset ``to`` is activated (ORPHAN-4)."""

    op: Literal["rename_asset"] = "rename_asset"
    asset: str
    to: str


@record()
class DeleteAsset:
    """An asset is deleted together with its record; nothing happens where there is none."""

    op: Literal["delete_asset"] = "delete_asset"
    asset: str
