"""Clearing task state within a transaction that must not fail because of it.

The backend works in a session that lives in a savepoint: whatever it does there, a commit or a
rollback included, ends at the savepoint.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from state_store_reference.task_instances.errors import TransactionLostError

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from state_store_spec import BaseStateBackend, TaskScope

_IN_SAVEPOINT: Final = "create_savepoint"


def clear_in_savepoint(
    connection: Connection, backend: BaseStateBackend, scope: TaskScope
) -> Exception | None:
    """Have the backend clear the scope; give what it raised, after going back to the savepoint.

    Raises:
        TransactionLostError: there is no way back; the caller's transaction is lost.
    """
    session = Session(connection, join_transaction_mode=_IN_SAVEPOINT)
    try:
        backend.clear(scope, session=session)
        session.commit()
    except Exception as error:  # whatever it is: success must not be lost by it
        try:
            session.rollback()
        except SQLAlchemyError:
            raise TransactionLostError(error) from error
        if connection.invalidated:
            raise TransactionLostError(error) from error
        return error
    finally:
        with suppress(SQLAlchemyError):
            session.close()
    return None


async def aclear_in_savepoint(
    connection: AsyncConnection, backend: BaseStateBackend, scope: TaskScope
) -> Exception | None:
    """Async variant of :func:`clear_in_savepoint`."""
    session = AsyncSession(connection, join_transaction_mode=_IN_SAVEPOINT)
    try:
        await backend.aclear(scope, session=session)
        await session.commit()
    except Exception as error:  # whatever it is: success must not be lost by it
        try:
            await session.rollback()
        except SQLAlchemyError:
            raise TransactionLostError(error) from error
        if connection.invalidated:
            raise TransactionLostError(error) from error
        return error
    finally:
        with suppress(SQLAlchemyError):
            await session.close()
    return None
