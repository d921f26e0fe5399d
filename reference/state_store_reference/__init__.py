"""A state store that obeys the law: a metastore in SQL, and one in object storage."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from state_store_reference.accessors import AssetStateAccessor, TaskStateAccessor
    from state_store_reference.boundary import Crossing, ListedState, ServerBoundary
    from state_store_reference.collection import (
        CollectionProgress,
        CollectionRule,
        CollectionSummary,
        collect_garbage,
    )
    from state_store_reference.configuration import (
        load_backend,
        load_backend_class,
        load_settings,
    )
    from state_store_reference.engines import (
        create_async_metastore_engine,
        create_metastore_engine,
    )
    from state_store_reference.errors import (
        MetastoreUnavailableError,
        MissingTablesError,
        UnsupportedDatabaseError,
    )
    from state_store_reference.memory_database import memory_url
    from state_store_reference.metastore import MetastoreStateBackend
    from state_store_reference.object_storage import ObjectStorageStateBackend
    from state_store_reference.schema import metadata
    from state_store_reference.tables import create_tables, drop_tables, require_tables
    from state_store_reference.task_instances import TaskInstances, TaskInstanceState, Transition

__all__ = [
    "AssetStateAccessor",
    "CollectionProgress",
    "CollectionRule",
    "CollectionSummary",
    "Crossing",
    "ListedState",
    "MetastoreStateBackend",
    "MetastoreUnavailableError",
    "MissingTablesError",
    "ObjectStorageStateBackend",
    "ServerBoundary",
    "TaskInstanceState",
    "TaskInstances",
    "TaskStateAccessor",
    "Transition",
    "UnsupportedDatabaseError",
    "collect_garbage",
    "create_async_metastore_engine",
    "create_metastore_engine",
    "create_tables",
    "drop_tables",
    "load_backend",
    "load_backend_class",
    "load_settings",
    "memory_url",
    "metadata",
    "require_tables",
]

# A command that needs no database should not wait for SQLAlchemy.
_HOMES = {
    "AssetStateAccessor": "accessors",
    "CollectionProgress": "collection",
    "CollectionRule": "collection",
    "CollectionSummary": "collection",
    "Crossing": "boundary",
    "ListedState": "boundary",
    "MetastoreStateBackend": "metastore",
    "MetastoreUnavailableError": "errors",
    "MissingTablesError": "errors",
    "ObjectStorageStateBackend": "object_storage",
    "ServerBoundary": "boundary",
    "TaskInstanceState": "task_instances",
    "TaskInstances": "task_instances",
    "TaskStateAccessor": "accessors",
    "Transition": "task_instances",
    "UnsupportedDatabaseError": "errors",
    "collect_garbage": "collection",
    "create_async_metastore_engine": "engines",
    "create_metastore_engine": "engines",
    "create_tables": "tables",
    "drop_tables": "tables",
    "load_backend": "configuration",
    "load_backend_class": "configuration",
    "load_settings": "configuration",
    "memory_url": "memory_database",
    "metadata": "schema",
    "require_tables": "tables",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
