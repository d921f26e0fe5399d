"""Databases of a million rows that a benchmark may empty and have back as they were."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from benchmarks.collection_floor import RETENTION_DAYS, instant
from state_store_reference import create_metastore_engine, create_tables
from tests.servers import MYSQL, POSTGRES, execute, temporary_database

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from sqlalchemy import Engine

NOW = datetime.now(UTC)
_KEYS_OF_A_RUN = 1_000
_CHUNK = 5_000
_SHARE_EXPIRED = 0.5
_SHARE_EXPIRING = 0.4
_SHARE_NEVER = 0.1
_PURGE_SECONDS = 5


def task_rows(rows: int, share_due: float) -> Iterator[tuple[Any, ...]]:
    """Give rows of ``task_state``, those that are due strewn over all of them.

    Half of those that are due have an expiry, the others are too old. Of the rest some expire
    later, some are young, and some never expire though they are old.
    """
    choose = random.Random(67299)  # noqa: S311
    month = 30 * 24 * 3600
    for number in range(1, rows + 1):
        is_due = choose.random() < share_due
        kind = choose.random()
        age = timedelta(seconds=1 + choose.random() * (month - 86_400))
        updated_at, expires_at, never_expire = NOW - age, None, False
        if is_due and kind < _SHARE_EXPIRED:
            expires_at = NOW - age
        elif is_due:
            updated_at -= timedelta(days=RETENTION_DAYS)
        elif kind < _SHARE_EXPIRING:
            expires_at = NOW + timedelta(days=1) + age
        elif kind < _SHARE_EXPIRING + _SHARE_NEVER:
            updated_at -= timedelta(days=RETENTION_DAYS)
            never_expire = True
        yield (
            number,
            1 + number // _KEYS_OF_A_RUN,
            f"task_{number // 100 % 10}",
            -1,
            f"key_{number % 100:03d}",
            "v" * 60,
            updated_at,
            expires_at,
            never_expire,
        )


def asset_rows(rows: int, assets: int, *, strewn: bool) -> Iterator[tuple[Any, ...]]:
    """Give rows of ``asset_state``, as many for each asset, side by side or far apart."""
    each = rows // assets
    for number in range(each * assets):
        owner, key = (number % assets, number // assets) if strewn else divmod(number, each)
        yield (number + 1, owner + 1, f"key_{key:06d}", "v" * 60, NOW)


class Database:
    """A database with the tables of the metastore, which :meth:`restored` gives back filled."""

    dialect: str
    label: str

    def __init__(self, url: str) -> None:
        self.url = url

    def engine(self) -> Engine:
        """Give an engine of the reference."""
        return create_metastore_engine(self.url)

    def driver(self) -> Any:
        """Give a connection of the bare driver."""
        raise NotImplementedError

    def create(self) -> None:
        """Make the tables."""
        engine = self.engine()
        create_tables(engine)
        engine.dispose()

    def fill(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows as fast as the driver can."""
        with closing(self.driver()) as connection:
            cursor = connection.cursor()
            chunk: list[tuple[Any, ...]] = []
            for row in rows:
                chunk.append(tuple(self.bound(value) for value in row))
                if len(chunk) == _CHUNK:
                    self._insert(cursor, table, chunk)
                    chunk.clear()
            if chunk:
                self._insert(cursor, table, chunk)
            connection.commit()

    def bound(self, value: object) -> object:
        """Give a value as the driver takes it."""
        return instant(self.dialect, value) if isinstance(value, datetime) else value

    def _insert(self, cursor: Any, table: str, chunk: list[tuple[Any, ...]]) -> None:
        mark = "?" if self.dialect == "sqlite" else "%s"
        values = ", ".join([mark] * len(chunk[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({values})", chunk)  # noqa: S608

    def execute(self, statement: str) -> None:
        """Execute one statement and commit."""
        with closing(self.driver()) as connection:
            connection.cursor().execute(statement)
            connection.commit()

    def keep(self) -> None:
        """Take the rows as they are for what to restore, and gather statistics."""
        raise NotImplementedError

    def restore(self) -> None:
        """Bring the rows back that were kept, with nothing left over from deleting them."""
        raise NotImplementedError


class Sqlite(Database):
    """A file, restored by copying it."""

    dialect = "sqlite"
    label = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "state.db"
        super().__init__(f"sqlite:///{self.file}")

    def driver(self) -> sqlite3.Connection:
        """Give a connection of the bare driver."""
        connection = sqlite3.connect(self.file)
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def keep(self) -> None:
        """Copy the file."""
        self.execute("ANALYZE")
        shutil.copy(self.file, f"{self.file}.kept")

    def restore(self) -> None:
        """Copy it back."""
        shutil.copy(f"{self.file}.kept", self.file)


class Postgres(Database):
    """A database, restored by copying it on the server."""

    dialect = "postgresql"
    label = "PostgreSQL"

    def driver(self) -> Any:
        """Give a connection of the bare driver."""
        import psycopg  # noqa: PLC0415 - only where it is needed

        url = make_url(self.url).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False))

    def fill(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Copy, which is much faster than inserting."""
        with closing(self.driver()) as connection:
            with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            connection.commit()

    @property
    def _kept(self) -> str:
        return f"{make_url(self.url).database}_kept"

    def keep(self) -> None:
        """Make a copy of the database."""
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        execute(POSTGRES, f"DROP DATABASE IF EXISTS {self._kept} WITH (FORCE)")
        execute(POSTGRES, f"CREATE DATABASE {self._kept} TEMPLATE {make_url(self.url).database}")

    def restore(self) -> None:
        """Make the database anew from its copy, and read it, as no cache knows it yet."""
        name = make_url(self.url).database
        execute(POSTGRES, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        execute(POSTGRES, f"CREATE DATABASE {name} TEMPLATE {self._kept}")
        execute(POSTGRES, "CHECKPOINT")
        self.execute("SELECT sum(length(value)) FROM task_state")
        self.execute("SELECT sum(length(value)) FROM asset_state")

    def forget(self) -> None:
        """Drop the copy."""
        execute(POSTGRES, f"DROP DATABASE IF EXISTS {self._kept} WITH (FORCE)")


class Mysql(Database):
    """A database, restored by inserting what is missing from a copy of the table."""

    dialect = "mysql"
    label = "MariaDB"

    def driver(self) -> Any:
        """Give a connection of the bare driver."""
        import pymysql  # noqa: PLC0415 - only where it is needed

        url = make_url(self.url)
        return pymysql.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=url.password or "",
            database=url.database,
            charset="utf8mb4",
        )

    def keep(self) -> None:
        """Copy both tables."""
        for table in ("task_state", "asset_state"):
            self.execute(f"ANALYZE TABLE {table}")
            self.execute(f"DROP TABLE IF EXISTS kept_{table}")
            self.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")  # noqa: S608
            self.execute(f"ALTER TABLE kept_{table} ADD PRIMARY KEY (id)")

    def restore(self) -> None:
        """Insert what is missing, then wait for the server to clean up behind."""
        self._wait_for_purge()
        for table in ("task_state", "asset_state"):
            self.execute(
                f"INSERT INTO {table} SELECT kept.* FROM kept_{table} AS kept "  # noqa: S608
                f"LEFT JOIN {table} AS now USING (id) WHERE now.id IS NULL"
            )
        self._wait_for_purge()
        self.execute("SELECT sum(length(value)) FROM task_state")

    def _wait_for_purge(self) -> None:
        import pymysql  # noqa: PLC0415

        with closing(self.driver()) as connection, suppress(pymysql.err.OperationalError):
            # Other sessions of the server may keep it from ever being done.
            connection.cursor().execute(
                f"SET STATEMENT max_statement_time = {_PURGE_SECONDS} FOR "
                "SET GLOBAL innodb_max_purge_lag_wait = 0"
            )


@contextmanager
def database(dialect: str) -> Generator[Database]:
    """Give a database of a random name, with empty tables, and drop it at the end."""
    if dialect == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            embedded = Sqlite(Path(folder))
            embedded.create()
            yield embedded
    elif dialect == "postgresql":
        with temporary_database(POSTGRES) as url:
            postgres = Postgres(url)
            postgres.create()
            try:
                yield postgres
            finally:
                postgres.forget()
    else:
        with temporary_database(MYSQL) as url:
            mysql = Mysql(url)
            mysql.create()
            yield mysql


def fill_task_state(where: Database, rows: int, share_due: float) -> None:
    """Fill ``task_state`` and keep it."""
    runs = rows // _KEYS_OF_A_RUN + 1
    where.execute("DELETE FROM task_state")
    where.execute("DELETE FROM dag_run")
    where.fill("dag_run", ((number, "dag", f"run_{number}") for number in range(1, runs + 1)))
    where.fill("task_state", task_rows(rows, share_due))
    where.keep()


def fill_asset_state(
    where: Database, rows: int, assets: int, orphans: int, *, strewn: bool
) -> None:
    """Fill ``asset_state``, with so many orphans strewn over the assets, and keep it."""
    numbers = range(1, assets + 1)
    where.execute("DELETE FROM task_state")
    where.execute("DELETE FROM asset_state")
    where.execute("DELETE FROM asset_active")
    where.execute("DELETE FROM asset")
    where.fill("asset", ((number, f"asset_{number}", f"s3://b/{number}") for number in numbers))
    active = (number for number in numbers if not orphans or number % (assets // orphans))
    where.fill("asset_active", ((f"asset_{number}", f"s3://b/{number}") for number in active))
    where.fill("asset_state", asset_rows(rows, assets, strewn=strewn))
    where.keep()
