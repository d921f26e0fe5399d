"""Tables of our own in somebody's database: made when absent, refused when they hold rows.

Judging deletes rows. A marker table says which tables were made here, so that what a killed run
left behind can be told from what belongs to somebody, and so that nothing else is dropped.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
)

from state_store_conformance.errors import SchemaRefusedError

MARKER: Final = "state_store_conformance_marker"
_OCCUPIED: Final = "Another `state-store check` is at work in {shown}. Wait for it."

_marker = Table(MARKER, MetaData(), Column("table_name", String(100), primary_key=True))


class OwnTables:
    """The tables of a run, from :meth:`make` to :meth:`drop`.

    Args:
        engine: leads to the database or schema to work in.
        metadata: the tables that are needed.
        shown: the URL without its password, for messages.
    """

    def __init__(self, engine: Engine, metadata: MetaData, shown: str) -> None:
        self._engine = engine
        self._metadata = metadata
        self._shown = shown
        self._lock: Connection | None = None

    def make(self) -> None:
        """Make what is absent, and empty what a killed run left.

        Raises:
            SchemaRefusedError: a table of these names holds rows that were not made here, has
                other columns, or another run is at work; nothing was written.
        """
        with self._engine.connect() as connection:
            present = set(inspect(connection).get_table_names())
        foreign = present & set(self._metadata.tables)
        if MARKER in present:
            self._take_lock()
            self._drop_made()
            with self._engine.connect() as connection:
                foreign &= set(inspect(connection).get_table_names())
        self._refuse_foreign(foreign)
        if self._lock is None:
            self._take_lock()
        made = [name for name in self._metadata.tables if name not in foreign]
        # The marker is there before the first table, so that a killed run leaves no riddle.
        with self._engine.begin() as connection:
            _marker.create(connection, checkfirst=True)
        with self._engine.begin() as connection:
            if made:
                connection.execute(insert(_marker), [{"table_name": name} for name in made])
        self._metadata.create_all(self._engine, tables=self._tables(made))

    def drop(self) -> None:
        """Drop what was made and empty what was found."""
        self._drop_made()
        self._release_lock()

    def _drop_made(self) -> None:
        with self._engine.begin() as connection:
            made = list(connection.scalars(select(_marker.c.table_name)))
            found = [table for table in self._metadata.sorted_tables if table.name not in made]
            present = set(inspect(connection).get_table_names())
            for table in reversed(found):
                if table.name in present:
                    connection.execute(table.delete())
        self._metadata.drop_all(self._engine, tables=self._tables(made))
        with self._engine.begin() as connection:
            _marker.drop(connection, checkfirst=True)

    def _tables(self, names: list[str]) -> list[Table]:
        return [table for name, table in self._metadata.tables.items() if name in names]

    def _refuse_foreign(self, foreign: set[str]) -> None:
        with self._engine.connect() as connection:
            columns = inspect(connection)
            strange = sorted(
                name
                for name in foreign
                if {column["name"] for column in columns.get_columns(name)}
                != set(self._metadata.tables[name].columns.keys())
            )
            holding = sorted(
                name
                for name in foreign - set(strange)
                if connection.execute(select(self._metadata.tables[name]).limit(1)).first()
            )
        if strange:
            raise SchemaRefusedError(
                f"{self._shown} has tables of the same names with other columns: "
                f"{', '.join(strange)}. Nothing was written. Name an empty database or schema."
            )
        if holding:
            raise SchemaRefusedError(
                f"{self._shown} holds rows that were not made here, in: {', '.join(holding)}. "
                "Judging deletes rows, so nothing was written. Name an empty database or schema."
            )

    def _take_lock(self) -> None:
        """Hold a lock that ends with its connection, however this process ends."""
        question = {
            "postgresql": (
                "SELECT pg_try_advisory_lock(hashtext(current_database() || '.' || "
                f"current_schema() || '.{MARKER}'))"
            ),
            "mysql": f"SELECT GET_LOCK(MD5(CONCAT(DATABASE(), '.{MARKER}')), 0)",
        }.get("mysql" if self._engine.dialect.name == "mariadb" else self._engine.dialect.name)
        # A SQLite file has no such lock.
        if question is None:
            return
        self._lock = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not self._lock.scalar(text(question)):
            self._release_lock()
            raise SchemaRefusedError(_OCCUPIED.format(shown=self._shown))

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.invalidate()
            self._lock.close()
            self._lock = None
