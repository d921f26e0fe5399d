"""Task instances and `clear_on_success`: what clears too much, too little, or at another moment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from state_store_reference.schema import asset_state, dag_run, task_state
from state_store_reference.task_instances import TaskInstances, TaskInstanceState, Transition
from state_store_spec import StateStoreSettings, TaskScope, UnknownDagRunError
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken

if TYPE_CHECKING:
    from state_store_spec import BaseStateBackend

CHAPTER: Final = Chapter("Clearing on success", "metastore-")
_broken: Final = partial(broken, CHAPTER, "task_instances")


class AfterMoves(TaskInstances):
    """Does something more after each move."""

    @property
    def backend(self) -> BaseStateBackend:
        """The server's backend."""
        return self._backend

    @property
    def settings(self) -> StateStoreSettings:
        """The settings of the moment."""
        return self._settings() if callable(self._settings) else self._settings

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        transition = super().move(scope, to, by_hand=by_hand)
        self.after(scope, transition)
        return transition

    def after(self, scope: TaskScope, transition: Transition) -> None:
        """Do it."""

    def execute(self, statement: Any) -> None:
        """Run a statement in the database."""
        with self._database.engine.begin() as connection:
            connection.execute(statement)


@_broken(
    breaks=["CONF-4"],
    beside=["SUCCESS-4", "BOUND-5"],
    because="the default of an option that nobody has set is looked up in the wrong place",
)
class ClearsUnasked(AfterMoves):
    """Success clears while `clear_on_success` is off."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.state == "success" and transition.is_move:
            self.backend.clear(scope)


@_broken(
    breaks=["SUCCESS-1"],
    beside=["SUCCESS-5", "SUCCESS-6"],
    because="settings are read when the process starts",
)
class ReadsSettingsOnce(TaskInstances):
    """The settings of the start are those of the end."""

    def __init__(self, engine: Any, backend: Any, settings: Any, async_engine: Any) -> None:
        super().__init__(engine, backend, settings(), async_engine)


class _NeverClears(AfterMoves):
    """Moves without clearing; what is cleared is up to :meth:`after`."""

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        in_force = self._settings
        self._settings = StateStoreSettings()
        try:
            transition = TaskInstances.move(self, scope, to, by_hand=by_hand)
        finally:
            self._settings = in_force
        if self.settings.clear_on_success and transition.state == "success":
            self.after(scope, transition)
        return transition


@_broken(
    breaks=["SUCCESS-1"],
    beside=["SUCCESS-5", "SUCCESS-6"],
    because="the option was added to the settings, and to nothing else",
)
class NeverClears(_NeverClears):
    """Success clears nothing."""


@_broken(
    breaks=["SUCCESS-1"],
    beside=["SUCCESS-5", "SUCCESS-6", "SUCCESS-2"],
    because="`map_index` has a default, and was not handed on",
)
class ClearsTheUnmapped(_NeverClears):
    """Success of a mapped task instance clears the keys of the unmapped one."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.is_move:
            self.backend.clear(TaskScope(scope.dag_id, scope.run_id, scope.task_id))


@_broken(
    breaks=["SUCCESS-6"],
    beside=["SUCCESS-5"],
    because="never sounds like a promise to everybody",
)
class NeverSurvivesSuccess(_NeverClears):
    """Success spares the keys that never expire."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.is_move:
            row = task_state.c
            runs = select(dag_run.c.id).filter_by(dag_id=scope.dag_id, run_id=scope.run_id)
            self.execute(
                delete(task_state).where(
                    row.dag_run_id.in_(runs),
                    row.task_id == scope.task_id,
                    row.map_index == scope.map_index,
                    ~row.never_expire,
                )
            )


@_broken(
    breaks=["SUCCESS-2"],
    because="a mapped task is one task, and `all_map_indices=True` was at hand",
)
class ClearsSiblings(AfterMoves):
    """Success clears every map index of the task."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.cleared:
            self.backend.clear(scope, all_map_indices=True)


@_broken(breaks=["SUCCESS-2"], because="the rows of a dag run have one id, and the query uses it")
class ClearsTheWholeRun(AfterMoves):
    """Success of one task instance clears the task state of every other."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        del scope
        if transition.cleared:
            self.execute(delete(task_state))


@_broken(breaks=["SUCCESS-3"], because="what a task wrote is the task's, an asset's state included")
class ClearsAssets(AfterMoves):
    """Success clears asset state too."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        del scope
        if transition.cleared:
            self.execute(delete(asset_state))


@_broken(
    breaks=["SUCCESS-4"], beside=["SCOPE-2"], because="a task that is over needs no state: any end"
)
class ClearsOnFailure(AfterMoves):
    """A failure clears as a success does."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if self.settings.clear_on_success and transition.state == "failed":
            self.backend.clear(scope)


@_broken(breaks=["SUCCESS-4"], because="a task that was skipped has not failed")
class ClearsOnSkip(AfterMoves):
    """A skip clears as a success does."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if self.settings.clear_on_success and transition.state == "skipped":
            self.backend.clear(scope)


@_broken(breaks=["SUCCESS-4"], because="being in a state is easier to see than moving to it")
class ClearsAgain(AfterMoves):
    """Success clears whether it is a move or not."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if self.settings.clear_on_success and transition.state == "success":
            self.backend.clear(scope)


@_broken(
    breaks=["SCOPE-2"],
    beside=["SUCCESS-4"],
    because="a try should begin with nothing, like the process that it is",
)
class RetriesBeginWithNothing(AfterMoves):
    """A retry clears the task state of the tries before."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.state == "up_for_retry":
            self.backend.clear(scope)


@_broken(
    breaks=["SUCCESS-5"], because="the hook sits where the worker reports, and a person does not"
)
class NeedsNoHand(TaskInstances):
    """A success that a person sets does not clear."""

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        if not by_hand:
            return super().move(scope, to)
        in_force, self._settings = self._settings, StateStoreSettings()
        try:
            return super().move(scope, to, by_hand=True)
        finally:
            self._settings = in_force


@_broken(breaks=["SUCCESS-8"], because="a late report of a run that was deleted is of no interest")
class MovesInUnknownRuns(TaskInstances):
    """A task instance of a dag run that does not exist is moved, or so it says."""

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        try:
            return super().move(scope, to, by_hand=by_hand)
        except UnknownDagRunError:
            return Transition(None, to)
