"""Transactions of a caller: several calls in one session, which the caller alone ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from state_store_conformance.errors import SessionEndedError
from state_store_conformance.target import raised
from state_store_conformance.targets.backend_calls import BackendCalls
from state_store_spec.answers import Answer, Answers, CallAnswer
from state_store_spec.operations import Transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine


def in_session(engine: Engine, calls: BackendCalls, operation: Transaction) -> Answer:
    """Make the calls in one session, then commit or roll back.

    Where a call ended the transaction, or the session cannot be ended, that is the answer of the
    whole (SESSION-1).
    """
    answers: list[CallAnswer] = []
    try:
        with Session(engine) as session:
            transaction = session.begin()
            for position, call in enumerate(operation.operations, start=1):
                answers.append(calls.call(call, session))
                if session.get_transaction() is not transaction or not transaction.is_active:
                    return raised(_ended(position, call.op))
            if operation.end == "commit":
                session.commit()
            else:
                session.rollback()
    except Exception as error:  # noqa: BLE001 - a harmed session is an answer
        return raised(error)
    return Answers(tuple(answers))


async def in_async_session(
    engine: AsyncEngine, calls: BackendCalls, operation: Transaction
) -> Answer:
    """Make the calls in one async session; see :func:`in_session`."""
    answers: list[CallAnswer] = []
    try:
        async with AsyncSession(engine) as session:
            await session.begin()
            transaction = session.sync_session.get_transaction()
            for position, call in enumerate(operation.operations, start=1):
                answers.append(await calls.acall(call, session))
                current = session.sync_session.get_transaction()
                if current is None or current is not transaction or not current.is_active:
                    return raised(_ended(position, f"a{call.op}"))
            if operation.end == "commit":
                await session.commit()
            else:
                await session.rollback()
    except Exception as error:  # noqa: BLE001 - a harmed session is an answer
        return raised(error)
    return Answers(tuple(answers))


def _ended(position: int, method: str) -> SessionEndedError:
    return SessionEndedError(
        f"call {position} ({method}) ended the transaction of its caller's session: it was "
        "committed, rolled back or closed"
    )
