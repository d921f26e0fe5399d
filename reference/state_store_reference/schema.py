"""The tables of the metastore; what must hold of a row is declared here.

``dag_run``, ``task_instance``, ``asset`` and ``asset_active`` stand for Airflow's tables of those
names, cut down to what the rules need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    and_,
)

from state_store_reference.column_types import (
    MYSQL_DIALECTS,
    UtcInstant,
    identifying_text,
    long_text,
    row_id,
)
from state_store_reference.task_instance_state import TaskInstanceState

if TYPE_CHECKING:
    from sqlalchemy import Dialect

# One index entry of (dag run, task, map index, key) has to fit: 2,704 bytes on PostgreSQL, 3,072
# on InnoDB. A key of 512 characters takes up to 2,048, which leaves 600 for the task.
MAX_KEY_CHARACTERS: Final = 512
MAX_TASK_ID_CHARACTERS: Final = 250
MAX_TASK_ID_BYTES: Final = 600
MAX_ID_CHARACTERS: Final = 250
MAX_ASSET_CHARACTERS: Final = 1500

_WIDEST_CHARACTER: Final = 4
_STATE_CHARACTERS: Final = 20
_MYSQL_TABLE: Final[dict[str, Any]] = {
    f"{dialect}_{option}": setting
    for dialect in ("mysql", "mariadb")
    for option, setting in (
        ("engine", "InnoDB"),
        ("charset", "utf8mb4"),
        ("collate", "utf8mb4_bin"),
        ("row_format", "DYNAMIC"),
    )
}
# An id of a deleted parent must not come back and mean another one.
_PARENT: Final[dict[str, Any]] = {"sqlite_autoincrement": True, **_MYSQL_TABLE}


def _values(states: type[TaskInstanceState]) -> list[str]:
    return [state.value for state in states]


metadata: Final = MetaData()

dag_run: Final = Table(
    "dag_run",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column(
        "dag_id",
        identifying_text(MAX_ID_CHARACTERS, MAX_ID_CHARACTERS * _WIDEST_CHARACTER),
        nullable=False,
    ),
    Column(
        "run_id",
        identifying_text(MAX_ID_CHARACTERS, MAX_ID_CHARACTERS * _WIDEST_CHARACTER),
        nullable=False,
    ),
    UniqueConstraint("dag_id", "run_id", name="uq_dag_run_dag_id_run_id"),
    **_PARENT,
)

task_instance: Final = Table(
    "task_instance",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column(
        "dag_run_id",
        BigInteger(),
        ForeignKey("dag_run.id", name="fk_task_instance_dag_run", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("task_id", identifying_text(MAX_TASK_ID_CHARACTERS, MAX_TASK_ID_BYTES), nullable=False),
    Column("map_index", Integer(), nullable=False),
    Column(
        "state",
        Enum(
            TaskInstanceState,
            values_callable=_values,
            native_enum=False,
            length=_STATE_CHARACTERS,
            create_constraint=True,
            name="ck_task_instance_state",
        ),
        nullable=True,
    ),
    UniqueConstraint("dag_run_id", "task_id", "map_index", name="uq_task_instance_scope"),
    **_MYSQL_TABLE,
)

asset: Final = Table(
    "asset",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column("name", identifying_text(MAX_ASSET_CHARACTERS, MAX_ASSET_CHARACTERS), nullable=False),
    Column("uri", identifying_text(MAX_ASSET_CHARACTERS, MAX_ASSET_CHARACTERS), nullable=False),
    UniqueConstraint("name", "uri", name="uq_asset_name_uri"),
    **_PARENT,
)

asset_active: Final = Table(
    "asset_active",
    metadata,
    Column("name", identifying_text(MAX_ASSET_CHARACTERS, MAX_ASSET_CHARACTERS), primary_key=True),
    Column("uri", identifying_text(MAX_ASSET_CHARACTERS, MAX_ASSET_CHARACTERS), primary_key=True),
    UniqueConstraint("name", name="uq_asset_active_name"),
    UniqueConstraint("uri", name="uq_asset_active_uri"),
    ForeignKeyConstraint(
        ["name", "uri"],
        ["asset.name", "asset.uri"],
        name="fk_asset_active_asset",
        ondelete="CASCADE",
    ),
    **_MYSQL_TABLE,
)

task_state: Final = Table(
    "task_state",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column(
        "dag_run_id",
        BigInteger(),
        ForeignKey("dag_run.id", name="fk_task_state_dag_run", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("task_id", identifying_text(MAX_TASK_ID_CHARACTERS, MAX_TASK_ID_BYTES), nullable=False),
    Column("map_index", Integer(), nullable=False),
    Column(
        "key",
        identifying_text(MAX_KEY_CHARACTERS, MAX_KEY_CHARACTERS * _WIDEST_CHARACTER),
        nullable=False,
    ),
    Column("value", long_text(), nullable=False),
    Column("updated_at", UtcInstant(), nullable=False),
    Column("expires_at", UtcInstant(), nullable=True),
    Column("never_expire", Boolean(), nullable=False),
    # The key is part of it, so that a lookup costs the same however many keys a scope has.
    UniqueConstraint("dag_run_id", "task_id", "map_index", "key", name="uq_task_state_scope_key"),
    CheckConstraint("NOT never_expire OR expires_at IS NULL", name="ck_task_state_never_expire"),
    **_MYSQL_TABLE,
)


def _has_partial_indexes(*_: object, dialect: Dialect, **__: object) -> bool:
    return dialect.name not in MYSQL_DIALECTS


def _lacks_partial_indexes(*_: object, dialect: Dialect, **__: object) -> bool:
    return dialect.name in MYSQL_DIALECTS


# One index for each time-based rule, in the order in which collection walks it: the instant that
# makes a row due, then the id, so that rows with one instant can be told apart.
Index(
    "ix_task_state_expiry",
    task_state.c.expires_at,
    task_state.c.id,
    sqlite_where=task_state.c.expires_at.is_not(None),
    postgresql_where=task_state.c.expires_at.is_not(None),
)
Index(
    "ix_task_state_fallback",
    task_state.c.updated_at,
    task_state.c.id,
    sqlite_where=and_(task_state.c.expires_at.is_(None), ~task_state.c.never_expire),
    postgresql_where=and_(task_state.c.expires_at.is_(None), ~task_state.c.never_expire),
).ddl_if(callable_=_has_partial_indexes)
# MySQL and MariaDB have no partial indexes, so there the condition is the head of the index.
Index(
    "ix_task_state_fallback_full",
    task_state.c.never_expire,
    task_state.c.expires_at,
    task_state.c.updated_at,
    task_state.c.id,
).ddl_if(callable_=_lacks_partial_indexes)

asset_state: Final = Table(
    "asset_state",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column(
        "asset_id",
        BigInteger(),
        ForeignKey("asset.id", name="fk_asset_state_asset", ondelete="CASCADE"),
        nullable=False,
    ),
    Column(
        "key",
        identifying_text(MAX_KEY_CHARACTERS, MAX_KEY_CHARACTERS * _WIDEST_CHARACTER),
        nullable=False,
    ),
    Column("value", long_text(), nullable=False),
    Column("updated_at", UtcInstant(), nullable=False),
    UniqueConstraint("asset_id", "key", name="uq_asset_state_scope_key"),
    **_MYSQL_TABLE,
)
