"""A database with dag runs and assets in it, and what stands around the store there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import delete, select

from state_store_reference.schema import (
    asset,
    asset_active,
    asset_state,
    dag_run,
    task_instance,
    task_state,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from state_store_reference import MetastoreStateBackend

TABLES = (task_instance, task_state, asset_state, asset_active, asset, dag_run)


class TaskRow(NamedTuple):
    """A stored row of task state, without what tells whose it is."""

    key: str
    value: str
    updated_at: datetime
    expires_at: datetime | None
    never_expire: bool


class AssetRow(NamedTuple):
    """A stored row of asset state."""

    asset_id: int
    key: str
    value: str


@dataclass(frozen=True)
class Surroundings:
    """The engines of one database, and the metastore on them."""

    engine: Engine
    async_engine: AsyncEngine
    backend: MetastoreStateBackend

    def add_dag_run(self, dag_id: str = "shop", run_id: str = "monday") -> None:
        """Make a dag run."""
        with self.engine.begin() as connection:
            connection.execute(dag_run.insert().values(dag_id=dag_id, run_id=run_id))

    def delete_dag_run(self, dag_id: str = "shop", run_id: str = "monday") -> None:
        """Delete a dag run and what belongs to it."""
        with self.engine.begin() as connection:
            connection.execute(
                delete(dag_run).where(dag_run.c.dag_id == dag_id, dag_run.c.run_id == run_id)
            )

    def add_asset(self, name: str, uri: str, *, active: bool = True) -> int:
        """Make an asset and give its id."""
        with self.engine.begin() as connection:
            made = connection.execute(asset.insert().values(name=name, uri=uri))
            if active:
                connection.execute(asset_active.insert().values(name=name, uri=uri))
        assert made.inserted_primary_key is not None
        asset_id: int = made.inserted_primary_key[0]
        return asset_id

    def deactivate_asset(self, name: str) -> None:
        """End the active record of an asset."""
        with self.engine.begin() as connection:
            connection.execute(delete(asset_active).where(asset_active.c.name == name))

    def task_rows(self) -> list[TaskRow]:
        """Give every row of task state, in the order of their keys."""
        columns = [task_state.c[name] for name in TaskRow._fields]
        with self.engine.begin() as connection:
            return sorted(TaskRow(*row) for row in connection.execute(select(*columns)))

    def task_keys(self) -> list[str]:
        """Give the keys of all task instances."""
        return [row.key for row in self.task_rows()]

    def asset_rows(self) -> list[AssetRow]:
        """Give every row of asset state."""
        columns = [asset_state.c[name] for name in AssetRow._fields]
        with self.engine.begin() as connection:
            return sorted(AssetRow(*row) for row in connection.execute(select(*columns)))

    def empty(self) -> None:
        """Delete every row of every table."""
        with self.engine.begin() as connection:
            for table in TABLES:
                connection.execute(delete(table))


@dataclass(frozen=True)
class Caller:
    """Calls methods by name: as they are, or their async twins in one event loop."""

    mode: Literal["sync", "async"]
    runner: asyncio.Runner

    def __call__(self, target: object, method: str, *arguments: object, **named: object) -> Any:  # noqa: ANN401 - what it returns
        """Call ``target.method``, or await ``target.amethod``."""
        if self.mode == "sync":
            return getattr(target, method)(*arguments, **named)
        return self.runner.run(getattr(target, f"a{method}")(*arguments, **named))

    def name(self, method: str) -> str:
        """Give the name of the method that is really called."""
        return method if self.mode == "sync" else f"a{method}"
