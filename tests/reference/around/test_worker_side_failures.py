"""Worker-side backends that fail: what is stored then, and what the error says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from state_store_reference import (
    AssetStateAccessor,
    Crossing,
    ServerBoundary,
    TaskStateAccessor,
)
from state_store_reference.accessors import WorkerSideError
from tests.reference.around.doubles import WorkerSideBackend

if TYPE_CHECKING:
    from state_store_spec import TaskScope
    from tests.reference.around.surroundings import Caller, Surroundings

RAW = "the raw value"


class FailsToKeep(WorkerSideBackend):
    """Raises when it is to keep a value."""

    def _keep(self, hook: str, identity: str, key: str, value: str) -> str:
        raise ConnectionError(f"no route for {hook} of {identity}, {key}, {len(value)} characters")


class GivesNoText(WorkerSideBackend):
    """Gives references, or values, that are no text."""

    def _keep(self, hook: str, identity: str, key: str, value: str) -> str:
        return super()._keep(hook, identity, key, value).encode()  # type: ignore[return-value]

    def _find(self, hook: str, stored: str) -> str:  # noqa: ARG002 - as in its base
        return None  # type: ignore[return-value]


class FailsToDrop(WorkerSideBackend):
    """Raises when it is to drop objects."""

    def _note(self, *_: object, **__: object) -> None:
        raise ConnectionError("no route")


def test_backend_that_fails_to_serialize(
    store: Surroundings,
    boundary: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    load: TaskScope,
) -> None:
    """Its error reaches the task, nothing is sent, the earlier value stays (WORKER-16)."""
    store.add_asset("orders", "s3://shop/orders")
    call(TaskStateAccessor(load, boundary), "set", "job", "earlier")
    crossings.clear()
    worker_side = FailsToKeep()
    task = TaskStateAccessor(load, boundary, worker_backend=worker_side)
    asset = AssetStateAccessor(name="orders", boundary=boundary, worker_backend=worker_side)

    for accessor in (task, asset):
        with pytest.raises(ConnectionError, match="no route for serialize"):
            call(accessor, "set", "job", RAW)

    assert [] == crossings
    assert ["earlier"] == [row.value for row in store.task_rows()]


def test_reference_that_is_no_text(
    store: Surroundings,
    boundary: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    load: TaskScope,
) -> None:
    """A hook that returns bytes is told so, by its name; nothing is sent."""
    store.add_asset("orders", "s3://shop/orders")
    worker_side = GivesNoText()
    task = TaskStateAccessor(load, boundary, worker_backend=worker_side)
    asset = AssetStateAccessor(name="orders", boundary=boundary, worker_backend=worker_side)

    with pytest.raises(WorkerSideError, match=r"GivesNoText\.serialize_task_state_to_ref.* bytes"):
        call(task, "set", "job", RAW)
    with pytest.raises(WorkerSideError, match=r"GivesNoText\.serialize_asset_state_to_ref.* bytes"):
        call(asset, "set", "page", RAW)

    assert [] == crossings


def test_value_that_is_no_text(
    store: Surroundings, boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """A hook that finds ``None`` does not make a stored key look absent."""
    store.add_asset("orders", "s3://shop/orders")
    call(TaskStateAccessor(load, boundary), "set", "job", "object:1")
    call(AssetStateAccessor(name="orders", boundary=boundary), "set", "job", "object:1")
    worker_side = GivesNoText()
    task = TaskStateAccessor(load, boundary, worker_backend=worker_side)
    asset = AssetStateAccessor(name="orders", boundary=boundary, worker_backend=worker_side)

    for accessor in (task, asset):
        with pytest.raises(WorkerSideError, match=r"deserialize_(task|asset)_state_from_ref.*None"):
            call(accessor, "get", "job")


@pytest.mark.parametrize(
    ("method", "arguments", "gone"),
    [
        ("delete", ("job",), "The reference of the key 'job' is gone from the database already"),
        ("clear", (), r"The references of this (task instance|asset) are gone .* already"),
    ],
)
def test_backend_that_fails_to_drop(  # noqa: PLR0913, PLR0917 - fixtures and a table
    store: Surroundings,
    boundary: ServerBoundary,
    call: Caller,
    load: TaskScope,
    method: str,
    arguments: tuple[str, ...],
    gone: str,
) -> None:
    """Its error surfaces, names it, and says what is gone; the rows are (WORKER-16)."""
    store.add_asset("orders", "s3://shop/orders")
    worker_side = FailsToDrop()
    task = TaskStateAccessor(load, boundary, worker_backend=worker_side)
    asset = AssetStateAccessor(name="orders", boundary=boundary, worker_backend=worker_side)

    for accessor in (task, asset):
        call(accessor, "set", "job", RAW)
        with pytest.raises(WorkerSideError, match=gone) as caught:
            call(accessor, method, *arguments)
        assert f"FailsToDrop.{call.name(method)} failed: ConnectionError" in str(caught.value)
        assert isinstance(caught.value.__cause__, ConnectionError)

    assert ([], []) == (store.task_rows(), store.asset_rows())
    assert [RAW, RAW] == list(worker_side.objects.held.values())
