"""Writing a row whether it is there or not, in the words of each database.

The new row is selected from its parent, so an unknown dag run or asset makes no row instead of an
error, which on PostgreSQL would end the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import mysql, postgresql, sqlite

from state_store_reference.column_types import MYSQL_DIALECTS
from state_store_reference.errors import UnsupportedDatabaseError

if TYPE_CHECKING:
    from sqlalchemy import Column, Executable, SelectBase, Table


def upsert_from_select(
    dialect: str,
    table: Table,
    identity: Sequence[Column[Any]],
    contents: Sequence[Column[Any]],
    source: SelectBase,
) -> Executable:
    """Build ``INSERT ... SELECT`` that replaces the contents of a row with the same identity.

    Args:
        dialect: name of the SQLAlchemy dialect.
        table: where the row goes.
        identity: the columns of its unique constraint.
        contents: the columns that an overwrite replaces.
        source: gives ``identity`` and then ``contents``; no row where the parent is unknown.

    Raises:
        UnsupportedDatabaseError: the metastore does not know this kind of database.
    """
    columns = [*identity, *contents]
    if dialect in MYSQL_DIALECTS:
        mysql_insert = mysql.insert(table).from_select(columns, source)
        return mysql_insert.on_duplicate_key_update(
            {column.name: mysql_insert.inserted[column.name] for column in contents}
        )
    if dialect == "postgresql":
        postgres_insert = postgresql.insert(table).from_select(columns, source)
        return postgres_insert.on_conflict_do_update(
            index_elements=list(identity),
            set_={column.name: postgres_insert.excluded[column.name] for column in contents},
        ).execution_options(preserve_rowcount=True)
    if dialect == "sqlite":
        sqlite_insert = sqlite.insert(table).from_select(columns, source)
        return sqlite_insert.on_conflict_do_update(
            index_elements=list(identity),
            set_={column.name: sqlite_insert.excluded[column.name] for column in contents},
        )
    raise UnsupportedDatabaseError(
        f"The metastore has no upsert for {dialect!r}. Use SQLite, PostgreSQL, MySQL or MariaDB."
    )
