"""What every request passes on its way from the boundary to the backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_reference.boundary.crossing import Crossing, Recorder
from state_store_reference.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from state_store_reference.boundary.parents import Lookup
    from state_store_spec import BaseStateBackend, StateScope


class Doorway:
    """The backend, the database beside it, and whoever watches what crosses.

    Args:
        backend: the one that ``[state_store] backend`` names.
        engine: of the Airflow metadata database.
        async_engine: of the same database, for the async methods.
        recorder: told of everything that crosses.
    """

    def __init__(
        self,
        backend: BaseStateBackend,
        engine: Engine,
        async_engine: AsyncEngine | None = None,
        *,
        recorder: Recorder | None = None,
    ) -> None:
        self._backend = backend
        self._database = Database(engine, async_engine)
        self._recorder = recorder

    def _record(self, crossing: Crossing) -> None:
        if self._recorder is not None:
            self._recorder(crossing)

    def _record_answer(self, scope: StateScope, key: str, text: str | None) -> None:
        self._record(Crossing(operation="get", direction="answer", scope=scope, key=key, text=text))

    def _find(self, lookup: Lookup | None) -> int | None:
        return None if lookup is None else self._database.run(lookup)

    async def _afind(self, lookup: Lookup | None) -> int | None:
        return None if lookup is None else await self._database.arun(lookup)
