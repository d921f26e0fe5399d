"""``AssetStateAccessor``: the state of one asset, for the code of any task."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING, Final

from state_store_reference.accessors.arguments import require_key, require_value
from state_store_reference.accessors.worker_side import (
    after_references_went,
    all_references,
    require_text,
    the_reference,
)
from state_store_reference.boundary.parents import named_asset

if TYPE_CHECKING:
    from state_store_reference.boundary import ServerBoundary
    from state_store_spec import BaseStateBackend

_SERIALIZE: Final = "serialize_asset_state_to_ref"
_DESERIALIZE: Final = "deserialize_asset_state_from_ref"


class AssetStateAccessor:
    """Get, set, delete and clear the state of one active asset, known by name or by uri.

    Asset state has no expiry, so ``set`` takes no retention. With a worker-side backend it is as
    with :class:`~state_store_reference.accessors.task.TaskStateAccessor`; the backend hears of the
    asset by what this accessor was constructed with. So an accessor by name and another by uri
    share their keys and references, and each has places of its own on the worker's side.

    Args:
        name: the name of the asset.
        uri: its uri; exactly one of the two.
        boundary: the server, as far as workers reach it.
        worker_backend: the one that ``[workers] state_backend`` names, if any.

    Raises:
        InvalidScopeError: not exactly one of ``name`` and ``uri`` is given.
        UnrepresentableError: it is not text.
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        uri: str | None = None,
        boundary: ServerBoundary,
        worker_backend: BaseStateBackend | None = None,
    ) -> None:
        self._scope = named_asset(name, uri)
        self._name = name
        self._uri = uri
        self._asset_ref = uri or "" if name is None else name
        self._boundary = boundary
        self._worker_backend = worker_backend

    def get(self, key: str) -> str | None:
        """Give the value; ``None`` where there is none, or no such active asset.

        Raises:
            ArgumentTypeError: the key is not text.
            WorkerSideError: the worker-side backend gave no text.
            Exception: whatever the worker-side backend raises for a reference.
        """
        require_key(key)
        stored = self._boundary.get_asset_state(key, name=self._name, uri=self._uri)
        return None if stored is None else self._resolve(stored)

    async def aget(self, key: str) -> str | None:
        """Async variant of :meth:`get`."""
        require_key(key)
        stored = await self._boundary.aget_asset_state(key, name=self._name, uri=self._uri)
        if stored is None or self._worker_backend is None:
            return stored
        return await to_thread(self._resolve, stored)

    def set(self, key: str, value: str) -> None:
        """Write or overwrite a key.

        Raises:
            ArgumentTypeError: key or value are not text.
            UnknownAssetError: there is no such active asset.
            WorkerSideError: the worker-side backend gave no text; nothing was sent.
            Exception: whatever the worker-side backend raises; nothing was sent.
        """
        require_key(key)
        require_value(key, value)
        text = self._referred(key, value)
        self._boundary.set_asset_state(key, text, name=self._name, uri=self._uri)

    async def aset(self, key: str, value: str) -> None:
        """Async variant of :meth:`set`."""
        require_key(key)
        require_value(key, value)
        text = value
        if self._worker_backend is not None:
            text = await to_thread(self._referred, key, value)
        await self._boundary.aset_asset_state(key, text, name=self._name, uri=self._uri)

    def delete(self, key: str) -> None:
        """Delete a key, then tell the worker-side backend; do nothing where it is absent.

        Raises:
            ArgumentTypeError: the key is not text.
            WorkerSideError: the worker-side backend failed; the reference is gone already.
        """
        require_key(key)
        self._boundary.delete_asset_state(key, name=self._name, uri=self._uri)
        if self._worker_backend is not None:
            with after_references_went(self._worker_backend, "delete", the_reference(key)):
                self._worker_backend.delete(self._scope, key)

    async def adelete(self, key: str) -> None:
        """Async variant of :meth:`delete`."""
        require_key(key)
        await self._boundary.adelete_asset_state(key, name=self._name, uri=self._uri)
        if self._worker_backend is not None:
            with after_references_went(self._worker_backend, "adelete", the_reference(key)):
                await self._worker_backend.adelete(self._scope, key)

    def clear(self) -> None:
        """Delete every key of the asset, then tell the worker-side backend.

        Raises:
            WorkerSideError: the worker-side backend failed; the references are gone already.
        """
        self._boundary.clear_asset_state(name=self._name, uri=self._uri)
        if self._worker_backend is not None:
            with after_references_went(self._worker_backend, "clear", all_references("asset")):
                self._worker_backend.clear(self._scope)

    async def aclear(self) -> None:
        """Async variant of :meth:`clear`."""
        await self._boundary.aclear_asset_state(name=self._name, uri=self._uri)
        if self._worker_backend is not None:
            with after_references_went(self._worker_backend, "aclear", all_references("asset")):
                await self._worker_backend.aclear(self._scope)

    def _referred(self, key: str, value: str) -> str:
        backend = self._worker_backend
        if backend is None:
            return value
        reference = backend.serialize_asset_state_to_ref(
            value=value, key=key, asset_ref=self._asset_ref
        )
        return require_text(backend, _SERIALIZE, reference)

    def _resolve(self, stored: str) -> str:
        backend = self._worker_backend
        if backend is None:
            return stored
        return require_text(backend, _DESERIALIZE, backend.deserialize_asset_state_from_ref(stored))
