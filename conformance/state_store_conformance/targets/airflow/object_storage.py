"""Object storage on the worker's side of a released Airflow, as a target."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from state_store_conformance.errors import UsageError
from state_store_conformance.targets.airflow.metastore import AirflowMetastore

if TYPE_CHECKING:
    from state_store_conformance.targets.worker_side_store import WorkerSide

NAME: Final = "airflow-object-storage"
S3: Final = "s3"
_FOR_S3: Final = ("apache-airflow-providers-amazon", "moto", "s3fs")


class AirflowObjectStorage(AirflowMetastore):
    """``StateStoreObjectStorageBackend`` in front of the metastore.

    Args:
        place: ``s3`` keeps objects in an S3 of our own, with the metadata on an embedded SQLite;
            a URL of a database server has the metadata there, and the objects in local files.

    Raises:
        UsageError: Airflow or, for S3, its provider is not installed, or Airflow cannot use such a
            server.
    """

    _name = NAME
    _title = "a released Airflow on {database}, with object storage on the worker's side"

    def __init__(self, place: str | None = None) -> None:
        self._on_s3 = place == S3
        super().__init__(None if self._on_s3 else place)
        missing = [name for name in _FOR_S3 if not _is_installed(name)]
        if self._on_s3 and missing:
            raise UsageError(
                f"{NAME}@{S3} wants {' and '.join(missing)}, not installed here. "
                "Install them with: pip install 'state-store-oracle[airflow,airflow-s3]'"
            )

    @property
    def name(self) -> str:
        """The registered name, and where the database or the objects are."""
        return f"{NAME}@{S3}" if self._on_s3 else super().name

    @property
    def title(self) -> str:
        """One line for people."""
        where = "in an S3 of our own (moto)" if self._on_s3 else "in local files"
        return f"{super().title}, {where}"

    def _worker_side(self) -> Callable[[], WorkerSide]:
        if self._on_s3:
            from state_store_conformance.targets.airflow.s3_objects import (  # noqa: PLC0415
                S3Objects,
            )

            return S3Objects
        from state_store_conformance.targets.airflow.local_objects import (  # noqa: PLC0415
            local_objects,
        )

        return local_objects


def _is_installed(distribution: str) -> bool:
    """Ask without importing: an Airflow imported here would be that of every child, too."""
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
