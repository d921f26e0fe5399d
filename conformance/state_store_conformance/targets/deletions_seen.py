"""The deletions of a collection, seen from the engine and not from the collection's own report."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, event

from state_store_spec.answers import Deletion

_TABLES: Final = {"task_state": "task_state", "asset_state": "asset_state"}


class DeletionsSeen:
    """Watches an engine; while :meth:`watching`, remembers what it deleted and committed.

    Args:
        engine: is watched.
        tables: from the names of the tables there to those in the specification.
    """

    def __init__(self, engine: Engine, tables: Mapping[str, str] = _TABLES) -> None:
        self._tables = tables
        self._delete = re.compile(
            rf"\bDELETE\b[^;]*?\bFROM\s+(?:[`\"\w]+\.)?[`\"]?({'|'.join(tables)})\b",
            re.IGNORECASE,
        )
        self._committed: list[tuple[Deletion, ...]] | None = None
        # Of each connection that has not committed yet: deletions are not yet true.
        self._pending: dict[int, list[Deletion]] = {}
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "commit", self._commit)
        event.listen(engine, "rollback", self._rollback)

    @contextmanager
    def watching(self) -> Generator[list[tuple[Deletion, ...]]]:
        """Give a list that fills with the deletions of each committed transaction."""
        self._committed = []
        self._pending.clear()
        try:
            yield self._committed
        finally:
            self._committed = None

    def _executed(
        self,
        connection: Connection,
        cursor: Any,  # noqa: ANN401 - of any driver
        statement: str,
        _parameters: object,
        _context: object,
        _many: bool,  # noqa: FBT001 - the signature is SQLAlchemy's
    ) -> None:
        if self._committed is None:
            return
        found = self._delete.search(statement)
        if found is not None:
            table = cast("Any", self._tables[found.group(1).lower()])
            # A driver that does not know the number of rows says -1.
            rows = max(cursor.rowcount, 0)
            self._pending.setdefault(id(connection), []).append(Deletion(table, rows))

    def _commit(self, connection: Connection) -> None:
        if self._committed is not None and (done := self._pending.pop(id(connection), None)):
            self._committed.append(tuple(done))

    def _rollback(self, connection: Connection) -> None:
        self._pending.pop(id(connection), None)
