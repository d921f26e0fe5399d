"""What collection is measured against: hand-written SQL through the bare drivers.

Nothing here comes from the reference; ``run_collection.py`` hands over tables that are filled.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, Protocol

RETENTION_DAYS = 30


class Driver(Protocol):
    """A connection of one of the drivers."""

    def cursor(self) -> Any:
        """Give a cursor."""
        ...

    def commit(self) -> None:
        """Commit."""
        ...


def delete_expired(connection: Driver, dialect: str, now: datetime) -> float:
    """Run one plain ``DELETE ... WHERE`` for each time-based rule; give the seconds it took."""
    mark = "?" if dialect == "sqlite" else "%s"
    false = "false" if dialect == "postgresql" else "0"
    expired = f"DELETE FROM task_state WHERE expires_at < {mark}"  # noqa: S608
    too_old = (
        "DELETE FROM task_state "  # noqa: S608
        f"WHERE expires_at IS NULL AND never_expire = {false} AND updated_at < {mark}"
    )
    deletions = ((expired, now), (too_old, now - timedelta(days=RETENTION_DAYS)))
    start = time.perf_counter()
    for statement, cutoff in deletions:
        cursor = connection.cursor()
        cursor.execute(statement, (instant(dialect, cutoff),))
        connection.commit()
    return time.perf_counter() - start


def delete_orphaned(connection: Driver, orphans: list[int]) -> float:
    """Delete the state of assets whose ids are known already; give the seconds it took."""
    ids = ", ".join(map(str, orphans))
    start = time.perf_counter()
    cursor = connection.cursor()
    cursor.execute(f"DELETE FROM asset_state WHERE asset_id IN ({ids})")  # noqa: S608
    connection.commit()
    return time.perf_counter() - start


def instant(dialect: str, when: datetime | None) -> Any:
    """Give an instant as the tables hold it."""
    if when is None or dialect == "postgresql":
        return when
    return when.strftime("%Y-%m-%d %H:%M:%S.%f")
