"""The errors that only a store of objects has."""

from __future__ import annotations

from state_store_spec import StateStoreError


class ObjectStorageError(StateStoreError):
    """The storage cannot serve the call: unreachable, forbidden, full, or without its bucket."""


class DamagedObjectError(StateStoreError):
    """An object that is not what this backend wrote there."""


class MalformedReferenceError(StateStoreError, ValueError):
    """A text that begins like a reference and is none that this backend gives."""


class MissingObjectError(StateStoreError, KeyError):
    """A reference whose object is gone."""

    def __str__(self) -> str:
        # A KeyError shows its message in quotes.
        return str(self.args[0])
