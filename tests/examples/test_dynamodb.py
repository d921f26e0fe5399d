"""The backend on DynamoDB: its quotas, its pages, its time to live, and what it leaves undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from examples.dynamodb_backend import DynamoDBStateBackend
from state_store_spec import TaskScope, UnrepresentableError
from tests.examples.store import Store

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SCOPE = TaskScope("shop", "monday", "load", 1)
SIBLING = TaskScope("shop", "monday", "load", 10)


@pytest.fixture
def backend(dynamodb_store: Store) -> DynamoDBStateBackend:
    """Give a backend on a table of its own."""
    opened = dynamodb_store.open()
    assert isinstance(opened, DynamoDBStateBackend)
    return opened


@pytest.fixture
def client(backend: DynamoDBStateBackend) -> DynamoDBClient:
    """Give the backend's own client."""
    return backend._client  # noqa: SLF001 - its requests are watched


def items(client: DynamoDBClient, store: Store) -> list[dict[str, Any]]:
    """List what is in the table."""
    found: list[dict[str, Any]] = client.scan(TableName=store.arguments["table"])["Items"]
    return found


@pytest.mark.parametrize("all_map_indices", [False, True])
def test_scope_of_several_pages(
    backend: DynamoDBStateBackend,
    client: DynamoDBClient,
    dynamodb_store: Store,
    *,
    all_map_indices: bool,
) -> None:
    """A scope of more than 1 MB, and of more keys than one request deletes, is cleared."""
    pages: list[int] = []
    client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: pages.append(parsed["Count"])
    )
    for number in range(30):
        backend.set(SCOPE, f"job {number}", "v" * 65_535)
    backend.set(SIBLING, "job", "17")

    backend.clear(SCOPE, all_map_indices=all_map_indices)

    assert len(pages) > 1
    assert int(not all_map_indices) == len(items(client, dynamodb_store))


def test_deletes_that_were_left_undone(
    backend: DynamoDBStateBackend, client: DynamoDBClient, dynamodb_store: Store
) -> None:
    """What DynamoDB had no capacity for is sent again."""
    sent: list[int] = []

    def leave_undone(params: dict[str, Any], **_: object) -> None:
        [requests] = params["RequestItems"].values()
        sent.append(len(requests))

    def report_undone(parsed: dict[str, Any], **_: object) -> None:
        if len(sent) == 1:
            parsed["UnprocessedItems"] = undone

    backend.set(SCOPE, "job", "17")
    [kept] = items(client, dynamodb_store)
    key = {name: kept[name] for name in ("place", "map_index_and_key")}
    undone = {dynamodb_store.arguments["table"]: [{"DeleteRequest": {"Key": key}}]}
    client.meta.events.register("before-parameter-build.dynamodb.BatchWriteItem", leave_undone)
    client.meta.events.register("after-call.dynamodb.BatchWriteItem", report_undone)

    backend.clear(SCOPE)

    assert [1, 1] == sent


def test_no_capacity_at_all(
    backend: DynamoDBStateBackend, client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clear that cannot be finished says what is left and what to do."""
    backend.set(SCOPE, "job", "17")
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr(
        client, "batch_write_item", lambda **named: {"UnprocessedItems": named["RequestItems"]}
    )

    with pytest.raises(TimeoutError, match=r"left 1 deletes undone .* Clear the scope again"):
        backend.clear(SCOPE)

    assert sorted(pauses) == pauses
    assert sum(pauses) < 5


def test_time_to_live(
    backend: DynamoDBStateBackend, client: DynamoDBClient, dynamodb_store: Store
) -> None:
    """The table deletes what has expired, and not before its expiry on any clock."""
    table = dynamodb_store.arguments["table"]
    expires_at = datetime.now(UTC) + timedelta(hours=1, microseconds=1)
    backend.set(SCOPE, "job", "17", expires_at=expires_at)
    [item] = items(client, dynamodb_store)

    description = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    lag = int(item["time_to_live"]["N"]) - expires_at.timestamp()

    assert {"AttributeName": "time_to_live", "TimeToLiveStatus": "ENABLED"} == description
    assert 86_400 < lag < 86_402


def test_overwrite_without_expiry(
    backend: DynamoDBStateBackend, client: DynamoDBClient, dynamodb_store: Store
) -> None:
    """A plain write leaves neither an expiry nor a time to live."""
    backend.set(SCOPE, "job", "17", expires_at=datetime.now(UTC) + timedelta(hours=1))
    backend.set(SCOPE, "job", "18")

    [item] = items(client, dynamodb_store)

    assert {"place", "map_index_and_key", "scope", "value"} == set(item)


def test_reads_are_consistent(backend: DynamoDBStateBackend, client: DynamoDBClient) -> None:
    """Every read asks for what was written last, which the table could leave out otherwise."""
    asked: dict[str, bool] = {}

    def note(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        asked[model.name] = params["ConsistentRead"]

    for operation in ("GetItem", "Query"):
        client.meta.events.register(f"before-parameter-build.dynamodb.{operation}", note)

    backend.get(SCOPE, "job")
    backend.clear(SCOPE)

    assert {"GetItem": True, "Query": True} == asked


def test_largest_item(
    backend: DynamoDBStateBackend, client: DynamoDBClient, dynamodb_store: Store
) -> None:
    """An item of 400,000 bytes is held, and one more is refused before anything is sent."""
    backend.set(SCOPE, "job", "")
    [empty] = items(client, dynamodb_store)
    overhead = sum(len(name) + len(content["S"]) for name, content in empty.items())
    largest = "v" * (400_000 - overhead)
    backend.set(SCOPE, "job", largest)

    with pytest.raises(UnrepresentableError, match=r"an item of 400001 bytes; .* up to 400000"):
        backend.set(SCOPE, "job", f"{largest}v")

    assert largest == backend.get(SCOPE, "job")


def test_longest_key(backend: DynamoDBStateBackend) -> None:
    """A key that fills the sort key is held, and a longer one is refused and never found."""
    longest = "k" * (1024 - len("1#"))
    backend.set(SCOPE, longest, "17")

    with pytest.raises(UnrepresentableError, match="more than 1024 bytes"):
        backend.set(SCOPE, f"{longest}k", "18")

    assert ["17", None] == [backend.get(SCOPE, longest), backend.get(SCOPE, f"{longest}k")]
    backend.delete(SCOPE, f"{longest}k")


def test_names_longer_than_a_partition_key(backend: DynamoDBStateBackend) -> None:
    """Tasks with the longest names that Airflow allows are told apart by the last character."""
    name = "\U0001f600" * 249
    scopes = [TaskScope(f"{name}a", name, name), TaskScope(f"{name}b", name, name)]
    for number, scope in enumerate(scopes):
        backend.set(scope, "job", str(number))

    assert ["0", "1"] == [backend.get(scope, "job") for scope in scopes]
