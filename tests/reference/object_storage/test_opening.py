"""Base paths, storage options, and storages that cannot be reached."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from state_store_reference.configuration import WORKER_BACKEND, load_backend
from state_store_reference.object_storage import ObjectStorageError, ObjectStorageStateBackend
from state_store_reference.object_storage.places import LONGEST_PATH
from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import AssetScope, SettingsError, TaskScope
from tests.reference.object_storage.conftest import Storage

SCOPE = AssetScope(name="orders")
BASE_PATH = "AIRFLOW__STATE_STORE_OBJECT_STORAGE__BASE_PATH"
OPTIONS = "AIRFLOW__STATE_STORE_OBJECT_STORAGE__STORAGE_OPTIONS"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty home of Airflow's, in the environment of this process."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.delenv("AIRFLOW_CONFIG", raising=False)
    return tmp_path


def refusal(base_path: str | None = None, **options: object) -> str:
    """Give the text of the error that making a backend ends with."""
    with pytest.raises(SettingsError) as caught:
        ObjectStorageStateBackend(base_path, **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments, the base path comes from the file, or from the environment before it."""
    (home / "airflow.cfg").write_text(
        f"[state_store_object_storage]\nbase_path = {home}/file\n", encoding="utf-8"
    )
    assert f"ObjectStorageStateBackend('{home}/file')" == repr(ObjectStorageStateBackend())

    monkeypatch.setenv(BASE_PATH, f"{home}/variable/")
    assert f"ObjectStorageStateBackend('{home}/variable')" == repr(ObjectStorageStateBackend())

    assert "ObjectStorageStateBackend('/given')" == repr(ObjectStorageStateBackend("/given"))


@pytest.mark.usefixtures("home")
def test_settings_of_s3(s3: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage options are JSON; with them, the class works as Airflow would make it."""
    host = s3.options["endpoint_url"]
    monkeypatch.setenv(BASE_PATH, s3.base_path)
    monkeypatch.setenv(OPTIONS, f'{{"key": "a", "secret": "b", "endpoint_url": "{host}"}}')
    monkeypatch.setenv(
        "AIRFLOW__WORKERS__STATE_BACKEND",
        "state_store_reference.object_storage.ObjectStorageStateBackend",
    )

    backend = load_backend(WORKER_BACKEND)

    assert isinstance(backend, ObjectStorageStateBackend)
    reference = backend.serialize_asset_state_to_ref(value="17", key="job", asset_ref="orders")
    assert "17" == s3.backend().deserialize_asset_state_from_ref(reference)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("base_path", [None, "", " "])
def test_no_base_path(base_path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a base path anywhere, the error says the three ways to give one."""
    if base_path is not None:
        monkeypatch.setenv(BASE_PATH, base_path)

    assert (
        "ObjectStorageStateBackend has no base path. Write [state_store_object_storage] base_path "
        f"= s3://bucket/folder in airflow.cfg, set {BASE_PATH}, or pass base_path." == refusal()
    )


def test_unknown_option(home: Path) -> None:
    """A misspelled option is refused, with the one that was meant."""
    path = home / "airflow.cfg"
    path.write_text("[state_store_object_storage]\nbasepath = /x\n", encoding="utf-8")

    assert (
        f"[state_store_object_storage] basepath (line 2 of {path}) is not an option that is read. "
        "Write base_path." == refusal()
    )


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("text", ['{"secret": "hush"', "[]", '"hush"', "secret=hush"])
def test_storage_options_that_are_no_json_object(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Storage options of another form are refused without being shown."""
    monkeypatch.setenv(BASE_PATH, "/x")
    monkeypatch.setenv(OPTIONS, text)

    assert (
        f"[state_store_object_storage] storage_options (environment variable {OPTIONS}) is not a "
        'JSON object. Write the arguments of the filesystem, as in {"endpoint_url": '
        '"https://host"}.' == refusal()
    )


def test_chain(tmp_path: Path) -> None:
    """A cache in front of the storage would give old values."""
    assert (
        f"The base path 'simplecache::{tmp_path}' is a chain of filesystems. Write the last one "
        "alone: a cache in between would give old values." == refusal(f"simplecache::{tmp_path}")
    )


def test_unknown_protocol() -> None:
    """A protocol that fsspec does not know is refused, and a password in the URL is not shown."""
    text = refusal("nowhere://user:hush@host/state")

    assert text.startswith(
        "The base path 'nowhere://user:***@host/state' or its storage options are not usable: "
    )
    assert text.endswith(". Write a URL such as s3://bucket/folder, or the path of a local folder.")
    assert "hush" not in text


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is not installed is named, with what to install."""
    monkeypatch.setitem(sys.modules, "s3fs", None)
    # What was imported once would be found there.
    known = import_module("fsspec.registry").__dict__["_registry"]
    monkeypatch.delitem(known, "s3", raising=False)

    assert (
        "The base path 's3://bucket/state' needs a package that is not installed: Install s3fs to "
        "access S3. Install state-store-oracle[object-storage], or the package that it names."
        == refusal("s3://bucket/state")
    )


def test_no_bucket() -> None:
    """S3 without a bucket is refused."""
    assert "The base path 's3://' names no bucket. Write s3://bucket/folder." == refusal("s3://")


def test_long_base_path(s3: Storage) -> None:
    """A base path is refused when the longest path below it would not fit into a key of S3."""
    bucket = s3.base_path.split("/")[2]
    most = 1024 - LONGEST_PATH - len("/")
    longest = f"s3://{bucket}/{'f' * (most - len(bucket) - len('/'))}"

    assert refusal(f"{longest}f", storage_options=s3.options).endswith(
        f"has {most + 1} bytes. Choose one of up to {most}: with the names of tasks and keys, a "
        "path must not exceed 1024 bytes."
    )

    backend = Storage(longest, s3.options).backend()
    ti_id = task_instance_id(TaskScope("d" * 999, "r" * 999, "t" * 999, 10**999))
    reference = backend.serialize_task_state_to_ref(value="17", key="k" * 999, ti_id=ti_id)
    assert "17" == backend.deserialize_task_state_from_ref(reference)


def test_missing_bucket(s3: Storage) -> None:
    """A bucket that is not there is an error, and not a store in which nothing is found."""
    backend = Storage("s3://no-such-bucket/state", s3.options).backend()
    message = (
        "^The storage s3://no-such-bucket/state cannot serve asset/name=orders[^ ]*: "
        "FileNotFoundError: The specified bucket does not exist. "
        "Create the bucket, or correct the base path.$"
    )

    for call in (
        lambda: backend.get(SCOPE, "job"),
        lambda: backend.set(SCOPE, "job", "17"),
        lambda: backend.delete(SCOPE, "job"),
        lambda: backend.clear(SCOPE),
        lambda: backend.keys(SCOPE),
    ):
        with pytest.raises(ObjectStorageError, match=message):
            call()


def test_unreachable_storage() -> None:
    """A server that does not answer is an error that says which."""
    backend = ObjectStorageStateBackend(
        "s3://bucket/state",
        storage_options={
            "key": "a",
            "secret": "b",
            "endpoint_url": "http://127.0.0.1:1",
            "config_kwargs": {"retries": {"total_max_attempts": 1}},
        },
    )

    with pytest.raises(ObjectStorageError) as caught:
        backend.get(SCOPE, "job")

    assert (
        "The storage s3://bucket/state cannot serve asset/name=orders/key=job: "
        'EndpointConnectionError: Could not connect to the endpoint URL: "http://127.0.0.1:1/'
        'bucket/state/asset/name%3Dorders/key%3Djob". '
        "Check the base path, the storage options and the permissions." == str(caught.value)
    )


def test_storage_without_folders() -> None:
    """Another filesystem of fsspec serves too; this one keeps its files in memory."""
    backend = ObjectStorageStateBackend("memory://state-of-a-test")

    backend.set(SCOPE, "job", "17")
    assert ("17", ["job"]) == (backend.get(SCOPE, "job"), backend.keys(SCOPE))
    backend.clear(SCOPE)
    backend.delete(SCOPE, "job")

    assert (None, []) == (backend.get(SCOPE, "job"), backend.keys(SCOPE))


def test_relative_base_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is resolved when the backend is made, and stays when the process moves."""
    monkeypatch.chdir(tmp_path)
    backend = ObjectStorageStateBackend("state/")
    monkeypatch.chdir("/")

    backend.set(SCOPE, "job", "17")

    assert (tmp_path / "state/asset/name=orders/key=job").is_file()


def test_file_url(tmp_path: Path) -> None:
    """The URL of a folder is the folder."""
    ObjectStorageStateBackend(f"file://{tmp_path}/state").set(SCOPE, "job", "17")

    assert (tmp_path / "state/asset/name=orders/key=job").is_file()
