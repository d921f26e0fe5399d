"""The four examples, each on a store of its own that a test may open several times."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
import redis
from moto.server import ThreadedMotoServer

from examples.dynamodb_backend import DynamoDBStateBackend, new_client
from tests.examples.store import Store


@pytest.fixture
def redis_store(redis_url: str) -> Iterator[Store]:
    """Give keys of Redis with a prefix of their own, and remove them at the end."""
    prefix = f"state_store_test_{token_hex(8)}"
    yield Store("redis", "RedisStateBackend", {"url": redis_url, "prefix": prefix})
    with redis.Redis.from_url(redis_url) as client:
        for name in client.scan_iter(f"{prefix}*"):
            client.unlink(name)


@pytest.fixture
def files_store(tmp_path: Path) -> Store:
    """Give a folder whose name is a pattern."""
    return Store("files", "FilesStateBackend", {"folder": str(tmp_path / "state [1]*?")})


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    """Start a server that is a DynamoDB for the tests."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def dynamodb_server(dynamodb_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let boto3 find credentials for the server, which it does not check, and give its URL."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    return dynamodb_url


@pytest.fixture
def dynamodb_store(dynamodb_server: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Give an empty table of DynamoDB."""
    table = f"state-{token_hex(8)}"
    DynamoDBStateBackend(table, client=new_client(dynamodb_server)).create_table()
    # Which boto3 looks for, as it does for the credentials.
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_server)
    return Store("dynamodb", "DynamoDBStateBackend", {"table": table})


@pytest.fixture
def sqlite3_store(tmp_path: Path) -> Store:
    """Give a file of SQLite, in a folder that has a mark of URLs in its name."""
    folder = tmp_path / "state?mode=ro"
    folder.mkdir()
    return Store("sqlite3", "SQLiteStateBackend", {"path": str(folder / "state.db")})


@pytest.fixture(params=["redis", "files", "dynamodb", "sqlite3"])
def store(request: pytest.FixtureRequest) -> Store:
    """Give the store of each of the four in turn."""
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found
