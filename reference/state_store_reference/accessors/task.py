"""``TaskStateAccessor``: the state of one task instance, for the code of the task."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING, Final

from state_store_reference.accessors.arguments import require_key, require_value
from state_store_reference.accessors.retention import Expiry, Retention, expiry_of, utc_now
from state_store_reference.accessors.worker_side import (
    after_references_went,
    all_references,
    require_text,
    the_reference,
)
from state_store_reference.boundary.parents import require_task_scope
from state_store_reference.task_instance_id import task_instance_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from state_store_reference.boundary import ServerBoundary
    from state_store_spec import BaseStateBackend, TaskScope

_SERIALIZE: Final = "serialize_task_state_to_ref"
_DESERIALIZE: Final = "deserialize_task_state_from_ref"


class TaskStateAccessor:
    """Get, set, delete and clear the state of one task instance; every try finds the same.

    With a worker-side backend, ``set`` stores the value there first and sends only the reference;
    ``get`` resolves the reference that it found. Text that was stored before there was such a
    backend looks like a reference and is handed to it as one. Where the server refuses a
    reference, what it points to stays behind on the worker's side.

    The async methods run the hooks, which have no async variants, in a thread.

    Args:
        scope: the task instance.
        boundary: the server, as far as workers reach it.
        worker_backend: the one that ``[workers] state_backend`` names, if any.
        clock: the worker's, timezone-aware; expiries count from it.

    Raises:
        InvalidScopeError: ``scope`` is not one of a task instance.
        UnrepresentableError: a field of it is of the wrong type.
    """

    def __init__(
        self,
        scope: TaskScope,
        boundary: ServerBoundary,
        *,
        worker_backend: BaseStateBackend | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        require_task_scope(scope)
        self._scope = scope
        self._boundary = boundary
        self._worker_backend = worker_backend
        self._clock = clock

    def get(self, key: str) -> str | None:
        """Give the value, or ``None``.

        Raises:
            ArgumentTypeError: the key is not text.
            WorkerSideError: the worker-side backend gave no text.
            Exception: whatever the worker-side backend raises for a reference.
        """
        require_key(key)
        stored = self._boundary.get_task_state(self._scope, key)
        return None if stored is None else self._resolve(stored)

    async def aget(self, key: str) -> str | None:
        """Async variant of :meth:`get`."""
        require_key(key)
        stored = await self._boundary.aget_task_state(self._scope, key)
        if stored is None or self._worker_backend is None:
            return stored
        return await to_thread(self._resolve, stored)

    def set(self, key: str, value: str, *, retention: Retention = None) -> None:
        """Write or overwrite a key.

        Args:
            key: the key.
            value: the value.
            retention: how long from now the key is kept; ``NEVER_EXPIRE`` shields it from
                time-based cleanup; ``None`` leaves it to ``default_retention_days``.

        Raises:
            ArgumentTypeError: key or value are not text, or the retention is no duration.
            RetentionError: the retention is not above zero, or ends after the last date there is.
            UnknownDagRunError: there is no such dag run.
            WorkerSideError: the worker-side backend gave no text; nothing was sent.
            Exception: whatever the worker-side backend raises; nothing was sent.
        """
        expiry = self._checked(key, value, retention)
        text = self._referred(key, value)
        self._boundary.set_task_state(
            self._scope,
            key,
            text,
            expires_at=expiry.expires_at,
            never_expire=expiry.never_expire,
        )

    async def aset(self, key: str, value: str, *, retention: Retention = None) -> None:
        """Async variant of :meth:`set`."""
        expiry = self._checked(key, value, retention)
        text = value
        if self._worker_backend is not None:
            text = await to_thread(self._referred, key, value)
        await self._boundary.aset_task_state(
            self._scope,
            key,
            text,
            expires_at=expiry.expires_at,
            never_expire=expiry.never_expire,
        )

    def delete(self, key: str) -> None:
        """Delete a key, then tell the worker-side backend; do nothing where it is absent.

        Raises:
            ArgumentTypeError: the key is not text.
            WorkerSideError: the worker-side backend failed; the reference is gone already.
        """
        require_key(key)
        self._boundary.delete_task_state(self._scope, key)
        if self._worker_backend is not None:
            with after_references_went(self._worker_backend, "delete", the_reference(key)):
                self._worker_backend.delete(self._scope, key)

    async def adelete(self, key: str) -> None:
        """Async variant of :meth:`delete`."""
        require_key(key)
        await self._boundary.adelete_task_state(self._scope, key)
        if self._worker_backend is not None:
            with after_references_went(self._worker_backend, "adelete", the_reference(key)):
                await self._worker_backend.adelete(self._scope, key)

    def clear(self) -> None:
        """Delete every key of exactly this task instance, then tell the worker-side backend.

        Raises:
            WorkerSideError: the worker-side backend failed; the references are gone already.
        """
        self._boundary.clear_task_state(self._scope)
        if self._worker_backend is not None:
            with after_references_went(
                self._worker_backend, "clear", all_references("task instance")
            ):
                self._worker_backend.clear(self._scope)

    async def aclear(self) -> None:
        """Async variant of :meth:`clear`."""
        await self._boundary.aclear_task_state(self._scope)
        if self._worker_backend is not None:
            with after_references_went(
                self._worker_backend, "aclear", all_references("task instance")
            ):
                await self._worker_backend.aclear(self._scope)

    def _checked(self, key: str, value: str, retention: Retention) -> Expiry:
        require_key(key)
        require_value(key, value)
        return expiry_of(retention, self._clock)

    def _referred(self, key: str, value: str) -> str:
        backend = self._worker_backend
        if backend is None:
            return value
        ti_id = task_instance_id(self._scope)
        reference = backend.serialize_task_state_to_ref(value=value, key=key, ti_id=ti_id)
        return require_text(backend, _SERIALIZE, reference)

    def _resolve(self, stored: str) -> str:
        backend = self._worker_backend
        if backend is None:
            return stored
        return require_text(backend, _DESERIALIZE, backend.deserialize_task_state_from_ref(stored))
