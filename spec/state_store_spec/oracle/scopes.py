"""Scopes: which asset a scope means. Task scopes mean what they say."""

from __future__ import annotations

from state_store_spec.operations import SymbolicAssetScope
from state_store_spec.oracle.world import World


def is_empty(scope: SymbolicAssetScope) -> bool:
    """Say whether the scope names nothing at all (SCOPE-7)."""
    return scope.asset is None and scope.name is None and scope.uri is None


def resolve_asset(world: World, scope: SymbolicAssetScope) -> str | None:
    """Return the one asset that every field agrees on, else ``None`` (SCOPE-6, SCOPE-10)."""
    if scope.asset is not None:
        # REF-4: an id means its asset, active or not.
        found = scope.asset if scope.asset in world.assets else None
    else:
        # REF-3: a name or a uri means the active asset that has it.
        found = next(
            (
                asset
                for asset in sorted(world.assets)
                if is_active(world, asset) and _agrees(world, asset, scope)
            ),
            None,
        )
    # REF-5: fields that do not agree on one asset mean none.
    if found is not None and _agrees(world, found, scope):
        return found
    return None


def is_active(world: World, asset: str) -> bool:
    """Say whether ``asset_active`` has a record with the asset's name *and* its uri (ORPHAN-1)."""
    return world.catalog[asset] in world.active_records


def _agrees(world: World, asset: str, scope: SymbolicAssetScope) -> bool:
    name, uri = world.catalog[asset]
    return scope.name in (None, name) and scope.uri in (None, uri)
