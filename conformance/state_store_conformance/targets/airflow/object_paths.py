"""Where Airflow's object-storage backend keeps its objects, and what is in them."""

from __future__ import annotations

import json
import os
from typing import Final

from airflow.providers.common.io.state_store import backend

from state_store_conformance.targets.worker_side_files import FoundObject

BACKEND: Final = f"{backend.__name__}.{backend.StateStoreObjectStorageBackend.__name__}"
"""What ``[workers] state_store_backend`` is set to."""

_OPTION: Final = "AIRFLOW__COMMON_IO__STATE_STORE_OBJECTSTORAGE_PATH"


def keep_objects_at(base: str) -> None:
    """Set the path under which the backend keeps its objects."""
    os.environ[_OPTION] = base
    for remembered in (
        backend._get_base_path,  # noqa: SLF001 - a new worker remembers nothing
        backend._get_compression,  # noqa: SLF001
        backend._get_threshold,  # noqa: SLF001
    ):
        remembered.cache_clear()


def found_object(base: str, path: str, data: bytes) -> FoundObject:
    """Give what an object holds and the reference that leads to it; its path is below the base."""
    return FoundObject(f"{base}/{path}", _value(data))


def _value(data: bytes) -> str:
    try:
        value = json.loads(data)
    except ValueError:
        return repr(data)
    return value if isinstance(value, str) else repr(value)
