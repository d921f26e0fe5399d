"""The errors of the boundary."""

from __future__ import annotations

from state_store_spec import StateStoreError


class ListingNotSupportedError(StateStoreError):
    """The backend's interface has no way to list keys, and only the metastore has another."""


class ContradictoryRetentionError(StateStoreError, ValueError):
    """A request with an expiry for a key that shall never expire."""
