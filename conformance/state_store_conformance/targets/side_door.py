"""The side door: all stored rows, past the backend, in one query for each table.

The queries are compiled once and sent through the driver itself: the whole store is read after
every step, so this is most of what a step costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Column, Connection, Engine, join, select

from state_store_spec.answers import StoredRow
from state_store_spec.operations import SymbolicAssetScope, SymbolicTaskScope

_Processor = Callable[[Any], Any] | None


class SideDoor(AbstractContextManager["SideDoor"]):
    """Reads the rows of a metastore.

    Args:
        engine: leads to the database; one connection of it is kept.
        task_rows: the columns dag, run, task, map index, key, value, instant of the update,
            expiry, flag, of two tables with a foreign key between them.
        asset_rows: the columns asset id, key, value, instant of the update.
    """

    def __init__(
        self,
        engine: Engine,
        task_rows: Sequence[Column[Any]],
        asset_rows: Sequence[Column[Any]],
    ) -> None:
        self._engine = engine
        parent, child = task_rows[0].table, task_rows[-1].table
        self._task_query = str(
            select(*task_rows).select_from(join(child, parent)).compile(dialect=engine.dialect)
        )
        self._asset_query = str(select(*asset_rows).compile(dialect=engine.dialect))
        self._task_processors = self._processors(task_rows)
        self._asset_processors = self._processors(asset_rows)
        self._connection: Connection | None = None
        self._cursor: Any = None

    def __enter__(self) -> Self:
        # Outside any transaction: each query sees what is committed now, and holds no lock.
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = connection
        self._cursor = connection.connection.cursor()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._cursor.close()
            self._connection.close()
            self._connection = None

    def read(
        self, symbol: Callable[[str], str], asset_symbol: Callable[[int], str]
    ) -> tuple[StoredRow, ...]:
        """Give every row, its texts turned into symbols."""
        rows: list[StoredRow] = []
        cursor = self._cursor
        cursor.execute(self._task_query)
        for row in cursor.fetchall():
            dag, run, task, map_index, key, value, updated_at, expires_at, never_expire = (
                _processed(self._task_processors, row)
            )
            rows.append(
                StoredRow(
                    scope=SymbolicTaskScope(
                        dag=symbol(dag), run=symbol(run), task=symbol(task), map_index=map_index
                    ),
                    key=symbol(key),
                    value=symbol(value),
                    updated_at=updated_at,
                    expires_at=expires_at,
                    never_expire=bool(never_expire),
                )
            )
        cursor.execute(self._asset_query)
        for row in cursor.fetchall():
            asset_id, key, value, updated_at = _processed(self._asset_processors, row)
            rows.append(
                StoredRow(
                    scope=SymbolicAssetScope(asset=asset_symbol(asset_id)),
                    key=symbol(key),
                    value=symbol(value),
                    updated_at=updated_at,
                    expires_at=None,
                    never_expire=False,
                )
            )
        return tuple(rows)

    def _processors(self, columns: Sequence[Column[Any]]) -> list[_Processor]:
        dialect = self._engine.dialect
        return [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]


def _processed(processors: list[_Processor], row: Sequence[Any]) -> list[Any]:
    return [
        value if processor is None else processor(value)
        for processor, value in zip(processors, row, strict=True)
    ]
