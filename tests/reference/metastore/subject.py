"""The metastore under test, and the parents its rows belong to."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from state_store_reference import MetastoreStateBackend
from state_store_reference.schema import asset, asset_active, asset_state, dag_run, task_state
from state_store_spec import TaskScope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine, Row
    from sqlalchemy.ext.asyncio import AsyncEngine

SCOPE = TaskScope("dag", "run", "task")


@dataclass(frozen=True, slots=True)
class Subject:
    """A metastore on one database, called in one of two ways.

    Attributes:
        mode: ``blocking`` or ``async``: which of the two methods :meth:`call` means.
    """

    url: str
    engine: Engine
    async_engine: AsyncEngine
    backend: MetastoreStateBackend
    runner: asyncio.Runner
    mode: str = "blocking"

    @property
    def database(self) -> str:
        """The name of the dialect."""
        return self.engine.dialect.name

    def call(self, method: str, *arguments: object, **options: object) -> Any:  # noqa: ANN401
        """Call a method of the backend, or its async variant."""
        if self.mode == "blocking":
            return getattr(self.backend, method)(*arguments, **options)
        outcome = getattr(self.backend, f"a{method}")(*arguments, **options)
        assert inspect.iscoroutine(outcome)
        return self.runner.run(outcome)

    def empty(self) -> None:
        """Delete every row; state goes with its parents."""
        with self.engine.begin() as connection:
            for table in (asset_active, asset, dag_run):
                connection.execute(delete(table))

    def add_dag_run(self, dag_id: str = "dag", run_id: str = "run") -> None:
        """Make a dag run."""
        with self.engine.begin() as connection:
            connection.execute(insert(dag_run), {"dag_id": dag_id, "run_id": run_id})

    def add_asset(self, name: str = "orders", uri: str = "s3://orders", *, active: bool) -> int:
        """Make an asset and give its id."""
        with self.engine.begin() as connection:
            result = connection.execute(insert(asset), {"name": name, "uri": uri})
            if active:
                connection.execute(insert(asset_active), {"name": name, "uri": uri})
            assert result.inserted_primary_key is not None
            return int(result.inserted_primary_key[0])

    def task_rows(self) -> Sequence[Row[Any]]:
        """Give every row of a task instance, in the order of their keys."""
        with self.engine.connect() as connection:
            return connection.execute(select(task_state).order_by(task_state.c.key)).all()

    def asset_rows(self) -> Sequence[Row[Any]]:
        """Give every row of an asset."""
        with self.engine.connect() as connection:
            return connection.execute(select(asset_state).order_by(asset_state.c.id)).all()

    def everything(self) -> list[Row[Any]]:
        """Give every row there is, to compare before and after."""
        return [*self.task_rows(), *self.asset_rows()]
