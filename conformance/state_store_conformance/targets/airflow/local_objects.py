"""The objects of Airflow's object-storage backend in a folder of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from state_store_conformance.targets.airflow.object_paths import (
    BACKEND,
    found_object,
    keep_objects_at,
)
from state_store_conformance.targets.worker_side_files import FoundObject, WorkerSideFiles
from state_store_conformance.targets.worker_side_store import WorkerSide


def local_objects() -> WorkerSide:
    """Point the backend at a folder of its own, and look into that folder."""
    base = ""

    def make(folder: str) -> Any:  # noqa: ANN401 - Airflow is told a path, and makes it itself
        nonlocal base
        base = Path(folder).as_uri()
        keep_objects_at(base)
        return BACKEND

    def read(data: bytes, path: str) -> FoundObject:
        return found_object(base, path, data)

    return WorkerSideFiles(make, read)
