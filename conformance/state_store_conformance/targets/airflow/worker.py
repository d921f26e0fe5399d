"""The worker's side of an Airflow: its accessors, as the reference's accessors are called."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, Self

from airflow.sdk.execution_time import context
from airflow.sdk.execution_time.context import (
    AssetStateStoreAccessor,
    TaskStateStoreAccessor,
)

from state_store_conformance.targets.airflow.environment import WORKER_BACKEND
from state_store_conformance.targets.airflow.supervisor import Supervisor
from state_store_conformance.targets.airflow.surroundings import AirflowSurroundings
from state_store_conformance.targets.airflow.vocabulary import WORKER_FAMILY, plain, scope_of
from state_store_spec import NEVER_EXPIRE, AssetScope, TaskScope

_REAL_DATETIME: Final = context.datetime


def configure_worker_backend(path: str) -> None:
    """Set ``[workers] state_store_backend``; nothing is a worker without one."""
    if os.environ[WORKER_BACKEND] != path:
        os.environ[WORKER_BACKEND] = path
        context._get_worker_state_store_backend.cache_clear()  # noqa: SLF001 - a new worker has none


class _Accessor:
    """Calls the accessor of Airflow for one scope."""

    def __init__(self, supervisor: Supervisor, scope: TaskScope | AssetScope) -> None:
        self._supervisor = supervisor
        self._scope = scope

    def _accessor(self, key: str) -> Any:  # noqa: ANN401 - of Airflow
        raise NotImplementedError

    def get(self, key: str) -> Any:  # noqa: ANN401 - whatever comes back
        """Read a key."""
        return plain(self._accessor(key).get(key))

    def delete(self, key: str) -> None:
        """Delete a key."""
        return self._accessor(key).delete(key)  # type: ignore[no-any-return]

    def clear(self) -> None:
        """Delete every key."""
        return self._accessor("").clear()  # type: ignore[no-any-return]


class TaskAccessor(_Accessor):
    """A task with its own state.

    Airflow's accessor has no async variants: a task that awaits calls the blocking ones.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        surroundings: AirflowSurroundings,
        scope: TaskScope,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(supervisor, scope)
        self._task = scope
        self._surroundings = surroundings
        self._clock = clock

    def set(self, key: str, value: str, retention: Any = None) -> None:  # noqa: ANN401
        """Write a key by the worker's clock."""
        accessor = self._accessor(key)
        options = {} if retention is None else {"retention": _retention(retention)}
        context.datetime = _clock_of(self._clock)
        try:
            return accessor.set(key, value, **options)  # type: ignore[no-any-return]
        finally:
            context.datetime = _REAL_DATETIME

    async def aget(self, key: str) -> Any:  # noqa: ANN401 - whatever comes back
        """Read a key."""
        return self.get(key)

    async def aset(self, key: str, value: str, retention: Any = None) -> None:  # noqa: ANN401
        """Write a key."""
        return self.set(key, value, retention)

    async def adelete(self, key: str) -> None:
        """Delete a key."""
        return self.delete(key)

    async def aclear(self) -> None:
        """Delete every key."""
        return self.clear()

    def _accessor(self, key: str) -> Any:  # noqa: ANN401 - of Airflow
        task_instance_id = self._surroundings.task_instance_id(self._task)
        self._supervisor.serve(task_instance_id, self._task, key)
        return TaskStateStoreAccessor(task_instance_id, scope_of(WORKER_FAMILY, self._task))


class AssetAccessor(_Accessor):
    """A task with the state of an asset."""

    def __init__(
        self, supervisor: Supervisor, surroundings: AirflowSurroundings, scope: AssetScope
    ) -> None:
        super().__init__(supervisor, scope)
        self._asset = scope
        self._surroundings = surroundings

    def set(self, key: str, value: str) -> None:
        """Write a key."""
        return self._accessor(key).set(key, value)  # type: ignore[no-any-return]

    async def aget(self, key: str) -> Any:  # noqa: ANN401 - whatever comes back
        """Read a key."""
        return plain(await self._accessor(key).aget(key))

    async def aset(self, key: str, value: str) -> None:
        """Write a key."""
        return await self._accessor(key).aset(key, value)  # type: ignore[no-any-return]

    async def adelete(self, key: str) -> None:
        """Delete a key."""
        return await self._accessor(key).adelete(key)  # type: ignore[no-any-return]

    async def aclear(self) -> None:
        """Delete every key."""
        return await self._accessor("").aclear()  # type: ignore[no-any-return]

    def _accessor(self, key: str) -> Any:  # noqa: ANN401 - of Airflow
        self._supervisor.serve(self._surroundings.writer_id(), self._asset, key)
        return AssetStateStoreAccessor(name=self._asset.name, uri=self._asset.uri)


def _retention(retention: Any) -> timedelta:  # noqa: ANN401 - a duration, or for ever
    if retention is NEVER_EXPIRE:
        return context.NEVER_EXPIRE  # type: ignore[no-any-return]
    return retention  # type: ignore[no-any-return]


def _clock_of(clock: Callable[[], datetime]) -> type[datetime]:
    """Give the class that a worker asks for the time, with another clock behind it."""

    class WorkerDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return clock().astimezone(tz)  # type: ignore[return-value]

    return WorkerDatetime
