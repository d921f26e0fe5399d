"""Situations of the orphan sweep: assets that lose their record, in whole or by half."""

from __future__ import annotations

from state_store_spec.operations import ActivateAsset, Collect, Get, RenameAsset, SweepOrphans
from state_store_spec.oracle.scopes import is_active
from state_store_spec.oracle.world import AssetPlace
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


def _sweeps(moment: Moment) -> bool:
    """Say whether the operation is one that sweeps."""
    return isinstance(moment.operation, SweepOrphans) or moment.profile.collection_sweeps_orphans


def _swept(moment: Moment) -> set[str]:
    return {asset for asset, _ in moment.before.asset_state} - {
        asset for asset, _ in moment.after.asset_state
    }


@situation(Collect, SweepOrphans)
def orphan_swept(moment: Moment) -> bool:
    """A sweep takes the state of an asset without an active record."""
    return bool(_swept(moment))


@situation(Collect, SweepOrphans)
def active_asset_state_survives(moment: Moment) -> bool:
    """A sweep spares the state of an active asset."""
    return _sweeps(moment) and any(
        is_active(moment.before, asset) for asset, _ in moment.before.asset_state
    )


@situation(Collect, SweepOrphans)
def orphan_swept_beside_active_asset(moment: Moment) -> bool:
    """A sweep takes an orphan's state and spares that of an active asset."""
    return bool(_swept(moment)) and bool(moment.after.asset_state)


@situation(Collect, SweepOrphans)
def orphan_shares_name_with_active_asset(moment: Moment) -> bool:
    """A sweep takes the state of an asset whose name has an active record with another uri."""
    records = moment.before.active_records
    return any(
        moment.before.catalog[asset].name == record.name
        for asset in _swept(moment)
        for record in records
    )


@situation(Collect, SweepOrphans)
def orphan_shares_uri_with_active_asset(moment: Moment) -> bool:
    """A sweep takes the state of an asset whose uri has an active record with another name."""
    records = moment.before.active_records
    return any(
        moment.before.catalog[asset].uri == record.uri
        for asset in _swept(moment)
        for record in records
    )


@situation(Collect, SweepOrphans)
def orphan_swept_at_retention_zero(moment: Moment) -> bool:
    """With a retention of 0 days a sweep still takes an orphan's state."""
    return moment.before.settings.default_retention_days == 0 and bool(_swept(moment))


@situation(Collect)
def orphans_fill_several_batches(moment: Moment) -> bool:
    """The orphan sweep has more rows to delete than a batch holds."""
    batch = moment.before.settings.state_cleanup_batch_size
    return 0 < batch < len(moment.before.asset_state) - len(moment.after.asset_state)


@situation(Collect)
def dry_run_with_orphans(moment: Moment) -> bool:
    """A dry run finds orphans."""
    return _sweeps(moment) and moment.before == moment.after and _has_orphans(moment)


@situation(Collect)
def orphan_spared_by_the_command(moment: Moment) -> bool:
    """The command's collection spares the state of an asset without an active record."""
    return not _sweeps(moment) and _has_orphans(moment)


def _has_orphans(moment: Moment) -> bool:
    return any(not is_active(moment.before, asset) for asset, _ in moment.before.asset_state)


@situation(RenameAsset)
def asset_with_state_renamed(moment: Moment) -> bool:
    """An asset that has state is renamed."""
    return any(
        is_active(moment.before, asset) and not is_active(moment.after, asset)
        for asset, _ in moment.before.asset_state
    )


@situation(ActivateAsset, RenameAsset)
def asset_comes_back_with_its_state(moment: Moment) -> bool:
    """An inactive asset becomes active again before a sweep, and its state is there again."""
    return any(
        not is_active(moment.before, asset) and is_active(moment.after, asset)
        for asset, _ in moment.before.asset_state
    )


@situation(Get)
def read_after_sweep_and_return(moment: Moment) -> bool:
    """A key is read in an asset that was swept and is active again."""
    place = moment.place()
    return (
        isinstance(place, AssetPlace)
        and is_active(moment.before, place.asset)
        and moment.row_before() is None
        and moment.departed_by() in {"collect", "sweep_orphans"}
    )
