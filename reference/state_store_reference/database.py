"""The database around a store: where to run what is no call of a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from state_store_reference.errors import MissingAsyncEngineError
from state_store_reference.execution import in_own_async_transaction, in_own_transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from state_store_reference.calls import Call

Outcome = TypeVar("Outcome")


class Database:
    """The two engines of one database; the async one may be missing until it is needed."""

    __slots__ = ("_async_engine", "engine")

    def __init__(self, engine: Engine, async_engine: AsyncEngine | None = None) -> None:
        self.engine = engine
        self._async_engine = async_engine

    @property
    def async_engine(self) -> AsyncEngine:
        """The engine of async calls.

        Raises:
            MissingAsyncEngineError: none was given.
        """
        if self._async_engine is None:
            raise MissingAsyncEngineError(
                "An async call needs an async engine, and none was given. Pass "
                "async_engine=create_async_metastore_engine(url) with the URL of the other engine."
            )
        return self._async_engine

    def run(self, call: Call[Outcome]) -> Outcome:
        """Run a call in a transaction of its own, and commit it.

        Raises:
            MetastoreUnavailableError: the database does not answer, or has no tables.
        """
        return in_own_transaction(self.engine, call)

    async def arun(self, call: Call[Outcome]) -> Outcome:
        """Async variant of :meth:`run`.

        Raises:
            MissingAsyncEngineError: there is no async engine.
        """
        return await in_own_async_transaction(self.async_engine, call)
