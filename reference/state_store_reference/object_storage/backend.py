"""``ObjectStorageStateBackend``: each value is one object."""

# ruff: noqa: ARG002 - a session is a database's, and there is none here
from __future__ import annotations

import asyncio
import os
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from state_store_reference.object_storage.contents import Contents, packed, unpacked
from state_store_reference.object_storage.errors import DamagedObjectError, MissingObjectError
from state_store_reference.object_storage.opening import open_store
from state_store_reference.object_storage.path_names import is_shortened, text_of
from state_store_reference.object_storage.places import (
    KEY_PATTERN,
    KEY_PREFIX,
    MAP_INDEX_AND_KEY_PATTERN,
    MAP_INDEX_PREFIX,
    Place,
    place_of,
    place_of_asset_reference,
    place_of_task_instance,
    worker_places_of,
)
from state_store_reference.object_storage.references import (
    asset_path_of,
    reference_to,
    task_path_of,
)
from state_store_reference.object_storage.settings import load_base_path, load_storage_options
from state_store_reference.object_storage.texts import can_have, require_text
from state_store_reference.validation import require_scope_types, require_types, utc_expiry
from state_store_spec import BaseStateBackend, StateScope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from state_store_reference.object_storage.store import ObjectStore


class ObjectStorageStateBackend(BaseStateBackend):
    """Task and asset state in local files, on S3, or on another filesystem of fsspec.

    It serves on either side: as ``[state_store] backend`` through the eight methods, as
    ``[workers] state_backend`` through the four hooks, whose objects ``delete`` and ``clear``
    remove as well. It knows no dag runs and no assets, and values never expire: whoever wants
    objects to end gives the storage a rule for it.

    On local files and on S3 a reader sees the whole value of one writer, never a part or a
    mixture, whatever other processes do. Any text without lone surrogates is a name, a key or a
    value.

    Args:
        base_path: a URL such as ``s3://bucket/folder``, or the path of a local folder; by default
            ``[state_store_object_storage] base_path``.
        storage_options: arguments of fsspec's filesystem; by default
            ``[state_store_object_storage] storage_options`` where ``base_path`` is read there too,
            and otherwise none.

    Raises:
        SettingsError: there is no base path, or it is not usable.
    """

    def __init__(
        self, base_path: str | None = None, *, storage_options: dict[str, Any] | None = None
    ) -> None:
        if storage_options is None:
            storage_options = load_storage_options() if base_path is None else {}
        self._base_path = load_base_path() if base_path is None else base_path
        self._storage_options = dict(storage_options)
        self._lock = Lock()
        self._process = os.getpid()
        self._opened = open_store(self._base_path, self._storage_options)

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None`` (METHOD-1).

        Raises:
            InvalidScopeError: the scope is no scope.
            UnrepresentableError: the key or a field of the scope is of the wrong type.
            DamagedObjectError: the object is not what this backend wrote.
            ObjectStorageError: the storage cannot serve the call.
        """
        require_types(scope, key)
        if not can_have(scope, key):
            return None
        place = place_of(scope)
        contents = self._read(place.path(key))
        if contents is None:
            return None
        if (contents.place, contents.key) != (place, key):
            raise DamagedObjectError(
                f"The object {contents.path} belongs to another scope or key: their names differ "
                "where they are shortened. Use shorter names."
            )
        return contents.value

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write or overwrite a key (METHOD-2).

        ``expires_at`` is checked and then has no effect: nothing expires here (CUSTOM-4).

        Raises:
            InvalidScopeError: the scope is no scope.
            NaiveExpiryError: ``expires_at`` has no time zone (RET-7).
            UnrepresentableError: something is no text, or has a lone surrogate (VALUE-4).
            ObjectStorageError: the storage cannot serve the call.
        """
        require_types(scope, key)
        utc_expiry(expires_at)
        self._write(place_of(scope), key, value)

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a key, and the object behind a reference to it; do nothing where it is absent.

        Raises:
            StateStoreError: as :meth:`get`.
        """
        require_types(scope, key)
        if can_have(scope, key):
            for place in (place_of(scope), *worker_places_of(scope)):
                self._store.remove(place.path(key))

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope, and the objects behind references (METHOD-5, SCOPE-4).

        What is written meanwhile stays or goes, and nothing in between.

        Raises:
            StateStoreError: as :meth:`get`.
        """
        require_scope_types(scope)
        if not can_have(scope, ""):
            return
        for place in (place_of(scope), *worker_places_of(scope)):
            for path in self._paths(place, all_map_indices=all_map_indices):
                self._store.remove(path)

    def keys(self, scope: StateScope) -> list[str]:
        """List the keys that :meth:`set` stored under a scope, in no order.

        Raises:
            StateStoreError: as :meth:`get`.
        """
        require_scope_types(scope)
        if not can_have(scope, ""):
            return []
        place = place_of(scope)
        keys: list[str] = []
        for path in self._paths(place):
            if not is_shortened(path):
                keys.append(text_of(path.rpartition(KEY_PREFIX)[2]))
                continue
            # Only the object itself still knows its names.
            contents = self._read(path)
            if contents is not None and contents.place == place:
                keys.append(contents.key)
        return keys

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get`, in a thread (METHOD-6)."""
        return await asyncio.to_thread(self.get, scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`set`, in a thread (METHOD-6)."""
        await asyncio.to_thread(self.set, scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete`, in a thread (METHOD-6)."""
        await asyncio.to_thread(self.delete, scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear`, in a thread (METHOD-6)."""
        await asyncio.to_thread(self.clear, scope, all_map_indices=all_map_indices)

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        """Write the value to the worker's store, and return the reference to it (WORKER-2).

        Raises:
            UnrepresentableError: something is no text, or has a lone surrogate (VALUE-4).
            ObjectStorageError: the storage cannot serve the call.
        """
        require_text("ti_id", ti_id)
        return self._write(place_of_task_instance(ti_id), key, value)

    def deserialize_task_state_from_ref(self, stored: str) -> str:
        """Return the value behind a reference (WORKER-3).

        A text that does not begin like a reference is a value from before this backend was
        configured, and is returned as it is.

        Raises:
            MissingObjectError: the object is gone.
            MalformedReferenceError: it begins like a reference and is none of a task's.
            DamagedObjectError: the object is not what this backend wrote.
            ObjectStorageError: the storage cannot serve the call.
        """
        return self._resolve(stored, task_path_of(stored))

    def serialize_asset_state_to_ref(self, *, value: str, key: str, asset_ref: str) -> str:
        """Asset variant of :meth:`serialize_task_state_to_ref`.

        An asset *named* like the *uri* of another asset shares the objects of that asset, since
        ``asset_ref`` does not say which of the two it is (WORKER-8).
        """
        require_text("asset_ref", asset_ref)
        return self._write(place_of_asset_reference(asset_ref), key, value)

    def deserialize_asset_state_from_ref(self, stored: str) -> str:
        """Asset variant of :meth:`deserialize_task_state_from_ref`."""
        return self._resolve(stored, asset_path_of(stored))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._opened.url!r})"

    @property
    def _store(self) -> ObjectStore:
        # Connections and the thread that serves them do not survive a fork.
        with self._lock:
            if self._process != os.getpid():
                self._opened = open_store(self._base_path, self._storage_options)
                self._process = os.getpid()
            return self._opened

    def _write(self, place: Place, key: str, value: str) -> str:
        require_text("key", key)
        require_text("value", value)
        for label, text in place.names:
            require_text(label, text)
        contents = Contents(place, key, value)
        self._store.write(contents.path, packed(contents))
        return reference_to(contents.path)

    def _read(self, path: str) -> Contents | None:
        data = self._store.read(path)
        return None if data is None else unpacked(data, path)

    def _resolve(self, stored: str, path: str | None) -> str:
        if path is None:
            return stored
        contents = self._read(path)
        if contents is None:
            raise MissingObjectError(
                f"The object behind the reference {stored!r} is gone from {self._opened.url} "
                "(WORKER-10). Write the key again, or delete it; and check that all workers have "
                "the same base path."
            )
        return contents.value

    def _paths(self, place: Place, *, all_map_indices: bool = False) -> list[str]:
        if all_map_indices and place.names[-1][0] == "map_index":
            return self._store.paths(
                place.beyond_map_index.folder, MAP_INDEX_PREFIX, MAP_INDEX_AND_KEY_PATTERN
            )
        return self._store.paths(place.folder, KEY_PREFIX, KEY_PATTERN)
