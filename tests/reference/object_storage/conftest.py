"""The storages that a backend is tried on: a local folder, and S3 as moto serves it over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
import s3fs  # type: ignore[import-untyped]
from moto.server import ThreadedMotoServer

from state_store_reference.object_storage import ObjectStorageStateBackend


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a backend keeps its objects."""

    base_path: str
    options: dict[str, Any] = field(default_factory=dict[str, Any])

    def backend(self) -> ObjectStorageStateBackend:
        """Make a backend that shares nothing with another one but the storage."""
        return ObjectStorageStateBackend(self.base_path, storage_options=self.options)

    def filesystem(self) -> s3fs.S3FileSystem:
        """Open the storage itself."""
        return s3fs.S3FileSystem(**self.options, skip_instance_cache=True, use_listings_cache=False)


@pytest.fixture(scope="session")
def s3_options() -> Iterator[dict[str, Any]]:
    """Start a server, and give the options of a filesystem that talks to it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "key": "somebody",
        "secret": "something",
        "endpoint_url": f"http://{host}:{port}",
        # Otherwise values of a few kilobytes are never read in more than one part.
        "default_block_size": 2**14,
    }
    server.stop()


@pytest.fixture
def local(tmp_path: Path) -> Storage:
    """Give an empty local folder, with a name that is a pattern."""
    return Storage(str(tmp_path / "state [1]*?"))


@pytest.fixture
def s3(s3_options: dict[str, Any]) -> Storage:
    """Give a bucket of its own."""
    bucket = f"bucket-{token_hex(8)}"
    storage = Storage(f"s3://{bucket}/state [1]*?", s3_options)
    storage.filesystem().call_s3("create_bucket", Bucket=bucket)
    return storage


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """Give each of the two storages, empty."""
    found: Storage = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def backend(storage: Storage) -> ObjectStorageStateBackend:
    """Give a backend on each of the two storages."""
    return storage.backend()
