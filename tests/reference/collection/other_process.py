"""What another process does to a store while a test collects; run as a script.

``python other_process.py ROLE URL`` prints a line when it is ready, and another when it is done.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, text, update

from state_store_reference import (
    CollectionProgress,
    MetastoreStateBackend,
    collect_garbage,
    create_metastore_engine,
)
from state_store_reference.schema import asset_active, task_state
from state_store_spec import StateStoreSettings, TaskScope

READY: Final = "ready"
DONE: Final = "done"
COMMITS_BEFORE_THE_END: Final = 2
PATIENCE_SECONDS: Final = 30
ENOUGH_SIGHTINGS: Final = 10
_WAITING: Final = {
    "postgresql": (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ),
    # Not information_schema.innodb_trx: it shows an old state to those who ask often.
    "mysql": (
        "SELECT count(*) FROM information_schema.processlist "
        "WHERE db = database() AND info LIKE 'DELETE FROM task_state%'"
    ),
}


def say(word: str) -> None:
    """Tell the test."""
    print(word, flush=True)  # noqa: T201


def wait_for_go() -> None:
    """Wait until the test says a line; end with it when it ends."""
    if not sys.stdin.readline():
        sys.exit(1)


def collect_and_stop(url: str) -> None:
    """Collect in batches of two, and stand still after the second commit, to be killed there."""
    commits = 0

    def stop(_: CollectionProgress) -> None:
        nonlocal commits
        commits += 1
        if commits == COMMITS_BEFORE_THE_END:
            say(READY)
            wait_for_go()

    collect_garbage(
        create_metastore_engine(url), StateStoreSettings(state_cleanup_batch_size=2), progress=stop
    )


def renew(url: str) -> None:
    """Renew two rows when told to, one that has expired and one that is too old."""
    backend = MetastoreStateBackend(engine=create_metastore_engine(url))
    scope = TaskScope("dag", "run", "task")
    say(READY)
    wait_for_go()
    backend.set(scope, "expired 1", "new", expires_at=datetime.now(UTC) + timedelta(days=1))
    backend.set(scope, "old 1", "new")
    say(DONE)
    wait_for_go()


def activate(url: str) -> None:
    """Activate an asset again when told to."""
    engine = create_metastore_engine(url)
    say(READY)
    wait_for_go()
    with engine.begin() as connection:
        connection.execute(insert(asset_active).values(name="asset 2", uri="uri 2"))
    say(DONE)
    wait_for_go()


def renew_slowly(url: str) -> None:
    """Renew a row, and commit only once somebody waits for it."""
    engine = create_metastore_engine(url)
    with engine.begin() as connection:
        connection.execute(
            update(task_state)
            .where(task_state.c.key == "expired 1")
            .values(value="new", expires_at=datetime.now(UTC) + timedelta(days=1))
        )
        say(READY)
        with engine.connect() as observer:
            wait_for_lock(observer)
    say(DONE)
    wait_for_go()


def wait_for_lock(observer: Connection) -> None:
    """Wait until a session of this database waits for a lock.

    Raises:
        TimeoutError: none does.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    sightings = 0
    while time.monotonic() < end:
        # A statement on a dozen rows that is seen again and again is one that waits.
        sightings = sightings + 1 if observer.scalar(text(_WAITING[observer.dialect.name])) else 0
        if sightings == ENOUGH_SIGHTINGS:
            return
        observer.rollback()
        time.sleep(0.01)
    raise TimeoutError("Nobody waits for the row.")


if __name__ == "__main__":
    {role.__name__: role for role in (collect_and_stop, renew, activate, renew_slowly)}[
        sys.argv[1]
    ](sys.argv[2])
