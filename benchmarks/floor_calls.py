"""The floor for single calls: what SQLAlchemy Core costs with statements prepared once.

Hand-written, with tables of its own, on purpose: nothing here comes from the reference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    select,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Executable

DAG_ID, RUN_ID, TASK_ID, MAP_INDEX = "floor_dag", "floor_run", "floor_task", -1

metadata = MetaData()
_MYSQL: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
_ID = BigInteger().with_variant(Integer(), "sqlite")
_INSTANT = DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql")

run = Table(
    "floor_run",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("dag_id", String(250), nullable=False),
    Column("run_id", String(250), nullable=False),
    UniqueConstraint("dag_id", "run_id"),
    **_MYSQL,
)
state = Table(
    "floor_state",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("floor_run_id", BigInteger, ForeignKey("floor_run.id", ondelete="CASCADE")),
    Column("task_id", String(150), nullable=False),
    Column("map_index", Integer, nullable=False),
    Column("key", String(512), nullable=False),
    Column("value", Text().with_variant(mysql.LONGTEXT(), "mysql"), nullable=False),
    Column("updated_at", _INSTANT, nullable=False),
    Column("expires_at", _INSTANT),
    Column("never_expire", Boolean, nullable=False),
    UniqueConstraint("floor_run_id", "task_id", "map_index", "key"),
    Index("ix_floor_state", "expires_at", "never_expire", "updated_at"),
    **_MYSQL,
)
_IDENTITY = ["floor_run_id", "task_id", "map_index", "key"]
_CONTENTS = ["value", "updated_at", "expires_at", "never_expire"]


def upsert(dialect: str) -> Executable:
    """Build the upsert of one row whose parent's id is known."""
    if dialect == "mysql":
        insert = mysql.insert(state)
        return insert.on_duplicate_key_update({name: insert.inserted[name] for name in _CONTENTS})
    maker = postgresql.insert if dialect == "postgresql" else sqlite.insert
    conflicting = maker(state)
    return conflicting.on_conflict_do_update(
        index_elements=_IDENTITY,
        set_={name: conflicting.excluded[name] for name in _CONTENTS},
    )


class Floor:
    """Set, get and delete on a connection, as little as can be done for them."""

    def __init__(self, dialect: str) -> None:
        parent = (
            select(run.c.id)
            .where(run.c.dag_id == bindparam("at_dag"), run.c.run_id == bindparam("at_run"))
            .scalar_subquery()
        )
        place = (
            state.c.floor_run_id == parent,
            state.c.task_id == bindparam("at_task"),
            state.c.map_index == bindparam("at_map_index"),
            state.c.key == bindparam("at_key"),
        )
        self.upsert = upsert(dialect)
        self.select = select(state.c.value).where(*place)
        self.remove = delete(state).where(*place)
        self.run_id = 0

    def prepare(self, connection: Connection) -> None:
        """Make the parent and remember its id."""
        connection.execute(run.insert(), {"dag_id": DAG_ID, "run_id": RUN_ID})
        self.run_id = connection.execute(select(run.c.id)).scalar_one()

    def set(self, connection: Connection, key: str, value: str) -> None:
        """Write a row."""
        connection.execute(
            self.upsert,
            {
                "floor_run_id": self.run_id,
                "task_id": TASK_ID,
                "map_index": MAP_INDEX,
                "key": key,
                "value": value,
                "updated_at": datetime.now(UTC),
                "expires_at": None,
                "never_expire": False,
            },
        )

    def get(self, connection: Connection, key: str) -> str | None:
        """Read a value."""
        return connection.execute(self.select, self._place(key)).scalar()

    def delete(self, connection: Connection, key: str) -> None:
        """Delete a row."""
        connection.execute(self.remove, self._place(key))

    @staticmethod
    def _place(key: str) -> dict[str, Any]:
        return {
            "at_dag": DAG_ID,
            "at_run": RUN_ID,
            "at_task": TASK_ID,
            "at_map_index": MAP_INDEX,
            "at_key": key,
        }
