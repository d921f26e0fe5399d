"""A backend that keeps each value as one object: local files, S3 and whatever fsspec reaches."""

from __future__ import annotations

from state_store_reference.object_storage.backend import ObjectStorageStateBackend
from state_store_reference.object_storage.errors import (
    DamagedObjectError,
    MalformedReferenceError,
    MissingObjectError,
    ObjectStorageError,
)

__all__ = [
    "DamagedObjectError",
    "MalformedReferenceError",
    "MissingObjectError",
    "ObjectStorageError",
    "ObjectStorageStateBackend",
]
