"""What other processes do to a run: kill it, or renew its rows while it is under way."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, event

from state_store_reference import collect_garbage
from state_store_reference.collection.batches import CollectionStoppedError
from state_store_spec import StateStoreSettings
from tests.reference.collection import other_process
from tests.reference.collection.store import DAY, Store

if TYPE_CHECKING:
    from sqlalchemy import Engine

SCRIPT = Path(other_process.__file__)


class OtherProcess:
    """A process that plays one role of ``other_process.py``."""

    def __init__(self, role: Callable[[str], None], engine: Engine) -> None:
        url = engine.url.render_as_string(hide_password=False)
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), role.__name__, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self, word: str) -> None:
        """Wait for a word."""
        assert self.process.stdout is not None
        assert word == self.process.stdout.readline().strip()

    def go(self) -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """End it without any chance to clean up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@contextmanager
def other(role: Callable[[str], None], store: Store) -> Generator[OtherProcess]:
    """Give a process that is ready, and end it."""
    process = OtherProcess(role, store.engine)
    try:
        process.hear(other_process.READY)
        yield process
    finally:
        process.kill()


@contextmanager
def before_first_delete(engine: Engine, table: str, act: Callable[[], None]) -> Generator[None]:
    """Act once, after the first window has been selected and before its rows are deleted."""
    acted = False

    def intervene(_c: Connection, _u: object, statement: str, *_: object) -> None:
        nonlocal acted
        if not acted and statement.split()[:3] == ["DELETE", "FROM", table]:
            acted = True
            act()

    event.listen(engine, "before_cursor_execute", intervene)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", intervene)
    assert acted


def due_rows(distance: int = 1) -> list[dict[str, Any]]:
    """Give six rows that have expired and six that are too old."""
    now = datetime.now(UTC)
    expired = [
        {"id": 1 + n * distance, "key": f"expired {n}", "expires_at": now - DAY} for n in range(6)
    ]
    old = [
        {"id": 9_000 + n * distance, "key": f"old {n}", "updated_at": now - 40 * DAY}
        for n in range(6)
    ]
    return [*expired, *old]


def test_a_killed_run_leaves_whole_batches_and_the_next_finishes(store: Store) -> None:
    """Killed between two commits: what was committed is gone, the rest goes next (GC-12)."""
    store.add_tasks(*due_rows())
    store.add_tasks({"key": "stays"})
    with other(other_process.collect_and_stop, store) as process:
        process.kill()
        keys_left = store.task_keys()
        second = collect_garbage(store.engine, StateStoreSettings(state_cleanup_batch_size=2))

    assert ["expired 4", "expired 5", *(f"old {n}" for n in range(6)), "stays"] == keys_left
    assert (2, 6) == (second.expired, second.fallback)
    assert ["stays"] == store.task_keys()


@pytest.mark.parametrize(("batch_size", "distance"), [(0, 1), (1, 1), (3, 1), (3, 1_000)])
def test_a_row_renewed_before_its_deletion_survives(
    store: Store, batch_size: int, distance: int
) -> None:
    """Rows that another process renews after their window was selected stay (GC-9)."""
    store.add_tasks(*due_rows(distance))
    with other(other_process.renew, store) as process:

        def act() -> None:
            process.go()
            process.hear(other_process.DONE)

        with before_first_delete(store.engine, "task_state", act):
            collect_garbage(store.engine, StateStoreSettings(state_cleanup_batch_size=batch_size))

    assert ["expired 1", "old 1"] == store.task_keys()


@pytest.mark.parametrize("batch_size", [0, 1])
def test_a_row_being_renewed_survives(server_store: Store, batch_size: int) -> None:
    """A deletion that waits for a renewal to be committed judges the row as it is afterwards."""
    server_store.add_tasks(*due_rows())
    with other(other_process.renew_slowly, server_store):
        collect_garbage(
            server_store.engine, StateStoreSettings(state_cleanup_batch_size=batch_size)
        )

    assert ["expired 1"] == server_store.task_keys()


@pytest.mark.parametrize("batch_size", [0, 1, 100])
def test_an_asset_activated_before_its_deletion_keeps_its_state(
    store: Store, batch_size: int
) -> None:
    """An asset that another process activates after its page was selected keeps its rows."""
    store.add_orphans(3)
    with other(other_process.activate, store) as process:

        def act() -> None:
            process.go()
            process.hear(other_process.DONE)

        with before_first_delete(store.engine, "asset_state", act):
            collect_garbage(store.engine, StateStoreSettings(state_cleanup_batch_size=batch_size))

    assert [(2, "a"), (2, "b")] == store.asset_keys()


@pytest.mark.parametrize("distance", [10, 1_000], ids=["close", "strewn"])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_rows_that_become_due_inside_a_window_do_not_swell_it(
    store: Store, batch_size: int, distance: int
) -> None:
    """Where a window has got more rows than a batch, a narrower one is taken instead."""
    rows = due_rows(distance)
    store.add_tasks(*rows)
    late = rows[0]["expires_at"]

    def act() -> None:
        store.add_tasks(
            *({"id": 2 + n, "key": f"late {n}", "expires_at": late} for n in range(5)),
            {"id": 3 + 3 * distance, "key": "late too", "expires_at": late},
        )

    with store.watched() as seen, before_first_delete(store.engine, "task_state", act):
        collect_garbage(store.engine, StateStoreSettings(state_cleanup_batch_size=batch_size))

    deletions = zip(seen.events, [*seen.events[1:], ""], strict=True)
    committed = [one[1] for one, after in deletions if isinstance(one, tuple) and after == "commit"]
    assert max(committed) <= batch_size
    assert max(seen.rows("task_state")) > batch_size
    assert not {f"expired {n}" for n in range(6)} & set(store.task_keys())


def test_a_race_without_end_is_given_up(store: Store) -> None:
    """Where each window gets more rows than a batch, the run stops with an error, not in a loop."""
    rows = due_rows(1_000)
    store.add_tasks(*rows)
    numbers = iter(range(999, 0, -1))

    def intervene(_c: Connection, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE"):
            number = next(numbers)
            store.add_tasks(
                {"id": number, "key": f"late {number}", "expires_at": rows[1]["expires_at"]}
            )

    event.listen(store.engine, "before_cursor_execute", intervene)
    try:
        with pytest.raises(CollectionStoppedError, match="run again later"):
            # The first row goes alone; then each new one comes in front of the one that was found.
            collect_garbage(store.engine, StateStoreSettings(state_cleanup_batch_size=1))
    finally:
        event.remove(store.engine, "before_cursor_execute", intervene)

    assert "expired 1" in store.task_keys()
