"""The four hooks, on local files and on S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from state_store_reference.object_storage import (
    MalformedReferenceError,
    MissingObjectError,
    ObjectStorageStateBackend,
)
from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import AssetScope, StateStoreError, TaskScope, UnrepresentableError
from tests.reference.object_storage.conftest import Storage
from tests.reference.object_storage.nasty_texts import NASTY_TEXTS

TASK = TaskScope("shop", "monday", "load", 1)
TI_ID = task_instance_id(TASK)


def test_reference(local: Storage) -> None:
    """A reference is the path of the object, and the same whatever the value and the backend."""
    reference = local.backend().serialize_task_state_to_ref(value="17", key="job", ti_id=TI_ID)
    again = local.backend().serialize_task_state_to_ref(value="18" * 999, key="job", ti_id=TI_ID)
    elsewhere = Storage(f"{local.base_path}/elsewhere").backend()

    assert (
        "state-store-object:worker/task/dag_id=shop/run_id=monday/task_id=load/map_index=1/key=job"
        == reference
        == again
        == elsewhere.serialize_task_state_to_ref(value="", key="job", ti_id=TI_ID)
    )
    assert (
        "state-store-object:worker/asset/asset_ref=s3!3a!2f!2forders/key=job"
        == elsewhere.serialize_asset_state_to_ref(value="", key="job", asset_ref="s3://orders")
    )


def test_round_trip(storage: Storage) -> None:
    """What one worker serializes, another one deserializes; an overwrite takes the old place."""
    one, other = storage.backend(), storage.backend()
    for value in ("a\r\nb", "", "\ufeff😀" * 20_000):
        task = one.serialize_task_state_to_ref(value=value, key="job", ti_id=TI_ID)
        asset = one.serialize_asset_state_to_ref(value=value, key="job", asset_ref="orders")

        assert value == other.deserialize_task_state_from_ref(task)
        assert value == other.deserialize_asset_state_from_ref(asset)


def test_nasty_identities(backend: ObjectStorageStateBackend) -> None:
    """Opaque identities and keys of any text have references of their own, all printable."""
    references = {
        backend.serialize_task_state_to_ref(value=f"{text} {key}", key=key, ti_id=text): (text, key)
        for text, key in zip(NASTY_TEXTS, reversed(NASTY_TEXTS), strict=True)
    }

    assert len(NASTY_TEXTS) == len(references)
    assert all(reference.isascii() and reference.isprintable() for reference in references)
    assert {reference: f"{text} {key}" for reference, (text, key) in references.items()} == {
        reference: backend.deserialize_task_state_from_ref(reference) for reference in references
    }


def test_delete_and_clear_find_what_hooks_wrote(backend: ObjectStorageStateBackend) -> None:
    """Told of a scope, the backend removes the objects of its references, and no others."""
    siblings = [TaskScope("shop", "monday", "load", index) for index in range(4)]
    references = [
        backend.serialize_task_state_to_ref(value="17", key=key, ti_id=task_instance_id(scope))
        for scope in siblings
        for key in ("job", "rows")
    ]

    backend.delete(siblings[0], "job")
    backend.clear(siblings[1])
    assert references[1:2] + references[4:] == [
        reference for reference in references if is_there(backend, reference)
    ]

    backend.clear(siblings[3], all_map_indices=True)
    assert [] == [reference for reference in references if is_there(backend, reference)]


def is_there(backend: ObjectStorageStateBackend, reference: str) -> bool:
    """Tell whether a reference can be resolved."""
    try:
        backend.deserialize_task_state_from_ref(reference)
    except MissingObjectError:
        return False
    return True


@pytest.mark.parametrize(
    ("scope", "gone"),
    [
        (AssetScope(name="orders"), ["orders"]),
        (AssetScope(uri="s3://orders"), ["s3://orders"]),
        (AssetScope(name="orders", uri="s3://orders"), ["orders", "s3://orders"]),
        (AssetScope(asset_id=1, name="orders"), []),
    ],
)
def test_delete_of_an_asset(storage: Storage, scope: AssetScope, gone: list[str]) -> None:
    """The fields that a worker names are its references; a server's id is none."""
    backend = storage.backend()
    removals: list[Callable[[], None]] = [
        lambda: backend.delete(scope, "job"),
        lambda: backend.clear(scope),
    ]
    for remove in removals:
        references = {
            asset_ref: backend.serialize_asset_state_to_ref(
                value=asset_ref, key="job", asset_ref=asset_ref
            )
            for asset_ref in ("orders", "s3://orders", "1")
        }

        remove()

        missing: list[str] = []
        for asset_ref, reference in references.items():
            try:
                assert asset_ref == backend.deserialize_asset_state_from_ref(reference)
            except MissingObjectError:
                missing.append(asset_ref)
        assert gone == missing


def test_two_sides_of_one_base_path(backend: ObjectStorageStateBackend) -> None:
    """The reference is stored under the scope and key of its value, and does not overwrite it."""
    reference = backend.serialize_task_state_to_ref(value="17", key="job", ti_id=TI_ID)
    backend.set(TASK, "job", reference)

    stored = backend.get(TASK, "job")

    assert stored is not None
    assert "17" == backend.deserialize_task_state_from_ref(stored)


def test_missing_object(storage: Storage) -> None:
    """A reference whose object is gone is an error that names it, and never a value."""
    backend = storage.backend()
    reference = backend.serialize_task_state_to_ref(value="17", key="job", ti_id=TI_ID)
    backend.delete(TASK, "job")

    with pytest.raises(MissingObjectError) as caught:
        backend.deserialize_task_state_from_ref(reference)

    assert (
        "The object behind the reference 'state-store-object:worker/task/dag_id=shop/run_id=monday/"
        f"task_id=load/map_index=1/key=job' is gone from {storage.base_path} (WORKER-10). Write "
        "the key again, or delete it; and check that all workers have the same base path."
        == str(caught.value)
    )
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, StateStoreError)


@pytest.mark.parametrize("stored", ["17", "", "state-store-objec", '{"a": 1}', "s3://orders/job"])
def test_plain_value(local: Storage, stored: str) -> None:
    """A value from before the backend was configured is itself."""
    backend = local.backend()

    assert stored == backend.deserialize_task_state_from_ref(stored)
    assert stored == backend.deserialize_asset_state_from_ref(stored)


TASK_REFERENCE = "state-store-object:worker/task/ti_id=x/key=job"
ASSET_REFERENCE = "state-store-object:worker/asset/asset_ref=x/key=job"


@pytest.mark.parametrize(
    "stored",
    [
        "state-store-object:",
        "state-store-object:/etc/passwd",
        "state-store-object:../worker/task/ti_id=x/key=job",
        "state-store-object:worker/task/ti_id=../key=job",
        "state-store-object:worker/task/ti_id=x/key=job/../../../../secret",
        "state-store-object:worker/task/ti_id=x/key=J",
        "state-store-object:worker/task/ti_id=x/key=*",
        "state-store-object:task/dag_id=d/run_id=r/task_id=t/map_index=1/key=job",
        "state-store-object:worker/task/dag_id=d/run_id=r/task_id=t/key=job",
        f"{TASK_REFERENCE}\n",
        f"{TASK_REFERENCE}.",
        f"{TASK_REFERENCE} ",
    ],
)
def test_malformed_reference(local: Storage, stored: str) -> None:
    """What begins like a reference and leads nowhere is an error; no path outside is read."""
    with pytest.raises(MalformedReferenceError) as caught:
        local.backend().deserialize_task_state_from_ref(stored)

    assert (
        f"{stored!r} begins like a reference and names no object of a task instance. "
        "It was changed after it was written: write the key again." == str(caught.value)
    )


def test_reference_of_the_other_kind(local: Storage) -> None:
    """The hook of a task does not resolve the reference of an asset, nor the other way round."""
    backend = local.backend()

    with pytest.raises(MalformedReferenceError, match="no object of a task instance"):
        backend.deserialize_task_state_from_ref(ASSET_REFERENCE)
    with pytest.raises(MalformedReferenceError, match="no object of an asset"):
        backend.deserialize_asset_state_from_ref(TASK_REFERENCE)


def test_long_malformed_reference(local: Storage) -> None:
    """A reference that would fill the screen is cut in the message."""
    with pytest.raises(MalformedReferenceError, match=r"x\.\.\.' begins like a reference"):
        local.backend().deserialize_task_state_from_ref(f"state-store-object:{'x' * 1000}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"value": 17, "key": "job", "identity": "x"}, "value = 17 is not of type str"),
        ({"value": "17", "key": None, "identity": "x"}, "key = None is not of type str"),
        ({"value": "17", "key": "job", "identity": 5}, " = 5 is not of type str"),
        ({"value": "\ud83d", "key": "job", "identity": "x"}, "The value '\\ud83d' contains"),
        ({"value": "17", "key": "job", "identity": "\ud83d"}, "'\\ud83d' contains"),
    ],
)
def test_what_cannot_be_held(local: Storage, arguments: dict[str, Any], message: str) -> None:
    """A hook refuses what is no text or has no UTF-8 form."""
    backend = local.backend()
    identity = arguments.pop("identity")

    with pytest.raises(UnrepresentableError) as task:
        backend.serialize_task_state_to_ref(**arguments, ti_id=identity)
    with pytest.raises(UnrepresentableError) as asset:
        backend.serialize_asset_state_to_ref(**arguments, asset_ref=identity)

    assert message in str(task.value)
    assert message in str(asset.value)
