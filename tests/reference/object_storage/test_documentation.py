"""What the page about object storage says in numbers and examples is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from state_store_reference.configuration import WORKER_BACKEND, load_backend
from state_store_reference.object_storage import ObjectStorageStateBackend
from state_store_reference.object_storage.path_names import path_name
from state_store_reference.object_storage.places import LONGEST_PATH
from state_store_spec import AssetScope
from tests.reference.object_storage.conftest import Storage

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[3] / "docs/object-storage.md").read_text(encoding="utf-8")


def test_numbers() -> None:
    """The longest base path, reference and name are as long as they are said to be."""
    assert f"may have up to {1024 - LONGEST_PATH - 1} bytes" in PAGE
    assert f"up to {LONGEST_PATH + len('state-store-object:')} characters of ASCII" in PAGE
    assert "more than 150 characters keeps its first 85" in PAGE
    assert ("k" * 150, "k" * 85 + ".") == (path_name("k" * 150), path_name("k" * 151)[:86])


def test_name() -> None:
    """The key of the example becomes the name of the example."""
    assert f"the key `Job.id` is `key={path_name('Job.id')}`" in PAGE


def test_object(local: Storage) -> None:
    """The object of the example lies where it is fetched from, and holds what is shown."""
    local.backend().set(AssetScope(name="orders"), "watermark", "2026-01-01")
    found = re.search(r"s3://bucket/airflow-state/(\S+) -\n(.*?)\n```", PAGE, re.DOTALL)

    assert found is not None
    assert found[2] == Path(local.base_path, found[1]).read_text(encoding="utf-8")


def test_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of the page makes a worker-side backend on S3."""
    found = re.search(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    (tmp_path / "airflow.cfg").write_text(found[1], encoding="utf-8")

    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.delenv("AIRFLOW_CONFIG", raising=False)

    backend = load_backend(WORKER_BACKEND)

    assert isinstance(backend, ObjectStorageStateBackend)
    assert "ObjectStorageStateBackend('s3://bucket/airflow-state')" == repr(backend)
