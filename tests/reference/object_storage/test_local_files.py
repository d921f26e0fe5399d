"""What lies on the disk, and what happens when the disk does not do as it should."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Thread

import pytest

from state_store_reference.object_storage import (
    DamagedObjectError,
    ObjectStorageError,
    contents,
    local_store,
    path_names,
)
from state_store_reference.object_storage.places import Place
from state_store_spec import AssetScope, TaskScope
from tests.reference.object_storage.conftest import Storage

TASK = TaskScope("shop.eu", "manual__2026-01-01T00:00:00+00:00", "load", 1)


def files(storage: Storage) -> list[str]:
    """Give all files below the base path."""
    root = Path(storage.base_path)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def folders(storage: Storage) -> list[str]:
    """Give all folders below the base path."""
    root = Path(storage.base_path)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir())


def test_layout(local: Storage) -> None:
    """A file lies where the documentation says, and holds a line of JSON and then the value."""
    local.backend().set(TASK, "Job", "17\r\n")

    path = (
        "task/dag_id=shop!2eeu/run_id=manual__2026-01-01!5400!3a00!3a00!2b00!3a00/task_id=load/"
        "map_index=1/key=!4aob"
    )
    assert [path] == files(local)
    line, _, value = Path(local.base_path, path).read_bytes().partition(b"\n")
    assert b"17\r\n" == value
    assert {
        "state_store_object": 1,
        "kind": "task",
        "names": {
            "dag_id": "shop.eu",
            "run_id": "manual__2026-01-01T00:00:00+00:00",
            "task_id": "load",
            "map_index": "1",
        },
        "key": "Job",
        "bytes": 4,
    } == json.loads(line)


def test_shortened_name(local: Storage) -> None:
    """A name that is too long ends with a digest, and the object says what it was."""
    key = "k" * 5000

    local.backend().set(AssetScope(name="orders"), key, "17")

    (path,) = files(local)
    assert path.startswith(f"asset/name=orders/key={'k' * 85}.")
    assert key == json.loads(Path(local.base_path, path).read_bytes().partition(b"\n")[0])["key"]


def test_equal_digests(local: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should two digests ever agree, the other's value is an error and never a value."""
    monkeypatch.setattr(path_names, "sha256", lambda _: sha256())
    backend = local.backend()
    long, other = TaskScope("d" * 900, "r", "t"), TaskScope("d" * 901, "r", "t")
    backend.set(long, "job", "17")

    assert "17" == backend.get(long, "job")
    assert ["job"] == backend.keys(long)
    with pytest.raises(DamagedObjectError, match="belongs to another scope or key"):
        backend.get(other, "job")
    assert [] == backend.keys(other)


def test_empty_folders_go(local: Storage) -> None:
    """The last key of a scope takes the folders of the scope along, up to the base path."""
    backend = local.backend()
    backend.set(TASK, "job", "17")
    backend.set(AssetScope(asset_id=1), "job", "17")

    backend.clear(TASK)
    assert ["asset", "asset/asset_id=1"] == folders(local)

    backend.delete(AssetScope(asset_id=1), "job")
    assert [] == folders(local)
    assert Path(local.base_path).is_dir()


def test_permissions(local: Storage) -> None:
    """Who may read a file is decided by the process's mask, not by how it is written."""
    mask = os.umask(0o027)
    try:
        local.backend().set(AssetScope(asset_id=1), "job", "17")
    finally:
        os.umask(mask)

    (path,) = files(local)
    assert 0o640 == Path(local.base_path, path).stat().st_mode & 0o777


def test_bytes_are_on_the_disk_first(local: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is forced to the disk before it takes the place of the old one."""
    steps: list[str] = []
    force, replace = os.fsync, Path.replace

    def recorded_fsync(number: int) -> None:
        steps.append("fsync")
        force(number)

    def recorded_replace(self: Path, target: Path) -> Path:
        steps.append("replace")
        assert self.parent == target.parent
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(Path, "replace", recorded_replace)

    local.backend().set(TASK, "job", "17")

    assert ["fsync", "replace"] == steps


def test_failed_write_leaves_the_old_value(local: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the old value stays and no temporary file is left."""
    backend = local.backend()
    backend.set(TASK, "job", "17")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ObjectStorageError) as caught:
        backend.set(TASK, "job", "18")

    (path,) = files(local)
    assert (
        f"The storage {local.base_path} cannot serve {path}: OSError: [Errno 28] No space left on "
        "device. Check the base path, the storage options and the permissions." == str(caught.value)
    )
    assert "17" == backend.get(TASK, "job")


def test_folder_that_goes_while_it_is_written_to(
    local: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that another process removes in between is made again."""
    backend = local.backend()
    removals = iter([True, True, False])

    def another_process(length: int) -> str:
        if next(removals):
            folder = Path(local.base_path, "asset", "asset_id=1")
            folder.rmdir()
        return token_hex(length)

    monkeypatch.setattr(local_store, "token_hex", another_process)

    backend.set(AssetScope(asset_id=1), "job", "17")

    assert "17" == backend.get(AssetScope(asset_id=1), "job")


def test_folder_that_always_goes(local: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that is never possible is an error in the end: a value is not lost in silence."""

    def another_process(length: int) -> str:
        Path(local.base_path, "asset", "asset_id=1").rmdir()
        return token_hex(length)

    monkeypatch.setattr(local_store, "token_hex", another_process)

    with pytest.raises(ObjectStorageError, match="asset/asset_id=1/key=job: FileNotFoundError: "):
        local.backend().set(AssetScope(asset_id=1), "job", "17")


@pytest.mark.parametrize(
    ("place", "problem"),
    [("asset", "NotADirectoryError"), ("asset/asset_id=1", "FileExistsError")],
)
def test_folder_that_cannot_be_made(local: Storage, place: str, problem: str) -> None:
    """A file in the place of a folder is an error, and not an endless loop."""
    file = Path(local.base_path, place)
    file.parent.mkdir(parents=True)
    file.touch()

    with pytest.raises(ObjectStorageError, match=f"asset/asset_id=1/key=job: {problem}: "):
        local.backend().set(AssetScope(asset_id=1), "job", "17")


def test_folder_in_the_place_of_a_file(local: Storage) -> None:
    """A folder where the object should be is an error, for readers as for writers."""
    backend = local.backend()
    Path(local.base_path, "asset/asset_id=1/key=job").mkdir(parents=True)
    scope = AssetScope(asset_id=1)

    calls: list[Callable[[], object]] = [
        lambda: backend.get(scope, "job"),
        lambda: backend.set(scope, "job", "17"),
        lambda: backend.delete(scope, "job"),
    ]
    for call in calls:
        with pytest.raises(ObjectStorageError, match="Is a directory"):
            call()


def test_writers_and_clearers(local: Storage) -> None:
    """Threads that write and threads that clear, folders included, do not trip each other."""
    backend = local.backend()
    failures: list[Exception] = []

    def repeat(number: int) -> None:
        scope = AssetScope(asset_id=1)
        try:
            for turn in range(60):
                backend.set(scope, f"job{number}", str(turn))
                assert backend.get(scope, f"job{number}") in {str(turn), None}
                backend.clear(scope)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [Thread(target=repeat, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    assert [] == backend.keys(AssetScope(asset_id=1))


def test_foreign_files(local: Storage) -> None:
    """Files that others put into a folder are no keys, and a clear leaves them alone."""
    backend = local.backend()
    scope = AssetScope(asset_id=1)
    backend.set(scope, "job", "17")
    folder = Path(local.base_path, "asset/asset_id=1")
    names = {".DS_Store", "key=Job", "key=job.tmp", ".writing-0123456789abcdef", "notes.txt"}
    for name in names:
        (folder / name).touch()

    assert ["job"] == backend.keys(scope)
    backend.clear(scope, all_map_indices=True)

    assert names == {path.name for path in folder.iterdir()}


HEADER = {
    "state_store_object": 1,
    "kind": "asset",
    "names": {"asset_id": "1"},
    "key": "job",
    "bytes": 2,
}


def damaged(header: object, value: bytes = b"17") -> bytes:
    """Give an object with another header or value than the backend writes."""
    return json.dumps(header).encode() + b"\n" + value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        (b"17", "TypeError: 'int' object is not subscriptable"),
        (b"\xff\n17", "UnicodeDecodeError: "),
        (damaged([]), "TypeError: list indices must be integers or slices, not str"),
        (damaged({}), "KeyError: 'state_store_object'"),
        (damaged(HEADER | {"state_store_object": 2}), "ValueError: its format is 2, not 1"),
        (damaged(HEADER, b"1"), "ValueError: it has 1 bytes, not 2"),
        (damaged(HEADER, b"\xff\xff"), "UnicodeDecodeError: "),
        (damaged(HEADER | {"names": {"asset_id": 1}}), "AttributeError: "),
        (damaged(HEADER | {"names": None}), "AttributeError: "),
        (damaged(HEADER | {"key": "\ud83d"}), "UnicodeEncodeError: "),
    ],
)
def test_damaged_object(local: Storage, data: bytes, message: str) -> None:
    """What is not whole or not ours is an error that names the file, and never a value."""
    backend = local.backend()
    path = Path(local.base_path, "asset/asset_id=1/key=job")
    path.parent.mkdir(parents=True)
    path.write_bytes(data)

    with pytest.raises(DamagedObjectError) as caught:
        backend.get(AssetScope(asset_id=1), "job")

    beginning = (
        "The object asset/asset_id=1/key=job is not one that this backend wrote, or is cut: "
    )
    assert str(caught.value).startswith(beginning + message)
    assert str(caught.value).endswith(
        ". Restore it, or delete it; keep other files out of the base path."
    )
    backend.set(AssetScope(asset_id=1), "job", "18")
    assert "18" == backend.get(AssetScope(asset_id=1), "job")


def test_moved_object(local: Storage) -> None:
    """An object that was copied to the place of another one is not taken for it."""
    backend = local.backend()
    backend.set(AssetScope(asset_id=1), "job", "17")
    root = Path(local.base_path, "asset")
    (root / "asset_id=1").rename(root / "asset_id=2")

    with pytest.raises(DamagedObjectError) as caught:
        backend.get(AssetScope(asset_id=2), "job")

    assert (
        "The object asset/asset_id=2/key=job belongs to asset/asset_id=1/key=job. Objects must not "
        "be moved: put it back, or delete it." == str(caught.value)
    )


def test_header_has_no_newline() -> None:
    """However a name is written, the header is one line, so the value begins after it."""
    scope = Place("asset", (("name", "a\nb\r\u2028"),))

    data = contents.packed(contents.Contents(scope, "\n", "\n"))

    assert b"\n\n" == data[-2:]
    assert 2 == data.count(b"\n")
