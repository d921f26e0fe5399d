"""``MetastoreStateBackend``: the state store in a SQL database."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from state_store_reference.calls import (
    Call,
    prepare_clear,
    prepare_delete,
    prepare_get,
    prepare_set,
)
from state_store_reference.configuration import database_url
from state_store_reference.drivers import parse_url
from state_store_reference.engines import create_async_metastore_engine, create_metastore_engine
from state_store_reference.execution import (
    in_async_session,
    in_own_async_transaction,
    in_own_transaction,
    in_session,
)
from state_store_reference.memory_database import refuse_private, with_name
from state_store_spec import BaseStateBackend, StateScope

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
    from sqlalchemy.orm import Session

Outcome = TypeVar("Outcome")


class MetastoreStateBackend(BaseStateBackend):
    """Task and asset state in the tables of :mod:`state_store_reference.schema`.

    It knows dag runs and assets: a write below one that does not exist is refused (REF-1, REF-2),
    a read of one finds nothing. It knows nothing of expiry while reading: a row is there until
    collection deletes it.

    With a ``session`` a call is part of the caller's transaction, which is never committed, rolled
    back or closed here. Without one, each call is a transaction of its own.

    Args:
        engine: for blocking calls without a session.
        async_engine: for async calls without a session.

    An engine that is not given is made when it is first needed: from the URL of the other one, or
    else from ``[database] sql_alchemy_conn``. Such engines belong to the backend; :meth:`close`
    and :meth:`aclose` dispose of them.
    """

    def __init__(
        self, engine: Engine | None = None, async_engine: AsyncEngine | None = None
    ) -> None:
        self._engine = engine
        self._async_engine = async_engine
        self._owns_engine = engine is None
        self._owns_async_engine = async_engine is None
        self._url: URL | None = None
        self._lock = Lock()

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None`` (METHOD-1).

        Expired or not makes no difference. What the store could not hold is not there.

        Raises:
            InvalidScopeError: the scope is no scope.
            UnrepresentableError: the key or a field of the scope is of the wrong type.
            MetastoreUnavailableError: without a session, the database cannot serve the call.
        """
        call = prepare_get(scope, key)
        return None if call is None else self._run(call, session)

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write or overwrite a key: value, time of update, expiry and flag (METHOD-2).

        Args:
            scope: a task instance, or an asset by id or, while it is active, by name or uri.
            key: 0 to 512 characters.
            value: up to 4 MiB of UTF-8.
            expires_at: a timezone-aware instant, or ``None`` for no explicit retention (RET-5). It
                has no effect on an asset (RET-8).
            session: the caller's session, or ``None`` for a transaction of its own.

        Raises:
            InvalidScopeError: the scope is no scope.
            NaiveExpiryError: ``expires_at`` has no time zone (RET-7).
            UnknownAssetError: there is no such asset (REF-2, REF-5).
            UnknownDagRunError: there is no such dag run (REF-1).
            UnrepresentableError: the store cannot hold it exactly (VALUE-4).
            MetastoreUnavailableError: without a session, the database cannot serve the call.
        """
        call = prepare_set(scope, key, value, expires_at=expires_at, never_expire=False)
        self._run(call, session)

    def set_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: Session | None = None
    ) -> None:
        """Write or overwrite a key that time-based cleanup must skip (RET-4).

        Raises:
            StateStoreError: as :meth:`set`.
        """
        self._run(
            prepare_set(scope, key, value, expires_at=None, never_expire=True),
            session,
        )

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a single key; do nothing where it is absent (METHOD-3, METHOD-4).

        Raises:
            StateStoreError: as :meth:`get`.
        """
        call = prepare_delete(scope, key)
        if call is not None:
            self._run(call, session)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope (METHOD-5).

        Args:
            scope: a task instance or an asset.
            all_map_indices: every map index of the task rather than that of the scope (SCOPE-5);
                it has no effect on an asset.
            session: the caller's session, or ``None`` for a transaction of its own.

        Raises:
            StateStoreError: as :meth:`get`.
        """
        call = prepare_clear(scope, all_map_indices=all_map_indices)
        if call is not None:
            self._run(call, session)

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get` (METHOD-6)."""
        call = prepare_get(scope, key)
        return None if call is None else await self._arun(call, session)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`set` (METHOD-6)."""
        call = prepare_set(scope, key, value, expires_at=expires_at, never_expire=False)
        await self._arun(call, session)

    async def aset_never_expire(
        self, scope: StateScope, key: str, value: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`set_never_expire` (METHOD-6)."""
        await self._arun(
            prepare_set(scope, key, value, expires_at=None, never_expire=True),
            session,
        )

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete` (METHOD-6)."""
        call = prepare_delete(scope, key)
        if call is not None:
            await self._arun(call, session)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear` (METHOD-6)."""
        call = prepare_clear(scope, all_map_indices=all_map_indices)
        if call is not None:
            await self._arun(call, session)

    @property
    def engine(self) -> Engine:
        """The engine of blocking calls, made now if there was none.

        Raises:
            UnsupportedDatabaseError: the URL is of no database the metastore knows.
        """
        with self._lock:
            if self._engine is None:
                self._engine = create_metastore_engine(self._shared_url())
            return self._engine

    @property
    def async_engine(self) -> AsyncEngine:
        """The engine of async calls, made now if there was none.

        Raises:
            UnsupportedDatabaseError: the URL is of no database the metastore knows.
        """
        with self._lock:
            if self._async_engine is None:
                self._async_engine = create_async_metastore_engine(self._shared_url())
            return self._async_engine

    def close(self) -> None:
        """Dispose of the engine for blocking calls, if the backend made it."""
        if self._owns_engine and self._engine is not None:
            self._engine.dispose()

    async def aclose(self) -> None:
        """Dispose of both engines, those that the backend made."""
        self.close()
        if self._owns_async_engine and self._async_engine is not None:
            await self._async_engine.dispose()

    def _shared_url(self) -> URL:
        given = self._engine or self._async_engine
        if given is not None:
            return refuse_private(given.url)
        # Both engines must mean the same database, so a nameless one gets its name only once.
        if self._url is None:
            self._url = with_name(parse_url(database_url()))
        return self._url

    def _run(self, call: Call[Outcome], session: Session | None) -> Outcome:
        if session is not None:
            return in_session(session, call)
        return in_own_transaction(self._engine or self.engine, call)

    async def _arun(self, call: Call[Outcome], session: AsyncSession | None) -> Outcome:
        if session is not None:
            return await in_async_session(session, call)
        return await in_own_async_transaction(self._async_engine or self.async_engine, call)
