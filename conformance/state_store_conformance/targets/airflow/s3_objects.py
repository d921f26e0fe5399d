"""The objects of Airflow's object-storage backend in a bucket of an S3 of our own.

The S3 is moto's server, over HTTP on the loopback device: a real one refuses requests of a client
whose clock is moved. The bucket is named as Airflow's documentation does, with a connection.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import boto3
from airflow.sdk import ObjectStoragePath
from moto.server import ThreadedMotoServer

from state_store_conformance.targets.airflow.object_paths import (
    BACKEND,
    found_object,
    keep_objects_at,
)
from state_store_conformance.targets.worker_side_files import FoundObject
from state_store_spec import StateScope

_CONNECTION: Final = "state_store_objects"
_BUCKET: Final = "state-store"
_FOLDER: Final = "kept"
_REGION: Final = "us-east-1"
_LOGIN: Final = "moto-asks-for-none"


class S3Objects:
    """Points the backend at a bucket of its own, and looks into that bucket past it."""

    backend: Any = BACKEND

    def __init__(self) -> None:
        # Its server would print a line for each request.
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        self._base = f"s3://{_CONNECTION}@{_BUCKET}/{_FOLDER}"
        os.environ[f"AIRFLOW_CONN_{_CONNECTION.upper()}"] = json.dumps(
            {
                "conn_type": "aws",
                "login": _LOGIN,
                "password": _LOGIN,
                "extra": {"endpoint_url": endpoint, "region_name": _REGION},
            }
        )
        keep_objects_at(self._base)
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=_REGION,
            aws_access_key_id=_LOGIN,
            aws_secret_access_key=_LOGIN,
        )
        self._client.create_bucket(Bucket=_BUCKET)
        # The first use imports the client, for seconds that no call is to be blamed for.
        ObjectStoragePath(self._base).exists()

    def objects(self) -> Mapping[str, str]:
        """Give every value that is kept, by its reference."""
        return {found.reference: found.value for found, _ in self._found()}

    def lose(self, reference: str, scope: StateScope, key: str) -> None:  # noqa: ARG002
        """Remove an object; do nothing where there is none."""
        for found, name in self._found():
            if found.reference == reference:
                self._client.delete_object(Bucket=_BUCKET, Key=name)

    def empty(self) -> None:
        """Remove every object."""
        for name in self._names():
            self._client.delete_object(Bucket=_BUCKET, Key=name)

    def close(self) -> None:
        """Stop the server; its objects were in its memory."""
        self._client.close()
        self._server.stop()

    def _found(self) -> Iterator[tuple[FoundObject, str]]:
        for name in self._names():
            data = self._client.get_object(Bucket=_BUCKET, Key=name)["Body"].read()
            yield found_object(self._base, name.removeprefix(f"{_FOLDER}/"), data), name

    def _names(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=_BUCKET)
        return [kept["Key"] for page in pages for kept in page.get("Contents", ())]
