"""Making, dropping and requiring the tables of the metastore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from state_store_reference.errors import MetastoreUnavailableError, MissingTablesError
from state_store_reference.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Engine

REMEDY = "Run: state-store db init"


def create_tables(engine: Engine) -> None:
    """Create the tables that are not there yet.

    Raises:
        MetastoreUnavailableError: the database does not answer.
    """
    try:
        metadata.create_all(engine)
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error


def drop_tables(engine: Engine) -> None:
    """Drop the tables of the metastore, with every row in them.

    Raises:
        MetastoreUnavailableError: the database does not answer.
    """
    try:
        metadata.drop_all(engine)
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error


def require_tables(engine: Engine) -> None:
    """Check that the database answers and has every table of the metastore.

    Raises:
        MetastoreUnavailableError: the database does not answer.
        MissingTablesError: a table is missing.
    """
    if _is_absent_file(engine):
        raise missing_tables(engine, sorted(metadata.tables))
    try:
        with engine.connect() as connection:
            present = set(inspect(connection).get_table_names())
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error
    if absent := sorted(set(metadata.tables) - present):
        raise missing_tables(engine, absent)


def _is_absent_file(engine: Engine) -> bool:
    # To look into a file that is not there, SQLite would make it.
    if engine.dialect.name != "sqlite" or "uri" in engine.url.query or not engine.url.database:
        return False
    return not Path(engine.url.database).exists()


def unavailable(engine: Engine, error: BaseException) -> MetastoreUnavailableError:
    """Say that the database behind ``engine`` does not answer, without its password."""
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()
    return MetastoreUnavailableError(
        f"The metastore at {_shown(engine)} does not answer: "
        f"{reason[0] if reason else type(error).__name__}. "
        "Check that the server runs and that [database] sql_alchemy_conn names it."
    )


def missing_tables(engine: Engine, absent: list[str] | None = None) -> MissingTablesError:
    """Say that the database behind ``engine`` has no tables of ours, without its password."""
    named = f" ({', '.join(absent)})" if absent else ""
    return MissingTablesError(
        f"The database at {_shown(engine)} lacks tables of the metastore{named}. {REMEDY}"
    )


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
