"""Object storage on the worker's side of a released Airflow, as a target."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from state_store_conformance.targets.airflow.metastore import AirflowMetastore

if TYPE_CHECKING:
    from state_store_conformance.targets.worker_side_store import WorkerSide

NAME: Final = "airflow-object-storage"


class AirflowObjectStorage(AirflowMetastore):
    """``StateStoreObjectStorageBackend`` on local files, in front of the metastore."""

    _name = NAME
    _title = "a released Airflow on {database}, with object storage on the worker's side"

    def _worker_side(self) -> Callable[[], WorkerSide]:
        from state_store_conformance.targets.airflow.local_objects import (  # noqa: PLC0415
            local_objects,
        )

        return local_objects
