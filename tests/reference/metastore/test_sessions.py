"""A caller's session stays the caller's: part of its transaction, never ended by the backend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Session

from state_store_reference.schema import dag_run, metadata, task_state
from state_store_spec import (
    AssetScope,
    NaiveExpiryError,
    TaskScope,
    UnknownAssetError,
    UnknownDagRunError,
    UnrepresentableError,
)
from tests.reference.metastore.subject import SCOPE, Subject


class Base(DeclarativeBase):
    """The mapped classes of a caller."""

    metadata = metadata


class DagRun(Base):
    """A caller's own mapping of the table of dag runs."""

    __table__ = dag_run


def watched(session: Session) -> list[str]:
    """Give a list that fills with what ends a transaction of the session."""
    seen: list[str] = []
    event.listen(session, "after_commit", lambda _: seen.append("commit"))
    event.listen(session, "after_rollback", lambda _: seen.append("rollback"))
    event.listen(session, "after_soft_rollback", lambda *_: seen.append("soft rollback"))
    return seen


def test_a_session_is_not_ended(subject: Subject) -> None:
    """No call commits, rolls back or closes; the caller's rollback undoes every one."""
    with Session(subject.engine) as session:
        seen = watched(session)
        subject.backend.set(SCOPE, "a", "1", session=session)
        subject.backend.set(SCOPE, "a", "2", session=session)
        subject.backend.set_never_expire(SCOPE, "b", "3", session=session)
        read = [subject.backend.get(SCOPE, key, session=session) for key in "ab"]
        subject.backend.delete(SCOPE, "a", session=session)
        after_delete = subject.backend.get(SCOPE, "a", session=session)
        subject.backend.clear(SCOPE, session=session)
        after_clear = subject.backend.get(SCOPE, "b", session=session)
        subject.backend.set(SCOPE, "c", "4", session=session)

        assert (read, after_delete, after_clear, seen) == (["2", "3"], None, None, [])
        assert session.in_transaction()
        session.rollback()
    assert subject.task_rows() == []


def test_an_async_session_is_not_ended(subject: Subject) -> None:
    """The async methods keep to the same contract."""

    async def use() -> tuple[list[str | None], list[str], bool]:
        async with AsyncSession(subject.async_engine) as session:
            seen = watched(session.sync_session)
            backend = subject.backend
            await backend.aset(SCOPE, "a", "1", session=session)
            read = [await backend.aget(SCOPE, "a", session=session)]
            await backend.aset_never_expire(SCOPE, "a", "2", session=session)
            read.append(await backend.aget(SCOPE, "a", session=session))
            await backend.adelete(SCOPE, "a", session=session)
            read.append(await backend.aget(SCOPE, "a", session=session))
            await backend.aset(SCOPE, "b", "3", session=session)
            await backend.aclear(SCOPE, all_map_indices=True, session=session)
            read.append(await backend.aget(SCOPE, "b", session=session))
            await backend.aset(SCOPE, "c", "4", session=session)
            open_still = session.in_transaction()
            await session.rollback()
            return read, [what for what in seen if what == "commit"], open_still

    assert subject.runner.run(use()) == (["1", "2", None, None], [], True)
    assert subject.task_rows() == []


def test_what_a_session_commits_is_kept(subject: Subject) -> None:
    """A commit of the caller keeps what was written through the session."""
    with Session(subject.engine) as session:
        subject.backend.set(SCOPE, "key", "value", session=session)
        session.commit()

    assert subject.backend.get(SCOPE, "key") == "value"


def test_a_savepoint_of_the_caller_undoes_a_write(subject: Subject) -> None:
    """A nested transaction that is rolled back takes its writes with it, and no others."""
    with Session(subject.engine) as session:
        subject.backend.set(SCOPE, "key", "outer", session=session)
        nested = session.begin_nested()
        subject.backend.set(SCOPE, "key", "inner", session=session)
        nested.rollback()
        session.commit()

    assert subject.backend.get(SCOPE, "key") == "outer"


def test_a_parent_that_is_pending_is_known(subject: Subject) -> None:
    """A dag run that the session has not flushed yet is flushed, and found."""
    scope = TaskScope("dag", "pending", "task")
    with Session(subject.engine) as session:
        session.add(DagRun(dag_id="dag", run_id="pending"))
        subject.backend.set(scope, "key", "value", session=session)
        assert subject.backend.get(scope, "key", session=session) == "value"
        session.rollback()
    assert subject.backend.get(scope, "key") is None


def test_a_session_without_autoflush_is_not_flushed(subject: Subject) -> None:
    """Where the caller has switched autoflush off, pending rows stay pending."""
    scope = TaskScope("dag", "pending", "task")
    with Session(subject.engine, autoflush=False) as session:
        session.add(DagRun(dag_id="dag", run_id="pending"))
        with pytest.raises(UnknownDagRunError):
            subject.backend.set(scope, "key", "value", session=session)
        assert len(session.new) == 1


def test_a_parent_that_is_pending_in_an_async_session(subject: Subject) -> None:
    """The async methods flush as the blocking ones do."""
    scope = TaskScope("dag", "pending", "task")

    async def use() -> str | None:
        async with AsyncSession(subject.async_engine) as session:
            session.add(DagRun(dag_id="dag", run_id="pending"))
            await subject.backend.aset(scope, "key", "value", session=session)
            return await subject.backend.aget(scope, "key", session=session)

    assert subject.runner.run(use()) == "value"


def test_a_call_from_an_event_of_a_flush(subject: Subject) -> None:
    """A session that is flushing may call the backend; it is not flushed a second time."""
    with Session(subject.engine) as session:

        @event.listens_for(session, "after_flush")
        def write(flushed: Session, _: object) -> None:
            scope = TaskScope("dag", "flushed", "task")
            subject.backend.set(scope, "key", "value", session=flushed)

        session.add(DagRun(dag_id="dag", run_id="flushed"))
        session.commit()

    assert subject.backend.get(TaskScope("dag", "flushed", "task"), "key") == "value"


REFUSED: list[tuple[type[Exception], tuple[Any, ...], dict[str, Any]]] = [
    (UnknownDagRunError, (TaskScope("dag", "nobody", "task"), "key", "value"), {}),
    (UnknownAssetError, (AssetScope(name="nobody"), "key", "value"), {}),
    (UnrepresentableError, (SCOPE, "k" * 513, "value"), {}),
    (UnrepresentableError, (SCOPE, "key", "\0"), {}),
    (
        NaiveExpiryError,
        (SCOPE, "key", "value"),
        {"expires_at": datetime.now(UTC).replace(tzinfo=None)},
    ),
]


@pytest.mark.parametrize(("error", "arguments", "options"), REFUSED)
def test_a_session_is_usable_after_a_refusal(
    subject: Subject,
    error: type[Exception],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    """A refused write leaves the transaction as it was, what came before included."""
    with Session(subject.engine) as session:
        subject.backend.set(SCOPE, "before", "1", session=session)
        with pytest.raises(error):
            subject.backend.set(*arguments, **options, session=session)
        subject.backend.set(SCOPE, "after", "2", session=session)
        session.commit()

    assert [row.key for row in subject.task_rows()] == ["after", "before"]


@pytest.mark.parametrize(("error", "arguments", "options"), REFUSED)
def test_an_async_session_is_usable_after_a_refusal(
    subject: Subject,
    error: type[Exception],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    """The async methods leave the transaction usable too."""

    async def use() -> None:
        async with AsyncSession(subject.async_engine) as session:
            await subject.backend.aset(SCOPE, "before", "1", session=session)
            with pytest.raises(error):
                await subject.backend.aset(*arguments, **options, session=session)
            await subject.backend.aset(SCOPE, "after", "2", session=session)
            await session.commit()

    subject.runner.run(use())
    assert [row.key for row in subject.task_rows()] == ["after", "before"]


def test_others_do_not_see_what_is_not_committed(subject: Subject) -> None:
    """On a server, a write in a session is invisible to a call without one."""
    if subject.database == "sqlite":
        # One writer at a time: a reader there waits for it rather than reading past it.
        with Session(subject.engine) as session:
            subject.backend.set(SCOPE, "key", "value", session=session)
            session.rollback()
        assert subject.backend.get(SCOPE, "key") is None
        return
    with Session(subject.engine) as session:
        subject.backend.set(SCOPE, "key", "value", session=session)
        assert subject.backend.get(SCOPE, "key") is None
        session.commit()
    assert subject.backend.get(SCOPE, "key") == "value"


@pytest.mark.parametrize("bind", ["connection", "tables"])
def test_a_session_bound_elsewhere_than_to_an_engine(subject: Subject, bind: str) -> None:
    """A session on a connection, or with an engine for each table, serves as well."""
    with subject.engine.connect() as connection:
        outer = connection.begin()
        make: Callable[[], Session] = (
            (lambda: Session(connection, join_transaction_mode="create_savepoint"))
            if bind == "connection"
            else (lambda: Session(binds={task_state: connection}))
        )
        with make() as session:
            subject.backend.set(SCOPE, "key", "value", session=session)
            assert subject.backend.get(SCOPE, "key", session=session) == "value"
        outer.rollback()
    with subject.engine.connect() as connection:
        assert connection.execute(select(task_state)).all() == []
