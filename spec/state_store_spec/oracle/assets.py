"""Assets: their active records begin and end; their rows go with the asset, not with the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_spec.answers import DONE, Answer
from state_store_spec.operations import ActivateAsset, DeactivateAsset, DeleteAsset, RenameAsset
from state_store_spec.oracle.world import World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def activate_asset(
    world: World,
    operation: ActivateAsset,
    profile: Profile,
) -> tuple[World, Answer]:
    """The asset gets its record; its rows, if any are left, are there again (ORPHAN-4)."""
    return _activated(world, operation.asset), DONE


def deactivate_asset(
    world: World,
    operation: DeactivateAsset,
    profile: Profile,
) -> tuple[World, Answer]:
    """The record ends; rows stay until they are swept (ORPHAN-3, ORPHAN-8)."""
    return _deactivated(world, operation.asset), DONE


def rename_asset(
    world: World,
    operation: RenameAsset,
    profile: Profile,
) -> tuple[World, Answer]:
    """The old asset's record ends and the new name is another asset (ORPHAN-4)."""
    return _activated(_deactivated(world, operation.asset), operation.to), DONE


def delete_asset(
    world: World,
    operation: DeleteAsset,
    profile: Profile,
) -> tuple[World, Answer]:
    """The rows of a deleted asset go with it (REF-7)."""
    asset = operation.asset
    # WORKER-11: objects behind the references stay.
    if asset not in world.assets:
        return world, DONE
    return (
        _deactivated(world, asset)._replace(
            assets=world.assets - {asset},
            asset_state={
                place: row for place, row in world.asset_state.items() if place.asset != asset
            },
        ),
        DONE,
    )


def _activated(world: World, asset: str) -> World:
    name, uri = world.catalog[asset]
    # A name and a uri belong to at most one record.
    others = frozenset(
        record for record in world.active_records if record.name != name and record.uri != uri
    )
    return world._replace(
        assets=world.assets | {asset}, active_records=others | {world.catalog[asset]}
    )


def _deactivated(world: World, asset: str) -> World:
    if asset not in world.assets:
        return world
    return world._replace(active_records=world.active_records - {world.catalog[asset]})
