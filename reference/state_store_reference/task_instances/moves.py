"""``TaskInstances``: moving task instances from state to state."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from state_store_reference.boundary.parents import require_task_scope
from state_store_reference.database import Database
from state_store_reference.execution import apersistently, persistently
from state_store_reference.task_instance_state import TaskInstanceState
from state_store_reference.task_instances.change import (
    StateRead,
    can_have_state,
    change_state,
    require_possible,
)
from state_store_reference.task_instances.clearing import aclear_in_savepoint, clear_in_savepoint
from state_store_reference.task_instances.errors import TransactionLostError, UnknownStateError
from state_store_reference.task_instances.transition import Transition
from state_store_reference.validation import shortened
from state_store_spec import StateStoreSettings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from state_store_spec import BaseStateBackend, TaskScope

_LOGGER: Final = logging.getLogger(__name__)


class TaskInstances:
    """Moves task instances, and clears their task state where ``clear_on_success`` says so.

    "When ``True``, all task state keys for a task instance are automatically deleted when that task
    instance moves to the ``success`` state." That is: when its state was another one before; of
    exactly that map index; and never of assets. The server knows nothing of a worker-side backend:
    references go, what they point to stays.

    The move is one transaction. Clearing is a savepoint inside it, through the backend's own
    ``clear`` or ``aclear`` with the session of that transaction. Where clearing fails, the
    savepoint is rolled back, the move is committed, and the failure is logged and reported.

    Args:
        engine: of the Airflow metadata database.
        backend: the one that ``[state_store] backend`` names.
        settings: the settings, or a function that gives those in force, asked for each move.
        async_engine: of the same database, for the async methods.
    """

    def __init__(
        self,
        engine: Engine,
        backend: BaseStateBackend,
        settings: Callable[[], StateStoreSettings] | StateStoreSettings,
        async_engine: AsyncEngine | None = None,
    ) -> None:
        self._database = Database(engine, async_engine)
        self._backend = backend
        self._settings = settings

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        """Move a task instance to a state, and commit that.

        Args:
            scope: the task instance; one that was never seen before has no state yet.
            to: the new state.
            by_hand: a person sets the state; it is logged so, and the rules are the same.

        Raises:
            InvalidScopeError: not a task scope.
            UnknownDagRunError: there is no such dag run.
            UnknownStateError: there is no such state.
            UnrepresentableError: no row can be of that task instance.
            sqlalchemy.exc.SQLAlchemyError: the state cannot be changed; nothing has changed.
        """
        move = self._prepared(scope, to)
        engine = self._database.engine
        lost: Exception | None = None
        try:
            transition = persistently(engine, self._attempt, move)
        except TransactionLostError as error:
            lost = error.cause
            transition = persistently(engine, self._attempt, replace(move, clears=False))
        return _reported(scope, transition, lost, by_hand=by_hand)

    async def amove(
        self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False
    ) -> Transition:
        """Async variant of :meth:`move`."""
        move = self._prepared(scope, to)
        engine = self._database.async_engine
        lost: Exception | None = None
        try:
            transition = await apersistently(engine, self._async_attempt, move)
        except TransactionLostError as error:
            lost = error.cause
            transition = await apersistently(
                engine, self._async_attempt, replace(move, clears=False)
            )
        return _reported(scope, transition, lost, by_hand=by_hand)

    def state(self, scope: TaskScope) -> TaskInstanceState | None:
        """Give the state of a task instance; ``None`` where it has none or does not exist.

        Raises:
            InvalidScopeError: not a task scope.
        """
        require_task_scope(scope)
        return self._database.run(StateRead(scope)) if can_have_state(scope) else None

    async def astate(self, scope: TaskScope) -> TaskInstanceState | None:
        """Async variant of :meth:`state`."""
        require_task_scope(scope)
        return await self._database.arun(StateRead(scope)) if can_have_state(scope) else None

    def _prepared(self, scope: TaskScope, to: TaskInstanceState) -> _Move:
        require_task_scope(scope)
        require_possible(scope)
        settings = self._settings() if callable(self._settings) else self._settings
        return _Move(scope, _known(to), clears=settings.clear_on_success)

    def _attempt(self, engine: Engine, move: _Move) -> Transition:
        with engine.begin() as connection:
            transition = Transition(change_state(connection, move.scope, move.to), move.to)
            if not move.clears_at(transition):
                return transition
            return _cleared(transition, clear_in_savepoint(connection, self._backend, move.scope))

    async def _async_attempt(self, engine: AsyncEngine, move: _Move) -> Transition:
        async with engine.begin() as connection:
            previous = await connection.run_sync(change_state, move.scope, move.to)
            transition = Transition(previous, move.to)
            if not move.clears_at(transition):
                return transition
            return _cleared(
                transition, await aclear_in_savepoint(connection, self._backend, move.scope)
            )


@dataclass(frozen=True, slots=True)
class _Move:
    """What is asked for, and whether ``clear_on_success`` is in force."""

    scope: TaskScope
    to: TaskInstanceState
    clears: bool

    def clears_at(self, transition: Transition) -> bool:
        """Tell whether this is a move to success that clears."""
        return self.clears and self.to is TaskInstanceState.SUCCESS and transition.is_move


def _known(state: str) -> TaskInstanceState:
    try:
        return TaskInstanceState(state)
    except ValueError:
        raise UnknownStateError(
            f"to = {shortened(state)} is no state of a task instance. Nothing has changed. Pass a "
            f"TaskInstanceState: {', '.join(TaskInstanceState)}."
        ) from None


def _cleared(transition: Transition, error: Exception | None) -> Transition:
    return replace(transition, cleared=error is None, clear_error=error)


def _reported(
    scope: TaskScope, transition: Transition, lost: Exception | None, *, by_hand: bool
) -> Transition:
    """Log what has been committed."""
    if lost is not None:
        transition = replace(transition, clear_error=lost)
    if transition.is_move:
        _LOGGER.info(
            "%s moved from %s to %s%s%s.",
            scope,
            transition.previous or "no state",
            transition.state,
            " by hand" if by_hand else "",
            ", its task state is cleared" if transition.cleared else "",
        )
    if transition.clear_error is not None:
        _LOGGER.error(
            "The task state of %s is not cleared, although [state_store] clear_on_success is on. "
            "Its success is committed (SUCCESS-7). Mend what failed, then clear it by hand.",
            scope,
            exc_info=transition.clear_error,
        )
    return transition
