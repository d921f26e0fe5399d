"""Measure single calls of the metastore against the floor: ``python -m benchmarks.run_calls``.

The two take turns in small blocks within one run, and what counts is the ratio: the machine and
its other load cancel out. Prints a Markdown table and writes JSON on request.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from benchmarks import floor_calls
from state_store_reference import (
    MetastoreStateBackend,
    create_metastore_engine,
    create_tables,
)
from state_store_reference.schema import dag_run
from state_store_spec import TaskScope
from tests.servers import MYSQL, POSTGRES, temporary_database

KEYS = [f"key_{number}" for number in range(50)]
VALUE = "spark-application-0042"
SCOPE = TaskScope("dag", "run", "task")
LARGE_SCOPE = TaskScope("dag", "run", "large")
LARGE = 10_000
LIMITS = {
    ("set", "session"): {"sqlite": 1.7, "postgresql": 1.3, "mysql": 1.6},
    ("get", "session"): {"sqlite": 1.5, "postgresql": 1.5, "mysql": 1.5},
    ("delete", "session"): {"sqlite": 1.5, "postgresql": 1.5, "mysql": 1.5},
    ("set", "own"): {"sqlite": 1.5, "postgresql": 1.5, "mysql": 1.5},
    ("get", "own"): {"sqlite": 1.5, "postgresql": 1.5, "mysql": 1.5},
    ("delete", "own"): {"sqlite": 1.5, "postgresql": 1.5, "mysql": 1.5},
    ("get", "10,000 keys"): {"sqlite": 2.0, "postgresql": 2.0, "mysql": 2.0},
}


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; times are microseconds for one call, medians over the rounds."""

    database: str
    call: str
    setting: str
    floor_microseconds: float
    metastore_microseconds: float
    ratio: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the ratio is within the limit."""
        return self.ratio <= self.limit


def seconds(work: Callable[[str], object]) -> float:
    """Time one call for each key."""
    begin = perf_counter()
    for key in KEYS:
        work(key)
    return perf_counter() - begin


def compare(
    rounds: int,
    floor: Callable[[str], object],
    metastore: Callable[[str], object],
    between: Callable[[], None],
) -> tuple[float, float, float]:
    """Give microseconds of both and the median ratio; each round starts with the other one."""
    floors: list[float] = []
    metastores: list[float] = []
    for number in range(-2, rounds):
        contestants = [(floor, floors), (metastore, metastores)]
        for work, times in contestants if number % 2 else reversed(contestants):
            between()
            elapsed = seconds(work)
            # The first two rounds fill the caches.
            if number >= 0:
                times.append(elapsed)
    ratios = [ours / theirs for theirs, ours in zip(floors, metastores, strict=True)]
    scale = 1e6 / len(KEYS)
    return (
        statistics.median(floors) * scale,
        statistics.median(metastores) * scale,
        statistics.median(ratios),
    )


def measure(url: str, rounds: int) -> Iterator[Result]:
    """Measure every call on one database."""
    engine = create_metastore_engine(url)
    plain = create_engine(url)
    database = engine.dialect.name
    create_tables(engine)
    floor_calls.metadata.create_all(plain)
    floor = floor_calls.Floor(database)
    with engine.begin() as connection:
        connection.execute(dag_run.insert(), {"dag_id": "dag", "run_id": "run"})
    with plain.begin() as connection:
        floor.prepare(connection)
    backend = MetastoreStateBackend(engine)

    def result(call: str, setting: str, measured: tuple[float, float, float]) -> Result:
        return Result(database, call, setting, *measured, LIMITS[call, setting][database])

    for call in ("set", "get", "delete"):
        yield result(call, "session", in_session(call, plain, floor, backend, rounds))
    for call in ("set", "get", "delete"):
        yield result(call, "own", on_its_own(call, plain, floor, backend, rounds))
    yield result("get", "10,000 keys", in_scopes(engine, backend, rounds))
    plain.dispose()
    engine.dispose()


def in_session(
    call: str,
    plain: Engine,
    floor: floor_calls.Floor,
    backend: MetastoreStateBackend,
    rounds: int,
) -> tuple[float, float, float]:
    """Compare in an open transaction."""
    # Only one of the two transactions is open at a time, which SQLite insists on.
    connection = plain.connect()
    session = Session(backend.engine)

    def between() -> None:
        connection.rollback()
        session.rollback()

    def fill_floor() -> None:
        with plain.begin() as filling:
            for key in KEYS:
                floor.set(filling, key, VALUE)

    fill_floor()
    with Session(backend.engine) as filling, filling.begin():
        for key in KEYS:
            backend.set(SCOPE, key, VALUE, session=filling)
    work: dict[str, tuple[Callable[[str], object], Callable[[str], object]]] = {
        "set": (
            lambda key: floor.set(connection, key, VALUE),
            lambda key: backend.set(SCOPE, key, VALUE, session=session),
        ),
        "get": (
            lambda key: floor.get(connection, key),
            lambda key: backend.get(SCOPE, key, session=session),
        ),
        "delete": (
            lambda key: floor.delete(connection, key),
            lambda key: backend.delete(SCOPE, key, session=session),
        ),
    }
    measured = compare(rounds, *work[call], between)
    connection.close()
    session.close()
    return measured


def on_its_own(
    call: str,
    plain: Engine,
    floor: floor_calls.Floor,
    backend: MetastoreStateBackend,
    rounds: int,
) -> tuple[float, float, float]:
    """Compare with one transaction for each call."""

    def transaction(work: Callable[[Connection], object]) -> object:
        with plain.begin() as connection:
            return work(connection)

    def refill() -> None:
        if call != "delete":
            return
        with plain.begin() as connection:
            for key in KEYS:
                floor.set(connection, key, VALUE)
        with Session(backend.engine) as session, session.begin():
            for key in KEYS:
                backend.set(SCOPE, key, VALUE, session=session)

    work: dict[str, tuple[Callable[[str], object], Callable[[str], object]]] = {
        "set": (
            lambda key: transaction(lambda connection: floor.set(connection, key, VALUE)),
            lambda key: backend.set(SCOPE, key, VALUE),
        ),
        "get": (
            lambda key: transaction(lambda connection: floor.get(connection, key)),
            lambda key: backend.get(SCOPE, key),
        ),
        "delete": (
            lambda key: transaction(lambda connection: floor.delete(connection, key)),
            lambda key: backend.delete(SCOPE, key),
        ),
    }
    return compare(max(rounds // 2, 3), *work[call], refill)


def in_scopes(
    engine: Engine, backend: MetastoreStateBackend, rounds: int
) -> tuple[float, float, float]:
    """Compare a read in a scope of one key with a read in a scope of 10,000."""
    small = TaskScope("dag", "run", "small")
    with Session(engine) as session, session.begin():
        backend.set(small, KEYS[0], VALUE, session=session)
        for number in range(LARGE):
            backend.set(LARGE_SCOPE, f"key_{number}", VALUE, session=session)
    with engine.begin() as connection:
        # The statistics a server would gather sooner or later anyway.
        connection.execute(
            text("ANALYZE TABLE task_state" if engine.dialect.name == "mysql" else "ANALYZE")
        ).close()
    with Session(engine) as session:
        return compare(
            rounds,
            lambda _: backend.get(small, KEYS[0], session=session),
            lambda key: backend.get(LARGE_SCOPE, key, session=session),
            session.rollback,
        )


@contextmanager
def databases(names: list[str]) -> Generator[Iterator[str]]:
    """Give a fresh database of each kind, and drop it again."""

    def fresh() -> Iterator[str]:
        for name in names:
            if name == "sqlite":
                with tempfile.TemporaryDirectory() as folder:
                    yield f"sqlite:///{Path(folder) / 'benchmark.db'}"
            else:
                with temporary_database(POSTGRES if name == "postgresql" else MYSQL) as url:
                    yield url

    yield fresh()


def server_version(url: str) -> str:
    """Give the version of the database behind a URL."""
    engine = create_engine(url)
    with engine.connect() as connection:
        question = "sqlite_version()" if engine.dialect.name == "sqlite" else "version()"
        answer = str(connection.execute(text(f"SELECT {question}")).scalar_one())
    engine.dispose()
    return answer


def markdown(results: list[Result]) -> str:
    """Give the table that people read."""
    lines = [
        "| database | call | setting | floor, µs | metastore, µs | ratio | at most | |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| {line.database} | {line.call} | {line.setting} | {line.floor_microseconds:.0f} | "
        f"{line.metastore_microseconds:.0f} | {line.ratio:.2f} | {line.limit:.1f} | "
        f"{'holds' if line.holds else 'MISSED'} |"
        for line in results
    ]
    return "\n".join(lines)


def main() -> int:
    """Run it; exit with 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--database",
        action="append",
        choices=["sqlite", "postgresql", "mysql"],
        help="measure only this one (may be repeated)",
    )
    parser.add_argument("--rounds", type=int, default=60, help="blocks of 50 calls (60)")
    parser.add_argument("--json", type=Path, help="write the results there too")
    arguments = parser.parse_args()
    results: list[Result] = []
    versions: dict[str, str] = {}
    with databases(arguments.database or ["sqlite", "postgresql", "mysql"]) as urls:
        for url in urls:
            measured = list(measure(url, arguments.rounds))
            versions[measured[0].database] = server_version(url)
            results += measured
    about = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlalchemy": version("SQLAlchemy"),
        "databases": versions,
    }
    print(markdown(results))
    print()
    print(", ".join(f"{name}: {value}" for name, value in about.items()))
    if arguments.json:
        lines = [{**asdict(line), "holds": line.holds} for line in results]
        arguments.json.write_text(json.dumps({**about, "results": lines}, indent=2) + "\n")
    return 0 if all(line.holds for line in results) else 1


if __name__ == "__main__":
    sys.exit(main())
