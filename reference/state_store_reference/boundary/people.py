"""What people ask for: the keys of a task instance or an asset, as the UI and the REST API do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_reference.boundary.crossing import Crossing
from state_store_reference.boundary.doorway import Doorway
from state_store_reference.boundary.listing import (
    ListedState,
    Listing,
    list_asset,
    list_task,
    require_listing,
)
from state_store_reference.boundary.parents import named_asset
from state_store_reference.validation import shortened
from state_store_spec import AssetScope, InvalidScopeError

if TYPE_CHECKING:
    from state_store_spec import StateScope, TaskScope


class PeopleRequests(Doorway):
    """Listings, with ``updated_at`` and expiry: "still readable from the UI or REST API"."""

    def list_task_state(self, scope: TaskScope) -> tuple[ListedState, ...]:
        """Give every key of a task instance, in order; none where there is no such dag run.

        Raises:
            InvalidScopeError: not a task scope.
            ListingNotSupportedError: the backend is not the metastore.
        """
        listing = list_task(scope)
        self._receive_list(scope)
        return self._listed(scope, None if listing is None else self._database.run(listing))

    async def alist_task_state(self, scope: TaskScope) -> tuple[ListedState, ...]:
        """Async variant of :meth:`list_task_state`."""
        listing = list_task(scope)
        self._receive_list(scope)
        return self._listed(scope, await self._alist(listing))

    def list_asset_state(
        self, asset_id: int | None = None, *, name: str | None = None, uri: str | None = None
    ) -> tuple[ListedState, ...]:
        """Give every key of an asset, in order; none where there is no such asset.

        By its id an inactive asset is found too; by name or uri only an active one.

        Raises:
            InvalidScopeError: not exactly one of the three is given.
            ListingNotSupportedError: the backend is not the metastore.
        """
        scope = _any_asset(asset_id, name, uri)
        listing = list_asset(scope)
        self._receive_list(scope)
        return self._listed(scope, None if listing is None else self._database.run(listing))

    async def alist_asset_state(
        self, asset_id: int | None = None, *, name: str | None = None, uri: str | None = None
    ) -> tuple[ListedState, ...]:
        """Async variant of :meth:`list_asset_state`."""
        scope = _any_asset(asset_id, name, uri)
        listing = list_asset(scope)
        self._receive_list(scope)
        return self._listed(scope, await self._alist(listing))

    async def _alist(self, listing: Listing | None) -> tuple[ListedState, ...] | None:
        return None if listing is None else await self._database.arun(listing)

    def _receive_list(self, scope: StateScope) -> None:
        require_listing(self._backend)
        self._record(Crossing(operation="list", direction="request", scope=scope))

    def _listed(
        self, scope: StateScope, rows: tuple[ListedState, ...] | None
    ) -> tuple[ListedState, ...]:
        rows = rows or ()
        for row in rows:
            self._record(
                Crossing(
                    operation="list",
                    direction="answer",
                    scope=scope,
                    key=row.key,
                    text=row.value,
                    expires_at=row.expires_at,
                    never_expire=row.never_expire,
                )
            )
        return rows


def _any_asset(asset_id: int | None, name: str | None, uri: str | None) -> AssetScope:
    if asset_id is None:
        return named_asset(name, uri)
    if name is not None or uri is not None:
        raise InvalidScopeError(
            f"asset_id = {asset_id}, name = {shortened(name)} and uri = {shortened(uri)}: one of "
            "the three names an asset. Pass exactly one."
        )
    return AssetScope(asset_id=asset_id)
