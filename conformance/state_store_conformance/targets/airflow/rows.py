"""The side door into the metastore of an Airflow: all rows of both tables, past its backend."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from airflow.models.asset_state_store import AssetStateStoreModel
from airflow.models.dagrun import DagRun
from airflow.models.task_state_store import TaskStateStoreModel
from sqlalchemy import Connection, select

from state_store_conformance.targets.airflow.surroundings import AirflowSurroundings
from state_store_conformance.targets.airflow.vocabulary import text_in
from state_store_conformance.targets.symbols import Symbols, shortened
from state_store_spec.answers import StoredRow
from state_store_spec.operations import SymbolicAssetScope, SymbolicTaskScope

if TYPE_CHECKING:
    from sqlalchemy import Engine

# The parent says whose row it is; the names that are stored beside it only repeat it.
_TASK_ROWS: Final = select(
    DagRun.dag_id,
    DagRun.run_id,
    TaskStateStoreModel.task_id,
    TaskStateStoreModel.map_index,
    TaskStateStoreModel.key,
    TaskStateStoreModel.value,
    TaskStateStoreModel.updated_at,
    TaskStateStoreModel.expires_at,
).join_from(TaskStateStoreModel, DagRun, TaskStateStoreModel.dag_run_id == DagRun.id)
_ASSET_ROWS: Final = select(
    AssetStateStoreModel.asset_id,
    AssetStateStoreModel.key,
    AssetStateStoreModel.value,
    AssetStateStoreModel.updated_at,
)


class SideDoor(AbstractContextManager["SideDoor"]):
    """Reads the rows while it is entered.

    Args:
        engine: Airflow's; one connection of it is kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        # Outside any transaction: each query sees what is committed now, and holds no lock.
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def read(self, symbols: Symbols, surroundings: AirflowSurroundings) -> tuple[StoredRow, ...]:
        """Give every row, its texts turned into symbols; Airflow stores no flag."""
        if self._connection is None:
            raise RuntimeError("The side door is closed: enter it with `with` before reading.")
        symbol = symbols.symbol
        rows = [
            StoredRow(
                scope=SymbolicTaskScope(
                    dag=symbol(row.dag_id),
                    run=symbol(row.run_id),
                    task=symbol(row.task_id),
                    map_index=row.map_index,
                ),
                key=symbol(row.key),
                value=_shown(symbols, row.value),
                updated_at=row.updated_at,
                expires_at=row.expires_at,
                never_expire=False,
            )
            for row in self._connection.execute(_TASK_ROWS)
        ]
        rows += (
            StoredRow(
                scope=SymbolicAssetScope(asset=surroundings.asset_symbol(row.asset_id)),
                key=symbol(row.key),
                value=_shown(symbols, row.value),
                updated_at=row.updated_at,
                expires_at=None,
                never_expire=False,
            )
            for row in self._connection.execute(_ASSET_ROWS)
        )
        return tuple(rows)


def _shown(symbols: Symbols, stored: str) -> str:
    value = text_in(stored)
    return symbols.symbol(value) if isinstance(value, str) else shortened(repr(value))
