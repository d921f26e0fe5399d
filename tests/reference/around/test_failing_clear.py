"""A failure while clearing on success: the success stays, and somebody hears of it (SUCCESS-7)."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from state_store_reference import (
    TaskInstances,
    TaskInstanceState,
    Transition,
)
from state_store_reference.schema import task_state
from state_store_spec import StateStoreSettings
from tests.reference.around.doubles import CustomBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from sqlalchemy import Engine

    from state_store_spec import BaseStateBackend, StateScope, TaskScope
    from tests.reference.around.surroundings import Caller, Surroundings

RUNNING = TaskInstanceState.RUNNING
SUCCESS = TaskInstanceState.SUCCESS
CLEARING = StateStoreSettings(clear_on_success=True)
REFUSED = "refused by the trigger"

# For each database: statements that make every DELETE of task state fail, and that undo it.
TRIGGERS = {
    "sqlite": (
        [
            (
                "CREATE TRIGGER refuse BEFORE DELETE ON task_state "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        ],
        ["DROP TRIGGER refuse"],
    ),
    "postgresql": (
        [
            (
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
            ),
            (
                "CREATE TRIGGER refuse BEFORE DELETE ON task_state "
                "FOR EACH ROW EXECUTE FUNCTION refuse()"
            ),
        ],
        ["DROP TRIGGER refuse ON task_state", "DROP FUNCTION refuse"],
    ),
    "mysql": (
        [
            (
                "CREATE TRIGGER refuse BEFORE DELETE ON task_state FOR EACH ROW "
                f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{REFUSED}'"
            )
        ],
        ["DROP TRIGGER refuse"],
    ),
}
# A server that does this to a session has taken the transaction along.
SUICIDES = {
    "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
    "mysql": "KILL CONNECTION_ID()",
}
IMPATIENCE = {
    "postgresql": "SET lock_timeout = '50ms'",
    "mysql": "SET innodb_lock_wait_timeout = 0",
}


class InjectedError(Exception):
    """A failure that a test has put there."""


class Interrupt(BaseException):
    """What no ``except Exception`` catches, as ``KeyboardInterrupt`` is."""


@pytest.fixture
def running(store: Surroundings, load: TaskScope) -> Surroundings:
    """Give a database in which the task is running and has two keys."""
    instances = TaskInstances(store.engine, store.backend, CLEARING)
    instances.move(load, RUNNING)
    for key in ("job", "rows"):
        store.backend.set(load, key, "17")
    return store


def instances_of(store: Surroundings, backend: BaseStateBackend | None = None) -> TaskInstances:
    """Give the task instances of a database."""
    return TaskInstances(
        store.engine, backend or store.backend, CLEARING, async_engine=store.async_engine
    )


def blocking_engines(store: Surroundings) -> Iterator[Engine]:
    """Give what the events of both engines are listened to on."""
    yield store.engine
    yield store.async_engine.sync_engine


@contextmanager
def failing(store: Surroundings, beginning: str) -> Generator[None]:
    """Fail every statement with that beginning, before it reaches the database."""

    def refuse(*arguments: object) -> None:
        if str(arguments[2]).startswith(beginning):
            raise InjectedError(beginning)

    with ExitStack() as undo:
        for engine in blocking_engines(store):
            event.listen(engine, "before_cursor_execute", refuse)
            undo.callback(event.remove, engine, "before_cursor_execute", refuse)
        yield


@contextmanager
def refusing_trigger(store: Surroundings) -> Generator[None]:
    """Have the database itself refuse to delete task state."""
    make, drop = TRIGGERS[store.engine.dialect.name]
    with store.engine.begin() as connection:
        for statement in make:
            connection.exec_driver_sql(statement)
    try:
        yield
    finally:
        with store.engine.begin() as connection:
            for statement in drop:
                connection.exec_driver_sql(statement)


def assert_success_without_clearing(
    store: Surroundings, transition: Transition, load: TaskScope, error: type[Exception]
) -> None:
    """The success is committed, both keys are there, and the transition tells why."""
    assert (RUNNING, SUCCESS, False) == (
        transition.previous,
        transition.state,
        transition.cleared,
    )
    assert isinstance(transition.clear_error, error)
    assert SUCCESS is TaskInstances(store.engine, store.backend, CLEARING).state(load)
    assert ["job", "rows"] == store.task_keys()


def test_failure_before_the_database(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """A DELETE that fails on its way to the database."""
    with failing(running, "DELETE FROM task_state"):
        transition = call(instances_of(running), "move", load, SUCCESS)

    assert_success_without_clearing(running, transition, load, InjectedError)


def test_failure_of_the_database(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """A DELETE that the database refuses, which on PostgreSQL spoils the transaction."""
    with refusing_trigger(running):
        transition = call(instances_of(running), "move", load, SUCCESS)

    assert_success_without_clearing(running, transition, load, DBAPIError)
    assert REFUSED in str(transition.clear_error)


@pytest.mark.parametrize("metastore_url", ["postgres", "mysql"], indirect=True)
def test_lock_that_is_not_to_be_had(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """A DELETE that waits too long for a row that somebody else has locked."""

    def be_impatient(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(IMPATIENCE[running.engine.dialect.name])
        cursor.close()
        connection.commit()  # type: ignore[attr-defined]

    with running.engine.connect() as other:
        other.execute(select(task_state.c.id).with_for_update())
        with ExitStack() as undo:
            for engine in blocking_engines(running):
                event.listen(engine, "connect", be_impatient)
                undo.callback(event.remove, engine, "connect", be_impatient)
            transition = call(instances_of(running), "move", load, SUCCESS)

    assert_success_without_clearing(running, transition, load, DBAPIError)


def test_failure_is_logged(
    running: Surroundings, call: Caller, load: TaskScope, caplog: pytest.LogCaptureFixture
) -> None:
    """One error, with the task instance and the traceback, once the success is committed."""
    with failing(running, "DELETE FROM task_state"):
        call(instances_of(running), "move", load, SUCCESS)

    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(load) in record.getMessage()
    assert "clear it by hand" in record.getMessage()
    assert record.exc_info is not None
    assert InjectedError is record.exc_info[0]
    assert record.exc_info[2] is not None


class HalfwayBackend(CustomBackend):
    """A metastore of sorts: deletes a key in the session it is given, and then does its worst."""

    def __init__(self, then: Callable[[Session], None]) -> None:
        super().__init__()
        self._then = then

    def clear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Delete one of the keys."""
        super().clear(scope, all_map_indices=all_map_indices, session=session)
        assert isinstance(session, Session)
        session.execute(delete(task_state).where(task_state.c.key == "job"))
        self._then(session)

    async def aclear(
        self, scope: StateScope, *, all_map_indices: bool = False, session: object = None
    ) -> None:
        """Delete one of the keys."""
        assert isinstance(session, AsyncSession)
        await session.run_sync(
            lambda blocking: self.clear(scope, all_map_indices=all_map_indices, session=blocking)
        )


def refuse(session: Session) -> None:
    """Raise something that no database would."""
    raise InjectedError(str(session.is_active))


def commit_and_refuse(session: Session) -> None:
    """Try to make the deletion stay, which is not a backend's to decide."""
    session.commit()
    raise InjectedError


def roll_back_and_refuse(session: Session) -> None:
    """Try to undo the success."""
    session.rollback()
    raise InjectedError


def lose_the_transaction(session: Session) -> None:
    """Do what a server does that has chosen this transaction as a deadlock's victim."""
    session.connection().exec_driver_sql("ROLLBACK")
    raise InjectedError


def lose_the_connection(session: Session) -> None:
    """Have the server end the connection."""
    connection = session.connection()
    connection.exec_driver_sql(SUICIDES[connection.dialect.name])


def interrupt(session: Session) -> None:
    """Raise what must not be swallowed."""
    raise Interrupt(str(session.is_active))


@pytest.mark.parametrize("then", [refuse, roll_back_and_refuse, lose_the_transaction])
def test_backend_that_fails_halfway(
    running: Surroundings, call: Caller, load: TaskScope, then: Callable[[Session], None]
) -> None:
    """What it has deleted comes back, and the success stays, whatever it does to the session."""
    backend = HalfwayBackend(then)

    transition = call(instances_of(running, backend), "move", load, SUCCESS)

    assert_success_without_clearing(running, transition, load, InjectedError)
    assert 1 == len(backend.calls)


def test_backend_that_commits(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """A commit of the backend's ends at its savepoint, and the success stays all the same."""
    backend = HalfwayBackend(commit_and_refuse)

    transition = call(instances_of(running, backend), "move", load, SUCCESS)

    assert (False, InjectedError) == (transition.cleared, type(transition.clear_error))
    assert SUCCESS is instances_of(running).state(load)
    assert ["rows"] == running.task_keys()


@pytest.mark.parametrize("metastore_url", ["postgres", "mysql"], indirect=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_connection_that_ends(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """The success is committed on another connection, and the failure is reported."""
    backend = HalfwayBackend(lose_the_connection)

    transition = call(instances_of(running, backend), "move", load, SUCCESS)

    assert_success_without_clearing(running, transition, load, DBAPIError)
    assert 1 == len(backend.calls)


def test_interrupt_is_no_failure_to_clear(
    running: Surroundings, call: Caller, load: TaskScope
) -> None:
    """Who interrupts the process wants it to end: nothing has changed, and it is raised."""
    with pytest.raises(Interrupt):
        call(instances_of(running, HalfwayBackend(interrupt)), "move", load, SUCCESS)

    assert RUNNING is instances_of(running).state(load)
    assert ["job", "rows"] == running.task_keys()


def test_failure_to_succeed(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """Where the state itself cannot be changed, nothing is, and the error is raised."""
    backend = CustomBackend()

    for instances in (instances_of(running), instances_of(running, backend)):
        with (
            failing(running, "UPDATE task_instance"),
            pytest.raises(InjectedError, match="UPDATE"),
        ):
            call(instances, "move", load, SUCCESS)

    assert RUNNING is instances_of(running).state(load)
    assert ["job", "rows"] == running.task_keys()
    assert [] == backend.calls


@pytest.mark.parametrize("statement", ["INSERT INTO task_instance", "UPDATE task_instance"])
def test_failure_of_the_first_move(
    store: Surroundings, call: Caller, load: TaskScope, statement: str
) -> None:
    """A task instance that was never seen before is as unknown as before."""
    store.backend.set(load, "job", "17")

    with failing(store, statement), pytest.raises(InjectedError, match=statement):
        call(instances_of(store), "move", load, SUCCESS)

    assert instances_of(store).state(load) is None
    assert ["job"] == store.task_keys()


def test_failure_to_commit(running: Surroundings, call: Caller, load: TaskScope) -> None:
    """Success and clearing are one transaction: without the commit neither has happened."""

    def refuse_commit(*_: object) -> None:
        raise InjectedError("COMMIT")

    with ExitStack() as undo:
        for engine in blocking_engines(running):
            event.listen(engine, "commit", refuse_commit)
            undo.callback(event.remove, engine, "commit", refuse_commit)
        with pytest.raises(InjectedError, match="COMMIT"):
            call(instances_of(running), "move", load, SUCCESS)

    assert RUNNING is instances_of(running).state(load)
    assert ["job", "rows"] == running.task_keys()
