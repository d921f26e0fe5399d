# ruff: noqa: ANN401, D102, E501 - what is passed on is passed on as it came, and a table has a row to a line
"""Accessors, boundaries, task instances and worker-side stores that break one rule each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import select

from state_store_conformance.targets.around_the_store import Parts
from state_store_conformance.targets.reference_metastore import (
    AROUND,
    ReferenceMetastore,
)
from state_store_conformance.targets.worker_side_store import WorkerSideStore
from state_store_reference.accessors import AssetStateAccessor, TaskStateAccessor
from state_store_reference.accessors.retention import Expiry
from state_store_reference.boundary import ServerBoundary
from state_store_reference.schema import asset, asset_state
from state_store_reference.task_instance_id import task_instance_id
from state_store_reference.task_instances import TaskInstances
from state_store_reference.task_instances.transition import Transition
from state_store_spec import AssetScope, StateStoreSettings, TaskScope, UnknownDagRunError

if TYPE_CHECKING:
    from state_store_reference.task_instance_state import TaskInstanceState


class ReadsTheServersClock(TaskStateAccessor):
    """Expiries count from the server's clock."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "clock": lambda: datetime.now(UTC)})


class AcceptsNoTime(TaskStateAccessor):
    """A retention of zero is an expiry like any other."""

    def _checked(self, key: str, value: str, retention: Any) -> Expiry:
        if retention == timedelta(0):
            return Expiry(self._clock(), never_expire=False)
        return super()._checked(key, value, retention)


class ForgetsRetentionWhenAsync(TaskStateAccessor):
    """``aset`` drops the retention."""

    async def aset(self, key: str, value: str, *, retention: Any = None) -> None:
        self._checked(key, value, retention)
        await super().aset(key, value)


class SendsTheValue(TaskStateAccessor):
    """The object is kept, and the value is sent all the same."""

    def _referred(self, key: str, value: str) -> str:
        super()._referred(key, value)
        return value


class SendsTheValueFirst(TaskStateAccessor):
    """The value is sent, and the reference after it."""

    def set(self, key: str, value: str, *, retention: Any = None) -> None:
        self._checked(key, value, retention)
        self._boundary.set_task_state(self._scope, key, value)
        super().set(key, value, retention=retention)


class KeepsBeforeItChecks(TaskStateAccessor):
    """The object is written, and the retention checked after it."""

    def set(self, key: str, value: str, *, retention: Any = None) -> None:
        self._referred(key, value)
        super().set(key, value, retention=retention)


class ResolvesWhatIsNotThere(TaskStateAccessor):
    """The hook is called where nothing was found."""

    def get(self, key: str) -> str | None:
        found: Any = self._boundary.get_task_state(self._scope, key)
        return self._resolve(found)


class LeavesTheObject(TaskStateAccessor):
    """``delete`` does not tell the worker-side backend."""

    def delete(self, key: str) -> None:
        self._boundary.delete_task_state(self._scope, key)


class SendsTheValueOfAssets(AssetStateAccessor):
    """Asset state does not go through the worker-side backend."""

    def _referred(self, key: str, value: str) -> str:
        del key
        return value


class ForgetsNever(ServerBoundary):
    """A key that never expires is handed on as one without retention."""

    def set_task_state(self, *arguments: Any, **options: Any) -> None:
        super().set_task_state(*arguments, **{**options, "never_expire": False})


class ClearsWithSiblings(ServerBoundary):
    """``clear`` of a mapped task takes every map index."""

    def clear_task_state(self, scope: TaskScope) -> None:
        self._backend.clear(scope, all_map_indices=True)


class FindsInactiveAssets(ServerBoundary):
    """A name means the first asset that has it, active or not."""

    def set_asset_state(
        self, key: str, text: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        named = asset.c.uri == uri if name is None else asset.c.name == name
        with self._database.engine.connect() as connection:
            found = connection.scalar(select(asset.c.id).where(named).order_by(asset.c.id))
        if found is None:
            super().set_asset_state(key, text, name=name, uri=uri)
        else:
            self._backend.set(AssetScope(asset_id=found), key, text)


class ListsTheUnmapped(ServerBoundary):
    """A person sees the keys of another map index."""

    def list_task_state(self, scope: TaskScope) -> Any:
        return super().list_task_state(TaskScope(scope.dag_id, scope.run_id, scope.task_id))


class After(TaskInstances):
    """Does something more after each move."""

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        transition = super().move(scope, to, by_hand=by_hand)
        settings: Any = self._settings
        if settings().clear_on_success:
            self.after(scope, transition)
        return transition

    def after(self, scope: TaskScope, transition: Transition) -> None:
        """Do it; ``clear_on_success`` is on."""


class ClearsOnFailure(After):
    """A failure clears as a success does."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.state == "failed":
            self._backend.clear(scope)


class ClearsAgain(After):
    """Success is cleared whether it is a move or not."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.state == "success":
            self._backend.clear(scope)


class ClearsSiblings(After):
    """Success clears every map index."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.state == "success" and transition.is_move:
            self._backend.clear(scope, all_map_indices=True)


class ClearsAssets(After):
    """Success clears asset state too."""

    def after(self, scope: TaskScope, transition: Transition) -> None:
        del scope
        if transition.cleared:
            with self._database.engine.begin() as connection:
                connection.execute(asset_state.delete())


class NeedsNoHand(TaskInstances):
    """A success that a person set does not clear."""

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        if not by_hand:
            return super().move(scope, to)
        settings, self._settings = self._settings, StateStoreSettings()
        try:
            return super().move(scope, to, by_hand=True)
        finally:
            self._settings = settings


class ReadsSettingsOnce(TaskInstances):
    """The settings of the start are those of the end."""

    def __init__(self, engine: Any, backend: Any, settings: Any, async_engine: Any) -> None:
        super().__init__(engine, backend, settings(), async_engine)


class MovesInUnknownRuns(TaskInstances):
    """A task instance of a dag run that is not there is moved, or so it says."""

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        try:
            return super().move(scope, to, by_hand=by_hand)
        except UnknownDagRunError:
            return Transition(None, to)


class Tries(TaskInstances):
    """Counts tries, for accessors that should not."""

    of: ClassVar[Counter[TaskScope]] = Counter()

    def __init__(self, *arguments: Any) -> None:
        self.of.clear()
        super().__init__(*arguments)

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        self.of[scope] += to == "up_for_retry"
        return super().move(scope, to, by_hand=by_hand)


class NamesTheTry(TaskStateAccessor):
    """``ti_id`` is another one for each try."""

    def _referred(self, key: str, value: str) -> str:
        if self._worker_backend is None:
            return value
        ti_id = f"{task_instance_id(self._scope)}{Tries.of[self._scope] or ''}"
        return self._worker_backend.serialize_task_state_to_ref(value=value, key=key, ti_id=ti_id)


def joined_id(scope: TaskScope) -> str:
    """Give a ``ti_id`` whose parts cannot be told apart."""
    return "/".join((scope.dag_id, scope.run_id, scope.task_id, str(scope.map_index)))


class JoinsNames(TaskStateAccessor):
    """``ti_id`` is the same for two task instances whose names have the separator in them."""

    def _referred(self, key: str, value: str) -> str:
        if self._worker_backend is None:
            return value
        return self._worker_backend.serialize_task_state_to_ref(
            value=value, key=key, ti_id=joined_id(self._scope)
        )


class IgnoresTheMapIndex(WorkerSideStore):
    """All map indices share an object."""

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        return super().serialize_task_state_to_ref(
            value=value, key=key, ti_id=ti_id.rpartition(",")[0]
        )


class DependsOnTheValue(WorkerSideStore):
    """Each value has a reference of its own."""

    def keep(self, owner: str, key: str, value: str) -> str:
        return super().keep(owner, f"{key}={value}", value)


class GivesTheReference(WorkerSideStore):
    """Where the object is gone, the reference is the value."""

    def _resolved(self, stored: str) -> str:
        return self.objects().get(stored, stored)


class WantsReferences(WorkerSideStore):
    """A text that is no reference is an error."""

    def _resolved(self, stored: str) -> str:
        return self.objects()[stored]


class KnowsTheWorker(After):
    """The server clears the worker's store as well."""

    side: ClassVar[WorkerSideStore] = WorkerSideStore(task_instance_id)

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.cleared:
            self.side.clear(scope)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that is broken, and the clause that says so."""

    what: str
    clause: str
    parts: Parts

    def target(self) -> ReferenceMetastore:
        """Make the reference with this fault."""
        return ReferenceMetastore(around=self.parts)


def _fault(what: str, clause: str, **broken: Callable[..., Any]) -> Fault:
    return Fault(what, clause, replace(AROUND, **broken))


def _side(kind: type[WorkerSideStore], identify: Any = task_instance_id) -> Callable[..., Any]:
    return lambda: kind(identify)


FAULTS: Final = (
    _fault("the server's clock is used for the expiry", "ACCESS-1", task_accessor=ReadsTheServersClock),
    _fault("an async write forgets its retention", "ACCESS-7", task_accessor=ForgetsRetentionWhenAsync),
    _fault("a retention of zero is accepted", "ACCESS-5", task_accessor=AcceptsNoTime),
    _fault("the object is written before the retention is checked", "ACCESS-5", task_accessor=KeepsBeforeItChecks),
    _fault("NEVER_EXPIRE is a plain write", "BOUND-4", boundary=ForgetsNever),
    _fault("an accessor's clear takes every map index", "SCOPE-4", boundary=ClearsWithSiblings),
    _fault("a name means an inactive asset", "BOUND-3", boundary=FindsInactiveAssets),
    _fault("the keys of another map index are listed", "BOUND-5", boundary=ListsTheUnmapped),
    _fault("the settings are read once, at the start", "SUCCESS-1", task_instances=ReadsSettingsOnce),
    _fault("success clears every map index", "SUCCESS-2", task_instances=ClearsSiblings),
    _fault("success clears asset state", "SUCCESS-3", task_instances=ClearsAssets),
    _fault("failure clears", "SUCCESS-4", task_instances=ClearsOnFailure),
    _fault("success after success clears again", "SUCCESS-4", task_instances=ClearsAgain),
    _fault("success by hand does not clear", "SUCCESS-5", task_instances=NeedsNoHand),
    _fault("a task instance moves in an unknown dag run", "SUCCESS-8", task_instances=MovesInUnknownRuns),
    _fault("the raw value is sent", "WORKER-2", task_accessor=SendsTheValue),
    _fault("the value is sent first, then the reference", "WORKER-2", task_accessor=SendsTheValueFirst),
    _fault("the value of an asset is sent", "WORKER-2", asset_accessor=SendsTheValueOfAssets),
    _fault("a hook is called where nothing was found", "WORKER-3", task_accessor=ResolvesWhatIsNotThere),
    _fault("ti_id has an ambiguous separator", "WORKER-7", task_accessor=JoinsNames, worker_side=_side(WorkerSideStore, joined_id)),
    _fault("the worker-side backend ignores the map index", "WORKER-7", worker_side=_side(IgnoresTheMapIndex)),
    _fault("ti_id depends on the try", "WORKER-9", task_accessor=NamesTheTry, task_instances=Tries),
    _fault("the reference depends on the value", "WORKER-9", worker_side=_side(DependsOnTheValue)),
    _fault("delete leaves the object", "WORKER-10", task_accessor=LeavesTheObject),
    _fault("success clears the worker's store", "WORKER-11", task_instances=KnowsTheWorker, worker_side=lambda: KnowsTheWorker.side),
    _fault("a text from before the backend is an error", "WORKER-12", worker_side=_side(WantsReferences)),
    _fault("a lost object reads as its reference", "WORKER-13", worker_side=_side(GivesTheReference)),
)  # fmt: skip
"""Each breaks one rule; the order is that of the chapters."""
