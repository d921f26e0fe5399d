"""What surrounds a metastore: dag runs and assets, in the tables of those names.

They are written past the backend, as the rest of Airflow would do.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from state_store_conformance.targets.symbols import Symbols
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    DeactivateAsset,
    DeclaredAsset,
    DeleteAsset,
    DeleteDagRun,
    RenameAsset,
    SymbolicAssetScope,
)
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine, MetaData


class Surroundings:
    """The dag runs and assets of one trace after the other.

    Args:
        engine: leads to the database.
        metadata: has the tables ``dag_run``, ``asset``, ``asset_active``, and those of the rows
            that go with them.
    """

    def __init__(self, engine: Engine, metadata: MetaData) -> None:
        self._engine = engine
        # Given out once in the life of the tables, so that an id never means two assets.
        self._next_id = count(1)
        self._symbols = Symbols(Trace())
        self._declared: dict[str, DeclaredAsset] = {}
        self._ids: dict[str, int] = {}
        self._symbol_of: dict[int, str] = {}
        self._existing: set[str] = set()
        # Statements are built once: building costs more than running them.
        dag_run, asset, active = (
            metadata.tables[name] for name in ("dag_run", "asset", "asset_active")
        )
        self._empty_all = [table.delete() for table in reversed(metadata.sorted_tables)]
        this_dag_run = (dag_run.c.dag_id == bindparam("a_dag")) & (
            dag_run.c.run_id == bindparam("a_run")
        )
        same_name = active.c.name == bindparam("a_name")
        same_uri = active.c.uri == bindparam("a_uri")
        self._insert_dag_run = dag_run.insert()
        self._find_dag_run = dag_run.select().where(this_dag_run)
        self._delete_dag_run = dag_run.delete().where(this_dag_run)
        self._insert_asset = asset.insert()
        self._delete_asset = asset.delete().where(asset.c.id == bindparam("an_id"))
        self._insert_record = active.insert()
        self._end_record = active.delete().where(same_name & same_uri)
        self._find_active = select(asset.c.id, asset.c.name, asset.c.uri).join_from(
            asset, active, (active.c.name == asset.c.name) & (active.c.uri == asset.c.uri)
        )
        self._end_records_in_the_way = active.delete().where(same_name | same_uri)

    def begin(self, trace: Trace, symbols: Symbols) -> None:
        """Empty every table and make what the trace declares."""
        self._symbols = symbols
        self._declared = {declared.asset: declared for declared in trace.universe.assets}
        self._ids = {
            declared.asset: declared.absent_id
            for declared in trace.universe.assets
            if declared.absent_id is not None
        }
        self._symbol_of, self._existing = {}, set()
        dag_runs = [
            self._new_dag_run(symbols.text(declared.dag), symbols.text(declared.run))
            for declared in trace.universe.dag_runs
            if declared.exists
        ]
        present = [asset for asset in trace.universe.assets if asset.state != "absent"]
        active = [asset for asset in present if asset.state == "active"]
        with self._engine.begin() as connection:
            for statement in self._empty_all:
                connection.execute(statement)
            if dag_runs:
                connection.execute(self._insert_dag_run, dag_runs)
            if present:
                rows = [self._new_asset(declared.asset) for declared in present]
                connection.execute(self._insert_asset, rows)
            if active:
                records = [self._identity(declared.asset) for declared in active]
                connection.execute(self._insert_record, records)

    def change_dag_run(self, operation: AddDagRun | DeleteDagRun) -> None:
        """Add or delete a dag run."""
        dag, run = self._symbols.text(operation.dag), self._symbols.text(operation.run)
        this = {"a_dag": dag, "a_run": run}
        with self._engine.begin() as connection:
            if isinstance(operation, DeleteDagRun):
                connection.execute(self._delete_dag_run, this)
            elif connection.execute(self._find_dag_run, this).first() is None:
                connection.execute(self._insert_dag_run, self._new_dag_run(dag, run))

    def change_asset(
        self, operation: ActivateAsset | DeactivateAsset | RenameAsset | DeleteAsset
    ) -> None:
        """End or begin active records; create or delete an asset."""
        with self._engine.begin() as connection:
            if not isinstance(operation, ActivateAsset) and operation.asset in self._existing:
                connection.execute(self._end_record, _bound(self._identity(operation.asset)))
                if isinstance(operation, DeleteAsset):
                    this = {"an_id": self.asset_id(operation.asset)}
                    connection.execute(self._delete_asset, this)
                    self._existing.discard(operation.asset)
            if isinstance(operation, ActivateAsset | RenameAsset):
                symbol = operation.to if isinstance(operation, RenameAsset) else operation.asset
                if symbol not in self._existing:
                    connection.execute(self._insert_asset, self._new_asset(symbol))
                identity = self._identity(symbol)
                connection.execute(self._end_records_in_the_way, _bound(identity))
                connection.execute(self._insert_record, identity)

    def asset_id(self, symbol: str) -> int:
        """Give the id of the asset: its last one after it was deleted, an unused one before."""
        found = self._ids.get(symbol)
        if found is None:
            found = self._ids[symbol] = next(self._next_id)
            self._symbol_of[found] = symbol
        return found

    def asset_symbol(self, asset_id: int) -> str:
        """Give the symbol of the asset that has or had the id."""
        return self._symbol_of.get(asset_id, f"asset {asset_id}")

    def active_asset(self, scope: SymbolicAssetScope) -> str | None:
        """Give the symbol of the active asset of that name or uri, or ``None``."""
        named = {"name": scope.name, "uri": scope.uri}
        texts = {field: self._symbols.text(symbol) for field, symbol in named.items() if symbol}
        with self._engine.connect() as connection:
            for row in connection.execute(self._find_active):
                if all(getattr(row, field) == text for field, text in texts.items()):
                    return self.asset_symbol(row.id)
        return None

    def _new_dag_run(self, dag: str, run: str) -> dict[str, Any]:
        return {"id": next(self._next_id), "dag_id": dag, "run_id": run}

    def _new_asset(self, symbol: str) -> dict[str, Any]:
        self._ids.pop(symbol, None)
        self._existing.add(symbol)
        return {"id": self.asset_id(symbol), **self._identity(symbol)}

    def _identity(self, symbol: str) -> dict[str, str]:
        declared = self._declared[symbol]
        return {
            "name": self._symbols.text(declared.name),
            "uri": self._symbols.text(declared.uri),
        }


def _bound(identity: dict[str, str]) -> dict[str, str]:
    return {"a_name": identity["name"], "a_uri": identity["uri"]}
