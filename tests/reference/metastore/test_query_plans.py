"""The databases use the indexes that the schema declares for lookups and collection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event, false, func, insert, select, text

from state_store_reference import statements
from state_store_reference.schema import dag_run, task_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Executable
    from sqlalchemy.engine.interfaces import DBAPICursor

    from tests.reference.metastore.subject import Subject

ROWS = 3000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def filled(subject: Subject) -> Subject:
    """Give a metastore with rows enough that reading all of them is the worse plan."""
    with subject.engine.begin() as connection:
        run = connection.execute(select(dag_run.c.id)).scalar_one()
        connection.execute(
            insert(task_state),
            [
                {
                    "dag_run_id": run,
                    "task_id": f"task {number % 10}",
                    "map_index": -1,
                    "key": f"key {number}",
                    "value": "value",
                    "updated_at": NOW + timedelta(minutes=number),
                    "expires_at": NOW + timedelta(minutes=number) if number % 2 else None,
                    "never_expire": number % 2 == 0 and number % 3 == 0,
                }
                for number in range(ROWS)
            ],
        )
    with subject.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        table = " TABLE task_state" if subject.database == "mysql" else ""
        connection.execute(text(f"ANALYZE{table}")).close()
        assert connection.execute(select(func.count()).select_from(task_state)).scalar() == ROWS
    return subject


def plan(
    subject: Subject, statement: Executable, parameters: Mapping[str, object] | None = None
) -> str:
    """Execute a statement and give what the database says it does, as it was sent."""
    explain = "EXPLAIN QUERY PLAN" if subject.database == "sqlite" else "EXPLAIN"
    rows: list[tuple[object, ...]] = []
    with subject.engine.connect() as connection:

        @event.listens_for(connection, "before_cursor_execute")
        def ask(
            _: object, cursor: DBAPICursor, sql: str, values: tuple[object, ...], *__: object
        ) -> None:
            cursor.execute(f"{explain} {sql}", values)
            rows.extend(cursor.fetchall())

        connection.execute(statement, parameters or {})
        connection.rollback()
    return "\n".join(" ".join(map(str, row)) for row in rows)


WHERE = {
    "scope_dag_id": "dag",
    "scope_run_id": "run",
    "row_task_id": "task 3",
    "row_map_index": -1,
    "row_key": "key 3",
}


@pytest.mark.parametrize("kind", ["get", "delete"])
def test_a_lookup_goes_through_the_unique_constraint(filled: Subject, kind: str) -> None:
    """One key is found by all four parts of its identity, not by reading its scope."""
    statement = statements.get_task() if kind == "get" else statements.delete_task()

    explained = plan(filled, statement, WHERE)

    if filled.database == "sqlite":
        # SQLite gives the index of a constraint a name of its own.
        identity = "dag_run_id=? AND task_id=? AND map_index=? AND key=?"
        assert f"sqlite_autoindex_task_state_1 ({identity})" in explained
    else:
        assert "uq_task_state_scope_key" in explained
        assert "uq_dag_run_dag_id_run_id" in explained or "Seq Scan on dag_run" in explained
        assert "Seq Scan on task_state" not in explained


def test_collection_goes_through_its_index(filled: Subject) -> None:
    """Both rules read the range of rows that go."""
    row = task_state.c
    due = NOW + timedelta(minutes=20)
    expired = delete(task_state).where(row.expires_at < due)
    fallback = delete(task_state).where(
        row.expires_at.is_(None), row.never_expire == false(), row.updated_at < due
    )

    for statement in (expired, fallback):
        explained = plan(filled, statement)
        assert "ix_task_state_" in explained
        assert "Seq Scan" not in explained
