"""What workers ask for about the state of a task instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_reference.boundary.crossing import Crossing
from state_store_reference.boundary.doorway import Doorway
from state_store_reference.boundary.errors import ContradictoryRetentionError
from state_store_reference.boundary.parents import find_dag_run, require_task_scope
from state_store_reference.parents import unknown_dag_run
from state_store_reference.validation import shortened
from state_store_spec import TaskScope

if TYPE_CHECKING:
    from datetime import datetime


class TaskRequests(Doorway):
    """Get, set, delete and clear, by the scope of the task instance."""

    def get_task_state(self, scope: TaskScope, key: str) -> str | None:
        """Give the stored text, or ``None``.

        Raises:
            InvalidScopeError: not a task scope.
            StateStoreError: whatever the backend refuses.
        """
        require_task_scope(scope)
        self._record(Crossing(operation="get", direction="request", scope=scope, key=key))
        text = self._backend.get(scope, key)
        self._record_answer(scope, key, text)
        return text

    async def aget_task_state(self, scope: TaskScope, key: str) -> str | None:
        """Async variant of :meth:`get_task_state`."""
        require_task_scope(scope)
        self._record(Crossing(operation="get", direction="request", scope=scope, key=key))
        text = await self._backend.aget(scope, key)
        self._record_answer(scope, key, text)
        return text

    def set_task_state(
        self,
        scope: TaskScope,
        key: str,
        text: str,
        *,
        expires_at: datetime | None = None,
        never_expire: bool = False,
    ) -> None:
        """Store a text.

        Args:
            scope: the task instance.
            key: its key.
            text: the value, or a reference to it.
            expires_at: timezone-aware, as the worker has computed it; ``None`` for no explicit
                retention.
            never_expire: have the flag stored, through the backend's own method for that; not
                together with ``expires_at``.

        Raises:
            InvalidScopeError: not a task scope.
            ContradictoryRetentionError: an expiry and the flag at once.
            UnknownDagRunError: there is no such dag run; the backend was not asked.
            StateStoreError: whatever the backend refuses.
        """
        self._receive_set(scope, key, text, expires_at, never_expire=never_expire)
        # A custom backend cannot know dag runs, so they are looked up here for every backend.
        if self._find(find_dag_run(scope)) is None:
            raise unknown_dag_run(scope)
        if never_expire:
            self._backend.set_never_expire(scope, key, text)
        else:
            self._backend.set(scope, key, text, expires_at=expires_at)

    async def aset_task_state(
        self,
        scope: TaskScope,
        key: str,
        text: str,
        *,
        expires_at: datetime | None = None,
        never_expire: bool = False,
    ) -> None:
        """Async variant of :meth:`set_task_state`."""
        self._receive_set(scope, key, text, expires_at, never_expire=never_expire)
        if await self._afind(find_dag_run(scope)) is None:
            raise unknown_dag_run(scope)
        if never_expire:
            await self._backend.aset_never_expire(scope, key, text)
        else:
            await self._backend.aset(scope, key, text, expires_at=expires_at)

    def delete_task_state(self, scope: TaskScope, key: str) -> None:
        """Delete one key; do nothing where it is absent.

        Raises:
            StateStoreError: as :meth:`get_task_state`.
        """
        require_task_scope(scope)
        self._record(Crossing(operation="delete", direction="request", scope=scope, key=key))
        self._backend.delete(scope, key)

    async def adelete_task_state(self, scope: TaskScope, key: str) -> None:
        """Async variant of :meth:`delete_task_state`."""
        require_task_scope(scope)
        self._record(Crossing(operation="delete", direction="request", scope=scope, key=key))
        await self._backend.adelete(scope, key)

    def clear_task_state(self, scope: TaskScope) -> None:
        """Delete every key of exactly this task instance, its map index included.

        Raises:
            StateStoreError: as :meth:`get_task_state`.
        """
        require_task_scope(scope)
        self._record(Crossing(operation="clear", direction="request", scope=scope))
        self._backend.clear(scope)

    async def aclear_task_state(self, scope: TaskScope) -> None:
        """Async variant of :meth:`clear_task_state`."""
        require_task_scope(scope)
        self._record(Crossing(operation="clear", direction="request", scope=scope))
        await self._backend.aclear(scope)

    def _receive_set(
        self,
        scope: TaskScope,
        key: str,
        text: str,
        expires_at: datetime | None,
        *,
        never_expire: bool,
    ) -> None:
        require_task_scope(scope)
        if never_expire and expires_at is not None:
            raise ContradictoryRetentionError(
                f"The key {shortened(key)} came with never_expire and with expires_at = "
                f"{shortened(expires_at)}: a key that never expires has no expiry. Send one of "
                "the two."
            )
        self._record(
            Crossing(
                operation="set",
                direction="request",
                scope=scope,
                key=key,
                text=text,
                expires_at=expires_at,
                never_expire=never_expire,
            )
        )
