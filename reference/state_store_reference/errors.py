"""The errors that only a store with a database has."""

from __future__ import annotations

from state_store_spec import StateStoreError


class UnsupportedDatabaseError(StateStoreError, ValueError):
    """A database URL that is malformed, of an unknown kind, or without an installed driver."""


class MetastoreUnavailableError(StateStoreError):
    """The database does not answer."""


class MissingTablesError(MetastoreUnavailableError):
    """The database answers, but the tables of the metastore are not there."""


class MissingAsyncEngineError(StateStoreError):
    """An async call reached an object that was made without an async engine."""
