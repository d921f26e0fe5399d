"""What an error of the database means: try again, or tell the user what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError, OperationalError

from state_store_reference.errors import MetastoreUnavailableError
from state_store_reference.tables import missing_tables, unavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine

# Serialization failure, deadlock, and a parent that went while its row was written; then the same
# on MySQL and MariaDB, with a record changed since it was read, and an id that could not be drawn
# because another upsert holds the counter while it waits.
_TRANSIENT: Final = frozenset({"40001", "40P01", "23503", 1213, 1452, 1020, 1467})
_NO_SUCH_TABLE: Final = frozenset({"42P01", 1146})


def is_transient(error: BaseException) -> bool:
    """Tell whether the same transaction, begun anew, may succeed."""
    return isinstance(error, DBAPIError) and _code(error) in _TRANSIENT


def explained(engine: Engine, error: BaseException) -> MetastoreUnavailableError | None:
    """Give the error that a user can act on, or ``None`` where it is neither of the known ones."""
    if isinstance(error, DBAPIError):
        if _code(error) in _NO_SUCH_TABLE or "no such table" in str(error.orig):
            return missing_tables(engine)
        # Without a statement it failed to connect; a severed connection is of no use either.
        connecting = isinstance(error, OperationalError) and error.statement is None
        if connecting or error.connection_invalidated:
            return unavailable(engine, error)
        return None
    # asyncpg does not wrap what the operating system says of a socket.
    return unavailable(engine, error) if isinstance(error, OSError) else None


def _code(error: DBAPIError) -> str | int | None:
    original = error.orig
    # MySQL's drivers have both, and there the number says more than the state.
    arguments = getattr(original, "args", ())
    if arguments and isinstance(arguments[0], int):
        return arguments[0]
    for attribute in ("sqlstate", "pgcode"):
        state = getattr(original, attribute, None)
        if isinstance(state, str):
            return state
    return None
