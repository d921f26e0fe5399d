"""The worker's side: accessors that send too much, and stores that mix up their references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, Final

from state_store_conformance.targets.worker_side_store import WorkerSide, WorkerSideStore
from state_store_reference.accessors import AssetStateAccessor, TaskStateAccessor
from state_store_reference.boundary import ListedState, ServerBoundary
from state_store_reference.task_instance_id import task_instance_id
from state_store_reference.task_instances import TaskInstances, TaskInstanceState, Transition
from state_store_spec import StateStoreError, TaskScope
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken
from state_store_zoo.metastore.success import AfterMoves

CHAPTER: Final = Chapter("The worker's side", "metastore-")
_of_tasks: Final = partial(broken, CHAPTER, "task_accessor")
_of_assets: Final = partial(broken, CHAPTER, "asset_accessor")
_of_the_server: Final = partial(broken, CHAPTER, "boundary")


def _store(
    *, breaks: Iterable[str], because: str, beside: Iterable[str] = ()
) -> Callable[[type[WorkerSideStore]], type[WorkerSideStore]]:
    """Register the decorated class as the worker-side backend."""

    def register(kind: type[WorkerSideStore]) -> type[WorkerSideStore]:
        def make() -> WorkerSide:
            return kind(task_instance_id)

        make.__doc__, make.__name__ = kind.__doc__, kind.__name__
        broken(CHAPTER, "worker_side", breaks=breaks, beside=beside, because=because)(make)
        return kind

    return register


@_of_tasks(
    breaks=["WORKER-2"],
    beside=["WORKER-1", "WORKER-3", "WORKER-15", "WORKER-10", "WORKER-9", "WORKER-14"],
    because="the option is read from the section where the other one stands",
)
class HasNoWorkerSide(TaskStateAccessor):
    """Task state does not go through the worker-side backend."""

    def _referred(self, key: str, value: str) -> str:
        del key
        return value


@_of_tasks(breaks=["WORKER-2"], because="a cache in front of the database, for faster reads")
class SendsTheValue(TaskStateAccessor):
    """The object is kept, and the value is sent all the same."""

    def _referred(self, key: str, value: str) -> str:
        super()._referred(key, value)
        return value


@_of_tasks(
    breaks=["WORKER-1", "WORKER-2"],
    because="the key should be there before its object is",
)
class SendsTheValueFirst(TaskStateAccessor):
    """The value is sent, and the reference after it."""

    def set(self, key: str, value: str, *, retention: Any = None) -> None:
        self._checked(key, value, retention)
        self._boundary.set_task_state(self._scope, key, value)
        super().set(key, value, retention=retention)


@_of_tasks(
    breaks=["WORKER-3"],
    beside=["BOUND-6"],
    because="a store of the author's answers `None` with an error, and nobody had tried",
)
class ResolvesWhatIsNotThere(TaskStateAccessor):
    """The hook is called where nothing was found."""

    def get(self, key: str) -> str | None:
        found: Any = self._boundary.get_task_state(self._scope, key)
        return self._resolve(found)


@_of_tasks(
    breaks=["WORKER-3"],
    beside=["WORKER-13"],
    because="a reader gets the reference, and a link is enough",
)
class GivesTheReferenceUnread(TaskStateAccessor):
    """`get` returns the reference."""

    def _resolve(self, stored: str) -> str:
        return stored


@_of_assets(
    breaks=["WORKER-2"],
    beside=["WORKER-5", "WORKER-1", "WORKER-14", "WORKER-8"],
    because="values of assets are small, and their hooks were left for later",
)
class SendsTheValueOfAssets(AssetStateAccessor):
    """Asset state does not go through the worker-side backend."""

    def _referred(self, key: str, value: str) -> str:
        del key
        return value


@_of_assets(
    breaks=["WORKER-5"],
    beside=["WORKER-8", "WORKER-13"],
    because="the hook for reading was overridden for tasks, and is called for tasks",
)
class GivesTheReferenceOfAssets(AssetStateAccessor):
    """`get` of asset state returns the reference."""

    def _resolve(self, stored: str) -> str:
        return stored


class SerializesOnTheServer(ServerBoundary):
    """A listing hands what it finds to the serializing hook once more."""

    side: ClassVar[WorkerSideStore] = WorkerSideStore(task_instance_id)

    def list_task_state(self, scope: TaskScope) -> tuple[ListedState, ...]:
        rows = super().list_task_state(scope)
        for row in rows:
            self.side.serialize_task_state_to_ref(
                value=row.value, key=row.key, ti_id=task_instance_id(scope)
            )
        return rows


_of_the_server(
    breaks=["WORKER-6"],
    beside=["WORKER-1"],
    because="the page of the keys was built with what the code of a task uses",
    with_parts={"worker_side": lambda: SerializesOnTheServer.side},
)(SerializesOnTheServer)


def joined_id(scope: TaskScope) -> str:
    """Give a ``ti_id`` whose parts cannot be told apart."""
    return "/".join((scope.dag_id, scope.run_id, scope.task_id, str(scope.map_index)))


@_of_tasks(
    breaks=["WORKER-7"],
    beside=["WORKER-9"],
    because="a slash makes a path of it, and a dag id has none, usually",
    with_parts={"worker_side": lambda: WorkerSideStore(joined_id)},
)
class JoinsNames(TaskStateAccessor):
    """`ti_id` is the same for task instances whose names have the separator in them."""

    def _referred(self, key: str, value: str) -> str:
        if self._worker_backend is None:
            return value
        return self._worker_backend.serialize_task_state_to_ref(
            value=value, key=key, ti_id=joined_id(self._scope)
        )


@_store(
    breaks=["WORKER-7"],
    beside=["WORKER-9", "WORKER-10"],
    because="the last part of the id was taken for the number of the try",
)
class IgnoresTheMapIndex(WorkerSideStore):
    """All map indices of a task share their objects."""

    def serialize_task_state_to_ref(self, *, value: str, key: str, ti_id: str) -> str:
        return super().serialize_task_state_to_ref(
            value=value, key=key, ti_id=ti_id.rpartition(",")[0]
        )


@_of_assets(
    breaks=["WORKER-8"],
    beside=["WORKER-5", "ACCESS-6"],
    because="the object should be where this accessor would have put it",
)
class LooksForItsOwnObject(AssetStateAccessor):
    """What was written by the name of an asset is not found by its uri."""

    def _resolve(self, stored: str) -> str:
        found = super()._resolve(stored)
        if stored != found and f'"{self._asset_ref}"' not in stored:
            raise LookupError("this object belongs to another reference")
        return found


class Tries(TaskInstances):
    """Counts tries, for accessors that should not."""

    of: ClassVar[Counter[TaskScope]] = Counter()

    def __init__(self, *arguments: Any) -> None:
        self.of.clear()
        super().__init__(*arguments)

    def move(self, scope: TaskScope, to: TaskInstanceState, *, by_hand: bool = False) -> Transition:
        self.of[scope] += to == "up_for_retry"
        return super().move(scope, to, by_hand=by_hand)


@_of_tasks(
    breaks=["WORKER-9"],
    beside=["WORKER-7"],
    because="Airflow has an id for each try, and it is at hand",
    with_parts={"task_instances": Tries},
)
class NamesTheTry(TaskStateAccessor):
    """`ti_id` is another one for each try."""

    def _referred(self, key: str, value: str) -> str:
        if self._worker_backend is None:
            return value
        ti_id = f"{task_instance_id(self._scope)}{Tries.of[self._scope] or ''}"
        return self._worker_backend.serialize_task_state_to_ref(value=value, key=key, ti_id=ti_id)


@_store(
    breaks=["WORKER-9"],
    beside=["WORKER-10", "WORKER-2"],
    because="objects that never change are easy to cache: a hash of the content is the name",
)
class DependsOnTheValue(WorkerSideStore):
    """Each value has a reference of its own."""

    def keep(self, owner: str, key: str, value: str) -> str:
        return super().keep(owner, f"{key}={value}", value)


@_of_tasks(breaks=["WORKER-10"], because="objects expire by themselves, some day")
class LeavesTheObject(TaskStateAccessor):
    """`delete` does not tell the worker-side backend."""

    def delete(self, key: str) -> None:
        self._boundary.delete_task_state(self._scope, key)


@_of_tasks(breaks=["WORKER-10"], because="`clear` was written before there was a worker's side")
class LeavesTheObjectsOfAClear(TaskStateAccessor):
    """`clear` does not tell the worker-side backend."""

    def clear(self) -> None:
        self._boundary.clear_task_state(self._scope)


@_store(
    breaks=["WORKER-7"],
    beside=["WORKER-8", "WORKER-10"],
    because="a folder for each key was easier to remove than one for each task",
)
class ClearsEverything(WorkerSideStore):
    """`clear` removes the objects of all."""

    def clear(self, scope: Any, *, all_map_indices: bool = False, session: object = None) -> None:
        super().clear(scope)
        self.empty()


class KnowsTheWorker(AfterMoves):
    """The server clears the worker's store as well."""

    side: ClassVar[WorkerSideStore] = WorkerSideStore(task_instance_id)

    def after(self, scope: TaskScope, transition: Transition) -> None:
        if transition.cleared:
            self.side.clear(scope)


broken(
    CHAPTER,
    "task_instances",
    breaks=["WORKER-11"],
    because="the bucket fills up, and the server has credentials too",
    with_parts={"worker_side": lambda: KnowsTheWorker.side},
)(KnowsTheWorker)


@_store(
    breaks=["WORKER-12"],
    because="whatever comes in must be a reference, since nothing else goes out",
)
class WantsReferences(WorkerSideStore):
    """A text from before the backend is an error."""

    def _resolved(self, stored: str) -> str:
        return self.objects()[stored]


@_store(breaks=["WORKER-13"], because="`dict.get` with the reference as its default")
class GivesTheReference(WorkerSideStore):
    """A lost object reads as its reference."""

    def _resolved(self, stored: str) -> str:
        return self.objects().get(stored, stored)


@_store(breaks=["WORKER-13"], because="a `NoSuchKey` of S3 was taken for an empty object")
class ForgetsLostObjects(WorkerSideStore):
    """A lost object reads as the empty text."""

    def _resolved(self, stored: str) -> str:
        return self.objects().get(stored, "" if stored.startswith("kept-by") else stored)


@_of_tasks(
    breaks=["WORKER-14"],
    beside=["BOUND-6"],
    because="what was written must be taken back when the rest fails",
)
class TakesTheObjectBack(TaskStateAccessor):
    """A refused write removes the object that it wrote."""

    def set(self, key: str, value: str, *, retention: Any = None) -> None:
        expiry = self._checked(key, value, retention)
        text = self._referred(key, value)
        try:
            self._boundary.set_task_state(
                self._scope,
                key,
                text,
                expires_at=expiry.expires_at,
                never_expire=expiry.never_expire,
            )
        except StateStoreError:
            if self._worker_backend is not None:
                self._worker_backend.delete(self._scope, key)
            raise


@_of_tasks(
    breaks=["WORKER-15"],
    because="a text that looks like a reference, without the means to read it, is an error",
)
class RefusesReferences(TaskStateAccessor):
    """A reference that is read without the backend is an error."""

    def _resolve(self, stored: str) -> str:
        if self._worker_backend is None and stored.startswith("kept-by"):
            raise LookupError("this value is kept by a worker-side backend")
        return super()._resolve(stored)
