"""The reference metastore as a backend of somebody's own, with everything that it can claim."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from state_store_reference import create_async_metastore_engine, create_metastore_engine
from state_store_reference.drivers import parse_url
from state_store_reference.memory_database import with_name
from state_store_reference.metastore import MetastoreStateBackend
from state_store_reference.schema import asset, asset_active, dag_run, metadata

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine


class Surroundings:
    """Makes dag runs and assets in the tables of the metastore."""

    def __init__(self, engine: Engine, async_engine: AsyncEngine) -> None:
        self.engine, self.async_engine = engine, async_engine

    def add_dag_run(self, dag_id: str, run_id: str) -> None:
        """Insert the row of a dag run."""
        with self.engine.begin() as connection:
            connection.execute(dag_run.insert(), {"dag_id": dag_id, "run_id": run_id})

    def delete_dag_run(self, dag_id: str, run_id: str) -> None:
        """Delete that row; its state goes with it."""
        this = (dag_run.c.dag_id == dag_id) & (dag_run.c.run_id == run_id)
        with self.engine.begin() as connection:
            connection.execute(dag_run.delete().where(this))

    def add_asset(self, name: str, uri: str) -> int:
        """Insert the row of an asset."""
        with self.engine.begin() as connection:
            added = connection.execute(asset.insert(), {"name": name, "uri": uri})
            return int((added.inserted_primary_key or (0,))[0])

    def delete_asset(self, asset_id: int) -> None:
        """Delete that row; its state goes with it."""
        with self.engine.begin() as connection:
            connection.execute(asset.delete().where(asset.c.id == asset_id))

    def activate_asset(self, name: str, uri: str) -> None:
        """Insert the active record."""
        with self.engine.begin() as connection:
            connection.execute(asset_active.insert(), {"name": name, "uri": uri})

    def deactivate_asset(self, name: str, uri: str) -> None:
        """Delete the active record."""
        this = (asset_active.c.name == name) & (asset_active.c.uri == uri)
        with self.engine.begin() as connection:
            connection.execute(asset_active.delete().where(this))


class ClaimingMetastore(MetastoreStateBackend):
    """Claims all that a metastore can claim."""

    state_store_claims: ClassVar[dict[str, object]] = {
        "durable": True,
        "referential": True,
        "sessions": True,
        "key_alphabet": "unicode",
        "longest_key": 512,
        "largest_value_bytes": 4 * 1024 * 1024,
    }

    def __init__(self, engine: Engine, async_engine: AsyncEngine) -> None:
        super().__init__(engine, async_engine)
        self.state_store_surroundings = Surroundings(engine, async_engine)


class MetastoreInMemory:
    """A factory whose instances share one database; what is kept there outlives each of them."""

    def __init__(self, kind: type[ClaimingMetastore] = ClaimingMetastore) -> None:
        self._kind = kind
        self._url = with_name(parse_url("sqlite://"))
        self._kept: Engine | None = None

    @contextmanager
    def __call__(self) -> Generator[ClaimingMetastore]:
        """Make an instance, and take its engines away afterwards."""
        if self._kept is None:
            # A database in memory lasts as long as somebody is connected.
            self._kept = create_metastore_engine(self._url)
            metadata.create_all(self._kept)
        engine = create_metastore_engine(self._url)
        try:
            yield self._kind(engine, create_async_metastore_engine(self._url))
        finally:
            engine.dispose()
