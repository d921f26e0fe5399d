"""What workers ask for about the state of an asset, which they know by name or by uri."""

from __future__ import annotations

from state_store_reference.boundary.crossing import Crossing
from state_store_reference.boundary.doorway import Doorway
from state_store_reference.boundary.parents import find_asset, named_asset
from state_store_reference.parents import unknown_asset
from state_store_spec import AssetScope


class AssetRequests(Doorway):
    """Get, set, delete and clear, by exactly one of ``name`` and ``uri``.

    Only active assets can be named so. The backend is always handed an ``asset_id``.
    """

    def get_asset_state(
        self, key: str, *, name: str | None = None, uri: str | None = None
    ) -> str | None:
        """Give the stored text; ``None`` where there is none, or no such active asset.

        Raises:
            InvalidScopeError: not exactly one of ``name`` and ``uri`` is given.
            StateStoreError: whatever the backend refuses.
        """
        scope = named_asset(name, uri)
        self._record(Crossing(operation="get", direction="request", scope=scope, key=key))
        asset_id = self._find(find_asset(scope))
        text = None
        if asset_id is not None:
            text = self._backend.get(AssetScope(asset_id=asset_id), key)
        self._record_answer(scope, key, text)
        return text

    async def aget_asset_state(
        self, key: str, *, name: str | None = None, uri: str | None = None
    ) -> str | None:
        """Async variant of :meth:`get_asset_state`."""
        scope = named_asset(name, uri)
        self._record(Crossing(operation="get", direction="request", scope=scope, key=key))
        asset_id = await self._afind(find_asset(scope))
        text = None
        if asset_id is not None:
            text = await self._backend.aget(AssetScope(asset_id=asset_id), key)
        self._record_answer(scope, key, text)
        return text

    def set_asset_state(
        self, key: str, text: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        """Store a text: the value, or a reference to it. It has no expiry.

        Raises:
            InvalidScopeError: not exactly one of ``name`` and ``uri`` is given.
            UnknownAssetError: there is no such active asset; the backend was not asked.
            StateStoreError: whatever the backend refuses.
        """
        scope = named_asset(name, uri)
        self._record(
            Crossing(operation="set", direction="request", scope=scope, key=key, text=text)
        )
        asset_id = self._find(find_asset(scope))
        if asset_id is None:
            raise unknown_asset(scope)
        self._backend.set(AssetScope(asset_id=asset_id), key, text)

    async def aset_asset_state(
        self, key: str, text: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        """Async variant of :meth:`set_asset_state`."""
        scope = named_asset(name, uri)
        self._record(
            Crossing(operation="set", direction="request", scope=scope, key=key, text=text)
        )
        asset_id = await self._afind(find_asset(scope))
        if asset_id is None:
            raise unknown_asset(scope)
        await self._backend.aset(AssetScope(asset_id=asset_id), key, text)

    def delete_asset_state(
        self, key: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        """Delete one key; do nothing where it is absent, or no such active asset.

        Raises:
            StateStoreError: as :meth:`get_asset_state`.
        """
        scope = named_asset(name, uri)
        self._record(Crossing(operation="delete", direction="request", scope=scope, key=key))
        asset_id = self._find(find_asset(scope))
        if asset_id is not None:
            self._backend.delete(AssetScope(asset_id=asset_id), key)

    async def adelete_asset_state(
        self, key: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        """Async variant of :meth:`delete_asset_state`."""
        scope = named_asset(name, uri)
        self._record(Crossing(operation="delete", direction="request", scope=scope, key=key))
        asset_id = await self._afind(find_asset(scope))
        if asset_id is not None:
            await self._backend.adelete(AssetScope(asset_id=asset_id), key)

    def clear_asset_state(self, *, name: str | None = None, uri: str | None = None) -> None:
        """Delete every key; do nothing where there is no such active asset.

        Raises:
            StateStoreError: as :meth:`get_asset_state`.
        """
        scope = named_asset(name, uri)
        self._record(Crossing(operation="clear", direction="request", scope=scope))
        asset_id = self._find(find_asset(scope))
        if asset_id is not None:
            self._backend.clear(AssetScope(asset_id=asset_id))

    async def aclear_asset_state(self, *, name: str | None = None, uri: str | None = None) -> None:
        """Async variant of :meth:`clear_asset_state`."""
        scope = named_asset(name, uri)
        self._record(Crossing(operation="clear", direction="request", scope=scope))
        asset_id = await self._afind(find_asset(scope))
        if asset_id is not None:
            await self._backend.aclear(AssetScope(asset_id=asset_id))
