"""Measure garbage collection against one hand-written ``DELETE`` for each rule.

Prints a table in Markdown and the plans behind it; ``--json FILE`` writes the same numbers. Exit
status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from benchmarks.collection_database import (
    NOW,
    Database,
    database,
    fill_asset_state,
    fill_task_state,
)
from benchmarks.collection_floor import RETENTION_DAYS, delete_expired, delete_orphaned
from state_store_reference import collect_garbage
from state_store_spec import StateStoreSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

DIALECTS = ("sqlite", "postgresql", "mysql")
ASSETS = 10_000
BATCHED_BOUND = {"sqlite": 2.5, "postgresql": 2.0, "mysql": 2.0}
SPARSE_BOUND = {"sqlite": 2.2, "postgresql": 1.4, "mysql": 1.7}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was measured."""

    database: str
    what: str
    unit: str
    measured: float
    bound: float | None
    detail: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the bound, if there is one, was met."""
        if self.bound is None:
            return ""
        return "met" if self.measured <= self.bound else "MISSED"


def settings(batch_size: int) -> StateStoreSettings:
    """Give settings with the retention of the floor."""
    return StateStoreSettings(
        default_retention_days=RETENTION_DAYS, state_cleanup_batch_size=batch_size
    )


def seconds_of_collection(where: Database, batch_size: int) -> float:
    """Restore, collect, and give the seconds that collection took."""
    where.restore()
    engine = where.engine()
    with engine.connect():
        pass  # connecting is not collecting: the floor is connected too
    start = time.perf_counter()
    collect_garbage(engine, settings(batch_size))
    seconds = time.perf_counter() - start
    engine.dispose()
    return seconds


def seconds_of_floor(where: Database) -> float:
    """Restore, delete by hand, and give the seconds that it took."""
    where.restore()
    with closing(where.driver()) as connection:
        return delete_expired(connection, where.dialect, NOW)


def compare(where: Database, rounds: int, batch_sizes: tuple[int, ...]) -> dict[int | None, float]:
    """Measure floor (``None``) and batch sizes in turns; give the median seconds of each."""
    seconds: dict[int | None, list[float]] = {None: [], **{size: [] for size in batch_sizes}}
    for _ in range(rounds):
        seconds[None].append(seconds_of_floor(where))
        for size in batch_sizes:
            seconds[size].append(seconds_of_collection(where, size))
    return {size: statistics.median(several) for size, several in seconds.items()}


def measure_half(where: Database, rows: int, rounds: int) -> Iterator[Measure]:
    """Half of the rows are due."""
    fill_task_state(where, rows, share_due=0.5)
    seconds = compare(where, rounds, (0, 10_000))
    for size, bound in ((0, 1.3), (10_000, BATCHED_BOUND[where.dialect])):
        yield Measure(
            where.label,
            f"half of {rows:,} rows due, batch {size:,}",
            "times the floor",
            seconds[size] / seconds[None],
            bound,
            f"{seconds[size]:.2f} s, floor {seconds[None]:.2f} s",
        )
    where.restore()
    engine = where.engine()
    with engine.connect():
        pass
    tracemalloc.start()
    collect_garbage(engine, settings(10_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    engine.dispose()
    yield Measure(
        where.label,
        f"half of {rows:,} rows due, batch 10,000: memory",
        "MB at most at once",
        peak / 1e6,
        5.0,
    )


def measure_sparse(where: Database, rows: int, rounds: int, plans: list[str]) -> Iterator[Measure]:
    """One row in a hundred is due; afterwards none."""
    fill_task_state(where, rows, share_due=0.01)
    seconds = compare(where, rounds, (1_000,))
    yield Measure(
        where.label,
        f"1 % of {rows:,} rows due, batch 1,000",
        "times the floor",
        seconds[1_000] / seconds[None],
        SPARSE_BOUND[where.dialect],
        f"{seconds[1_000]:.3f} s, floor {seconds[None]:.3f} s",
    )
    where.restore()
    engine = where.engine()
    plans.extend(explained(engine, where, lambda: collect_garbage(engine, settings(1_000))))
    engine = where.engine()
    collect_garbage(engine, settings(0))
    for size in (0, 1_000):
        several = [timed(lambda: collect_garbage(engine, settings(size))) for _ in range(50)]  # noqa: B023
        yield Measure(
            where.label,
            f"nothing due among {rows:,} rows, batch {size:,}",
            "ms",
            statistics.median(several) * 1e3,
            2.0,
        )
    engine.dispose()


def measure_orphans(where: Database, rows: int, rounds: int) -> Iterator[Measure]:
    """Sweep assets of which none, then one in a hundred, is an orphan."""
    for orphans, strewn, bound in (
        (0, False, 50.0),
        (ASSETS // 100, False, 100.0),
        (ASSETS // 100, True, None),
    ):
        fill_asset_state(where, rows, ASSETS, orphans, strewn=strewn)
        place = "each row on a page of its own" if strewn else "rows of an asset side by side"
        floor = statistics.median(seconds_of_known_orphans(where, orphans) for _ in range(rounds))
        for size in (0, 1_000):
            several = [seconds_of_collection(where, size) for _ in range(rounds)]
            yield Measure(
                where.label,
                f"sweep of {rows:,} rows, {orphans} orphans of {ASSETS:,} assets, {place}, "
                f"batch {size:,}",
                "ms",
                statistics.median(several) * 1e3,
                bound,
                f"one `DELETE` by known ids {floor * 1e3:.0f} ms" if orphans else "",
            )


def seconds_of_known_orphans(where: Database, orphans: int) -> float:
    """Restore, delete the orphans by hand, and give the seconds that it took."""
    if not orphans:
        return 0.0
    where.restore()
    distance = ASSETS // orphans
    with closing(where.driver()) as connection:
        return delete_orphaned(connection, list(range(distance, ASSETS + 1, distance)))


def timed(call: Callable[[], object]) -> float:
    """Give the seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def explained(engine: Engine, where: Database, call: Callable[[], object]) -> Iterator[str]:
    """Give the plans of the first statement of each kind that a call sends."""
    seen: dict[str, Any] = {}

    @event.listens_for(engine, "before_cursor_execute")
    def remember(_c: Connection, _u: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "DELETE")) and "task_state" in statement:
            seen.setdefault(statement, parameters)

    call()
    engine.dispose()
    where.restore()
    word = "EXPLAIN QUERY PLAN" if where.dialect == "sqlite" else "EXPLAIN"
    with closing(where.driver()) as connection:
        cursor = connection.cursor()
        for statement, parameters in seen.items():
            cursor.execute(f"{word} {statement}", parameters)
            plan = "\n".join(
                "  " + " | ".join(str(cell) for cell in row if cell not in (None, 0))
                for row in cursor.fetchall()
            )
            yield f"{' '.join(statement.split())}\n{plan}"


def main() -> int:
    """Print the table, write the file if one is asked for, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", action="append", choices=DIALECTS, dest="dialects")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    rows, rounds = arguments.rows, arguments.rounds

    print(
        f"Median of {rounds} rounds, in turns. The floor is one `DELETE ... WHERE` for each "
        "time-based rule, through the bare driver, on the same tables and indexes.\n"
    )
    print("| database | what | measured | at most | | |\n| --- | --- | ---: | ---: | --- | --- |")
    measures: list[Measure] = []
    plans: dict[str, list[str]] = {}
    for dialect in arguments.dialects or DIALECTS:
        with database(dialect) as where:
            mine: list[str] = []
            parts = (
                measure_half(where, rows, rounds),
                measure_sparse(where, rows, rounds, mine),
                measure_orphans(where, rows, rounds),
            )
            for one in (measure for part in parts for measure in part):
                measures.append(one)
                bound = "" if one.bound is None else f"{one.bound:g}"
                print(
                    f"| {one.database} | {one.what} | {one.measured:.2f} {one.unit} "
                    f"| {bound} | {one.verdict} | {one.detail} |",
                    flush=True,
                )
            plans[where.label] = mine
    for label, several in plans.items():
        print(f"\n## Plans on {label}, 1 % due, batch 1,000\n")
        print("```text\n" + "\n\n".join(several) + "\n```")
    if arguments.json:
        text = json.dumps([asdict(one) | {"verdict": one.verdict} for one in measures], indent=2)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return int(any(one.verdict == "MISSED" for one in measures))


if __name__ == "__main__":
    sys.exit(main())
