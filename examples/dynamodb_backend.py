"""A state backend on DynamoDB.

A partition is a task or an asset, a sort key a map index and a key: all map indices of a task lie
together, and the keys of one map index begin alike. Names of tasks and assets may be longer than a
partition key (2,048 bytes), so it is a digest of them; an attribute says what it stands for.

DynamoDB deletes an item some days after its time to live, counted in seconds of its own clock. So
the item holds the exact expiry as well, and a worker's clock says whether it is still read.

The async variants run in threads: the client of boto3 may be used by several at once, and that of
aiobotocore asks for one exact version of botocore and belongs to one event loop.
"""

# ruff: noqa: ARG002 - a session is a database's, and there is none here
from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Final

import boto3
from botocore.config import Config

from state_store_spec import (
    BaseStateBackend,
    NaiveExpiryError,
    StateScope,
    TaskScope,
    UnrepresentableError,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        QueryInputPaginateTypeDef,
        WriteRequestTypeDef,
        WriteRequestUnionTypeDef,
    )

_PARTITION: Final = "place"
_SORT: Final = "map_index_and_key"
_TIME_TO_LIVE: Final = "time_to_live"
# Quotas of DynamoDB. It counts 1 KB as 1,024 bytes, which leaves room for what it adds to an item.
_MOST_ITEM_BYTES: Final = 400_000
_MOST_SORT_KEY_BYTES: Final = 1024
_MOST_DELETES: Final = 25
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GRACE: Final = timedelta(days=1)
_ATTEMPTS: Final = 7
_FIRST_PAUSE_SECONDS: Final = 0.05


class DynamoDBStateBackend(BaseStateBackend):
    """Task and asset state in one table of DynamoDB.

    Any text without lone surrogates is a name, a key or a value, as long as an item takes no more
    than 400 KB and a key no more than 1,000 bytes. What is being written while a scope is cleared
    stays or goes.

    Args:
        table: its name; by default the environment variable ``STATE_STORE_DYNAMODB_TABLE``.
        client: of DynamoDB; by default one that finds region and credentials as boto3 does.

    Raises:
        KeyError: no table is given, and the variable is not set.
    """

    state_store_claims: ClassVar[Mapping[str, object]] = {
        "expiry": "prompt",
        "durable": True,
        "key_alphabet": "unicode",
        "largest_value_bytes": 350_000,
    }

    def __init__(self, table: str | None = None, *, client: DynamoDBClient | None = None) -> None:
        self._table = table or os.environ["STATE_STORE_DYNAMODB_TABLE"]
        self._client = client or new_client()

    def create_table(self) -> None:
        """Create the table, paid by request, with its time to live switched on."""
        self._client.create_table(
            TableName=self._table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": _PARTITION, "AttributeType": "S"},
                {"AttributeName": _SORT, "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": _PARTITION, "KeyType": "HASH"},
                {"AttributeName": _SORT, "KeyType": "RANGE"},
            ],
        )
        self._client.get_waiter("table_exists").wait(TableName=self._table)
        self._client.update_time_to_live(
            TableName=self._table,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": _TIME_TO_LIVE},
        )

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None``."""
        if not _can_have(scope, key):
            return None
        item = self._client.get_item(
            TableName=self._table,
            Key=_item_key(scope, key),
            # Otherwise a value may be read that another call overwrote before.
            ConsistentRead=True,
        ).get("Item")
        if item is None:
            return None
        expires_at = item["expires_at"].get("N") if "expires_at" in item else None
        if expires_at is not None and int(expires_at) < _microseconds(datetime.now(UTC)):
            return None
        return item["value"].get("S")

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write or overwrite a key; ``expires_at`` is for tasks only.

        Raises:
            NaiveExpiryError: ``expires_at`` has no time zone.
            UnrepresentableError: a text has a lone surrogate, the key has more than about 1,000
                bytes, or the whole item more than 400 KB.
        """
        _require_aware(expires_at)
        if not _can_have(scope, key, value):
            raise UnrepresentableError(
                f"A lone surrogate in {scope!a}, the key {key[:60]!a} or the value {value[:60]!a}, "
                f"or a key of more than {_MOST_SORT_KEY_BYTES} bytes: DynamoDB cannot hold it. "
                "Use a shorter key, and encode what is no text, for example as base64."
            )
        item = {**_item_key(scope, key), "scope": {"S": repr(scope)}, "value": {"S": value}}
        if expires_at is not None and isinstance(scope, TaskScope):
            item["expires_at"] = {"N": str(_microseconds(expires_at))}
            last = _microseconds(expires_at) + _GRACE // timedelta(microseconds=1)
            item[_TIME_TO_LIVE] = {"N": str(last // 1_000_000 + 1)}
        size = _size(item)
        if size > _MOST_ITEM_BYTES:
            raise UnrepresentableError(
                f"The value {value[:60]!a} of the key {key[:60]!a} makes an item of {size} bytes; "
                f"DynamoDB holds up to {_MOST_ITEM_BYTES}. "
                "Store it elsewhere, for example on S3, and keep a reference."
            )
        self._client.put_item(TableName=self._table, Item=item)

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a key; do nothing where it is absent."""
        if _can_have(scope, key):
            self._client.delete_item(TableName=self._table, Key=_item_key(scope, key))

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope."""
        if not _can_have(scope):
            return
        query: QueryInputPaginateTypeDef = {
            "TableName": self._table,
            "ConsistentRead": True,
            "ProjectionExpression": f"{_PARTITION}, {_SORT}",
            "KeyConditionExpression": f"{_PARTITION} = :place",
            "ExpressionAttributeValues": {":place": {"S": _place(scope)}},
        }
        if not all_map_indices:
            query["KeyConditionExpression"] = (
                f"{_PARTITION} = :place AND begins_with({_SORT}, :start)"
            )
            query["ExpressionAttributeValues"] = {
                ":place": {"S": _place(scope)},
                ":start": {"S": _sort_key(scope, "")},
            }
        # A page ends after 1 MB of items, so a scope may have several.
        for page in self._client.get_paginator("query").paginate(**query):
            deletes: list[WriteRequestTypeDef] = [
                {"DeleteRequest": {"Key": item}} for item in page["Items"]
            ]
            for start in range(0, len(deletes), _MOST_DELETES):
                self._write(deletes[start : start + _MOST_DELETES])

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get`, in a thread."""
        return await asyncio.to_thread(self.get, scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`set`, in a thread."""
        await asyncio.to_thread(self.set, scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete`, in a thread."""
        await asyncio.to_thread(self.delete, scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear`, in a thread."""
        await asyncio.to_thread(self.clear, scope, all_map_indices=all_map_indices)

    def _write(self, requests: list[WriteRequestTypeDef]) -> None:
        """Send up to 25 requests, and again those that DynamoDB had no capacity for."""
        left: Mapping[str, Sequence[WriteRequestUnionTypeDef]] = {self._table: requests}
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            left = self._client.batch_write_item(RequestItems=left)["UnprocessedItems"]
            if not left:
                return
        raise TimeoutError(
            f"DynamoDB left {len(left[self._table])} deletes undone {_ATTEMPTS} times. "
            f"Clear the scope again when the table {self._table} has capacity."
        )


def new_client(endpoint_url: str | None = None) -> DynamoDBClient:
    """Give a client, which several threads may use, for AWS or for the server at an address."""
    config = Config(connect_timeout=1, read_timeout=4, retries={"mode": "standard"})
    return boto3.session.Session().client("dynamodb", endpoint_url=endpoint_url, config=config)


def _place(scope: StateScope) -> str:
    """Give the partition of a scope: JSON joins the names without confusing them."""
    if isinstance(scope, TaskScope):
        return f"task#{_digest(scope.dag_id, scope.run_id, scope.task_id)}"
    if scope.asset_id is not None:
        return f"asset#{_digest(scope.asset_id)}"
    # Whether a name and a uri mean one asset, only a store that knows assets can tell.
    return f"asset#{_digest(scope.name, scope.uri)}"


def _digest(*parts: str | int | None) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()


def _sort_key(scope: StateScope, key: str) -> str:
    """Give the sort key; the mark ends the map index, so that 1 does not begin like 10."""
    return f"{scope.map_index if isinstance(scope, TaskScope) else ''}#{key}"


def _item_key(scope: StateScope, key: str) -> dict[str, dict[str, str]]:
    return {_PARTITION: {"S": _place(scope)}, _SORT: {"S": _sort_key(scope, key)}}


def _can_have(scope: StateScope, key: str = "", value: str = "") -> bool:
    """Tell whether all texts have a form in UTF-8, and the key one that is not too long."""
    names = (
        (scope.dag_id, scope.run_id, scope.task_id)
        if isinstance(scope, TaskScope)
        else (scope.name or "", scope.uri or "")
    )
    try:
        "".join((*names, value)).encode()
        return len(_sort_key(scope, key).encode()) <= _MOST_SORT_KEY_BYTES
    except UnicodeEncodeError:
        return False


def _require_aware(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at.utcoffset() is None:
        raise NaiveExpiryError(
            f"expires_at = {expires_at.isoformat()} has no time zone and names no instant. "
            "Pass an aware datetime, such as datetime.now(UTC) + timedelta(days=1)."
        )


def _microseconds(instant: datetime) -> int:
    """Count the microseconds since 1970; a whole number loses none of them."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _size(item: Mapping[str, Mapping[str, str]]) -> int:
    """Count the bytes of an item as DynamoDB does: names and contents of its attributes."""
    return sum(
        len(name.encode()) + len(content.encode())
        for name, attribute in item.items()
        for content in attribute.values()
    )


def backend() -> DynamoDBStateBackend:
    """Give a backend on ``STATE_STORE_TEST_DYNAMODB_URL``, or on a DynamoDB inside the process."""
    return DynamoDBStateBackend("state_store_check", client=_client_with_table())


@cache
def _client_with_table() -> DynamoDBClient:
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    endpoint_url = os.environ.get("STATE_STORE_TEST_DYNAMODB_URL")
    if endpoint_url is None:
        from moto import mock_aws  # noqa: PLC0415 - not needed where there is a server

        mock_aws().start()
    client = new_client(endpoint_url)
    with suppress(client.exceptions.ResourceInUseException):
        DynamoDBStateBackend("state_store_check", client=client).create_table()
    return client
