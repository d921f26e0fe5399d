"""Accessors with a worker-side backend: references cross, values do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from state_store_reference import (
    AssetStateAccessor,
    Crossing,
    ServerBoundary,
    TaskStateAccessor,
    collect_garbage,
)
from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import (
    AssetScope,
    BaseStateBackend,
    StateStoreSettings,
    TaskScope,
    UnknownDagRunError,
)
from tests.reference.around.doubles import Call, CustomBackend, WorkerSideBackend

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

RAW = "the raw value"


@pytest.fixture
def worker_side() -> WorkerSideBackend:
    """Give a worker-side backend."""
    return WorkerSideBackend()


@pytest.fixture
def task(
    load: TaskScope, boundary: ServerBoundary, worker_side: WorkerSideBackend
) -> TaskStateAccessor:
    """Give an accessor of a task."""
    return TaskStateAccessor(load, boundary, worker_backend=worker_side)


@pytest.fixture(
    params=[AssetScope(name="orders"), AssetScope(uri="s3://shop/orders")], ids=["name", "uri"]
)
def named(request: pytest.FixtureRequest) -> AssetScope:
    """Give the scope in which a worker names an asset."""
    scope: AssetScope = request.param
    return scope


@pytest.fixture
def asset(
    store: Surroundings,
    boundary: ServerBoundary,
    worker_side: WorkerSideBackend,
    named: AssetScope,
) -> AssetStateAccessor:
    """Give an accessor of an asset."""
    store.add_asset("orders", "s3://shop/orders")
    return AssetStateAccessor(
        name=named.name, uri=named.uri, boundary=boundary, worker_backend=worker_side
    )


def test_task_stores_a_reference(
    store: Surroundings,
    task: TaskStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
    load: TaskScope,
) -> None:
    """The database holds the reference, the worker's side the value, and get gives the value."""
    call(task, "set", "job", RAW)
    found = call(task, "get", "job")

    reference = worker_side.reference(task_instance_id(load), "job")
    assert [reference] == [row.value for row in store.task_rows()]
    assert {reference: RAW} == worker_side.objects.held
    assert found == RAW
    assert ["serialize_task", "deserialize_task"] == worker_side.objects.hooks


def test_asset_stores_a_reference(
    store: Surroundings,
    asset: AssetStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
    named: AssetScope,
) -> None:
    """``asset_ref`` is the name or the uri, depending on how the accessor was constructed."""
    call(asset, "set", "page", RAW)
    found = call(asset, "get", "page")

    reference = worker_side.reference(named.name or named.uri or "", "page")
    assert [reference] == [row.value for row in store.asset_rows()]
    assert {reference: RAW} == worker_side.objects.held
    assert found == RAW
    assert ["serialize_asset", "deserialize_asset"] == worker_side.objects.hooks


def test_no_raw_value_crosses(
    task: TaskStateAccessor,
    asset: AssetStateAccessor,
    boundary: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    load: TaskScope,
) -> None:
    """Not on the way there, not on the way back, not in what people are shown, nor when refused."""
    call(task, "set", "job", RAW)
    call(asset, "set", "page", RAW)
    call(task, "get", "job")
    call(asset, "get", "page")
    call(boundary, "list_task_state", load)
    call(boundary, "list_asset_state", name="orders")
    nowhere = TaskStateAccessor(
        TaskScope("shop", "tuesday", "load"), boundary, worker_backend=WorkerSideBackend()
    )
    with pytest.raises(UnknownDagRunError):
        call(nowhere, "set", "job", RAW)

    texts = [crossing.text for crossing in crossings if crossing.text is not None]
    assert 7 == len(texts)
    assert [] == [text for text in texts if RAW in text or "object:" not in text]


def test_every_try_has_the_same_reference(
    task: TaskStateAccessor,
    boundary: ServerBoundary,
    worker_side: WorkerSideBackend,
    call: Caller,
    load: TaskScope,
) -> None:
    """A second try finds and overwrites what the first one kept; nothing piles up."""
    call(task, "set", "job", RAW)
    retry = TaskStateAccessor(load, boundary, worker_backend=worker_side)
    found = call(retry, "get", "job")
    call(retry, "set", "job", "second")

    assert found == RAW
    assert ["second"] == list(worker_side.objects.held.values())


def test_nothing_found_is_not_deserialized(
    task: TaskStateAccessor,
    asset: AssetStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
) -> None:
    """No hook runs where nothing is stored."""
    assert (call(task, "get", "job"), call(asset, "get", "page")) == (None, None)
    assert [] == worker_side.objects.hooks


def test_text_of_before_is_handed_to_the_backend(
    boundary: ServerBoundary,
    task: TaskStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
    load: TaskScope,
) -> None:
    """Nothing marks a reference, so the hook gets a plain value too; this one gives it back."""
    call(TaskStateAccessor(load, boundary), "set", "job", "17")

    assert call(task, "get", "job") == "17"
    assert ["deserialize_task"] == worker_side.objects.hooks


def test_missing_object_is_the_backends_error(
    store: Surroundings, task: TaskStateAccessor, worker_side: WorkerSideBackend, call: Caller
) -> None:
    """What the hook raises for a reference without an object reaches the task; the row stays."""
    call(task, "set", "job", RAW)
    worker_side.objects.held.clear()

    with pytest.raises(KeyError, match="object:"):
        call(task, "get", "job")

    assert ["job"] == store.task_keys()


@pytest.mark.parametrize(("method", "arguments"), [("delete", ("job",)), ("clear", ())])
def test_database_first_then_the_worker_side(
    store: Surroundings,
    boundary: ServerBoundary,
    call: Caller,
    load: TaskScope,
    method: str,
    arguments: tuple[str, ...],
) -> None:
    """When the worker-side backend is told, the reference is gone (WORKER-10)."""
    seen: list[list[str]] = []

    class Watching(WorkerSideBackend):
        def _note(self, *arguments: object, **named: object) -> None:
            super()._note(*arguments, **named)  # type: ignore[arg-type]
            seen.append(store.task_keys())

    worker_side = Watching()
    task = TaskStateAccessor(load, boundary, worker_backend=worker_side)
    call(task, "set", "job", RAW)
    worker_side.objects.hooks.clear()

    call(task, method, *arguments)

    assert [[]] == seen
    assert [Call(method, load, next(iter(arguments), None))] == worker_side.calls
    assert ({}, []) == (worker_side.objects.held, worker_side.objects.hooks)


@pytest.mark.parametrize(("method", "arguments"), [("delete", ("page",)), ("clear", ())])
def test_worker_side_hears_of_an_asset_by_its_name(  # noqa: PLR0913, PLR0917 - fixtures
    store: Surroundings,
    asset: AssetStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
    named: AssetScope,
    method: str,
    arguments: tuple[str, ...],
) -> None:
    """With the name or uri of the accessor, never with an id, which workers do not have."""
    call(asset, "set", "page", RAW)

    call(asset, method, *arguments)

    assert [Call(method, named, next(iter(arguments), None))] == worker_side.calls
    assert ([], {}) == (store.asset_rows(), worker_side.objects.held)


def test_backend_without_hooks_of_its_own(
    store: Surroundings, boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """The hooks of the base class pass the value through: it is stored as it is."""
    backend: BaseStateBackend = CustomBackend()
    task = TaskStateAccessor(load, boundary, worker_backend=backend)

    call(task, "set", "job", "17")

    assert ["17"] == [row.value for row in store.task_rows()]
    assert call(task, "get", "job") == "17"


def test_collection_and_deletion_leave_objects_behind(
    store: Surroundings,
    task: TaskStateAccessor,
    asset: AssetStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
) -> None:
    """The server knows nothing of the worker's side: rows go, objects stay, no hook runs."""
    call(task, "set", "job", RAW)
    call(asset, "set", "page", RAW)
    worker_side.objects.hooks.clear()

    store.delete_dag_run()
    store.deactivate_asset("orders")
    summary = collect_garbage(store.engine, StateStoreSettings())

    assert 1 == summary.orphaned
    assert ([], []) == (store.task_rows(), store.asset_rows())
    assert [RAW, RAW] == list(worker_side.objects.held.values())
    assert ([], []) == (worker_side.objects.hooks, worker_side.calls)


def test_overwritten_by_a_plain_value(
    boundary: ServerBoundary,
    task: TaskStateAccessor,
    worker_side: WorkerSideBackend,
    call: Caller,
    load: TaskScope,
) -> None:
    """A worker without the backend overwrites the reference; the object stays until a delete."""
    call(task, "set", "job", RAW)
    call(TaskStateAccessor(load, boundary), "set", "job", "plain")

    found = call(task, "get", "job")
    held = list(worker_side.objects.held.values())
    call(task, "delete", "job")

    assert (found, held) == ("plain", [RAW])
    assert {} == worker_side.objects.held
