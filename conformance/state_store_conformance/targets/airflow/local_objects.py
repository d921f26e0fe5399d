"""The objects of Airflow's object-storage backend in a folder of this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from airflow.providers.common.io.state_store import backend

from state_store_conformance.targets.worker_side_files import FoundObject, WorkerSideFiles
from state_store_conformance.targets.worker_side_store import WorkerSide

PATH: Final = f"{backend.__name__}.{backend.StateStoreObjectStorageBackend.__name__}"
_OPTION: Final = "AIRFLOW__COMMON_IO__STATE_STORE_OBJECTSTORAGE_PATH"


def local_objects() -> WorkerSide:
    """Point the backend at a folder of its own, and look into that folder."""
    base = ""

    def make(folder: str) -> Any:  # noqa: ANN401 - Airflow is told a path, and makes it itself
        nonlocal base
        base = Path(folder).as_uri()
        use(base)
        return PATH

    def read(data: bytes, path: str) -> FoundObject:
        return FoundObject(f"{base}/{path}", _value(data))

    return WorkerSideFiles(make, read)


def use(base: str) -> None:
    """Set the path under which the backend keeps its objects."""
    os.environ[_OPTION] = base
    for remembered in (
        backend._get_base_path,  # noqa: SLF001 - a new worker remembers nothing
        backend._get_compression,  # noqa: SLF001
        backend._get_threshold,  # noqa: SLF001
    ):
        remembered.cache_clear()


def _value(data: bytes) -> str:
    try:
        value = json.loads(data)
    except ValueError:
        return repr(data)
    return value if isinstance(value, str) else repr(value)
