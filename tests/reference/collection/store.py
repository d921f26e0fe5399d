"""A metastore that tests fill by hand, and what they see of it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, event, insert, select

from state_store_reference.schema import (
    asset,
    asset_active,
    asset_state,
    dag_run,
    metadata,
    task_state,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2031, 7, 8, 9, 10, 11, 121314, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


@dataclass
class Seen:
    """What an engine did: ``DELETE`` statements as (table, rows), and ``"commit"``, in order."""

    events: list[tuple[str, int] | str] = field(default_factory=list)
    longest_statement: int = 0

    def rows(self, table: str) -> list[int]:
        """Give the rows of each ``DELETE`` of a table."""
        return [one[1] for one in self.events if isinstance(one, tuple) and one[0] == table]


class Store:
    """The tables behind an engine, with one dag run."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def empty(self) -> None:
        """Delete every row, and make the one dag run."""
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            connection.execute(insert(dag_run).values(id=1, dag_id="dag", run_id="run"))

    def add_tasks(self, *rows: dict[str, Any]) -> None:
        """Insert rows of ``task_state``; each needs a ``key``, and by default is plain and new."""
        default = {
            "dag_run_id": 1,
            "task_id": "task",
            "map_index": -1,
            "value": "",
            "updated_at": NOW,
            "expires_at": None,
            "never_expire": False,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(task_state), [default | row for row in rows])
            if self.engine.dialect.name == "postgresql":
                # Its sequence does not notice ids that are given, and would give them again.
                connection.exec_driver_sql(
                    "SELECT setval(pg_get_serial_sequence('task_state', 'id'), 1000000)"
                )

    def add_orphans(self, count: int) -> None:
        """Insert assets with the ids from 1 to ``count`` and two rows of state each."""
        numbers = range(1, count + 1)
        with self.engine.begin() as connection:
            connection.execute(
                insert(asset),
                [{"id": n, "name": f"asset {n}", "uri": f"uri {n}"} for n in numbers],
            )
            connection.execute(
                insert(asset_state),
                [
                    {"asset_id": n, "key": key, "value": "", "updated_at": NOW}
                    for n in numbers
                    for key in "ab"
                ],
            )

    def add_asset(self, number: int, name: str, uri: str, keys: list[str]) -> None:
        """Insert an asset and its state."""
        with self.engine.begin() as connection:
            connection.execute(insert(asset).values(id=number, name=name, uri=uri))
            connection.execute(
                insert(asset_state),
                [{"asset_id": number, "key": key, "value": "", "updated_at": NOW} for key in keys],
            )

    def activate(self, name: str, uri: str) -> None:
        """Insert the ``asset_active`` record of an asset."""
        with self.engine.begin() as connection:
            connection.execute(insert(asset_active).values(name=name, uri=uri))

    def task_keys(self) -> list[str]:
        """Give the keys of ``task_state``, sorted."""
        with self.engine.connect() as connection:
            return sorted(connection.scalars(select(task_state.c.key)))

    def asset_keys(self) -> list[tuple[int, str]]:
        """Give asset id and key of each row of ``asset_state``, sorted."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(asset_state.c.asset_id, asset_state.c.key))
            return sorted((row[0], row[1]) for row in rows)

    @contextmanager
    def watched(self) -> Generator[Seen]:
        """Record what the engine does."""
        seen = Seen()

        def after_execute(
            _: Connection,
            cursor: Any,  # noqa: ANN401
            statement: str,
            parameters: object,
            *__: object,
        ) -> None:
            seen.longest_statement = max(
                seen.longest_statement, len(statement) + len(str(parameters))
            )
            if statement.startswith("DELETE"):
                table = "asset_state" if "FROM asset_state" in statement else "task_state"
                seen.events.append((table, cursor.rowcount))

        def on_commit(_: Connection) -> None:
            seen.events.append("commit")

        event.listen(self.engine, "after_cursor_execute", after_execute)
        event.listen(self.engine, "commit", on_commit)
        try:
            yield seen
        finally:
            event.remove(self.engine, "after_cursor_execute", after_execute)
            event.remove(self.engine, "commit", on_commit)
