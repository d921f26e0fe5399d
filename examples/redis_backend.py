"""A state backend on Redis, or anything that speaks its protocol and runs Lua.

The state of a task instance or of an asset is one hash: a field for each key. Beside the hashes of
a task lies a set of its map indices, so that ``clear`` finds them without a search through the
keys of the server, which would be slow and take names for patterns.

Every call is one command, one ``MULTI`` or one script, so others see all of it or nothing.

Two clocks are at work. Whoever computed ``expires_at`` did it by the clock of a worker, so such a
clock says whether a row is still read. The server's own expiry gives the memory back, a day later,
and counts time that passes instead of comparing clocks: a wrong one ends no row early.
"""

# ruff: noqa: ARG002 - a session is a database's, and there is none here
from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias
from urllib.parse import quote

import redis
from redis import asyncio as async_redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

from state_store_spec import (
    AssetScope,
    BaseStateBackend,
    NaiveExpiryError,
    StateScope,
    TaskScope,
    UnrepresentableError,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

_GRACE: Final = timedelta(days=1)
_TIMEOUT_SECONDS: Final = 1
_OPTIONS: Final[dict[str, Any]] = {
    "decode_responses": True,
    "socket_timeout": _TIMEOUT_SECONDS,
    "socket_connect_timeout": _TIMEOUT_SECONDS,
}
# Every call may be made twice: it says what is to be, and not what is to be changed.
_RETRIES: Final = 2
_BACKOFF: Final = ExponentialWithJitterBackoff(base=0.02, cap=0.2)

# KEYS: the hash, and for a task the set of its map indices.
# ARGV: field, row, map index, milliseconds that the row may need or ''.
# A key lives as long as the row in it that lives longest, so a lifetime is only ever put off.
_SET: Final = """
local lifetimes = {}
for position, name in ipairs(KEYS) do lifetimes[position] = redis.call('PTTL', name) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if KEYS[2] then redis.call('SADD', KEYS[2], ARGV[3]) end
for position, name in ipairs(KEYS) do
    local is_for_good = lifetimes[position] == -1
    if ARGV[4] == '' then
        redis.call('PERSIST', name)
    elseif not is_for_good and lifetimes[position] < tonumber(ARGV[4]) then
        redis.call('PEXPIRE', name, ARGV[4])
    end
end
"""

# KEYS: as above. ARGV: field, map index. The hash goes by itself with its last field.
_DELETE: Final = """
redis.call('HDEL', KEYS[1], ARGV[1])
if KEYS[2] and redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[2]) end
"""

# KEYS: the set of map indices. The hashes it leads to are in the same slot of a cluster.
_CLEAR_ALL_MAP_INDICES: Final = """
for _, map_index in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    redis.call('UNLINK', KEYS[1] .. ':' .. map_index)
end
redis.call('UNLINK', KEYS[1])
"""


class RedisStateBackend(BaseStateBackend):
    """Task and asset state on Redis.

    Redis holds any text but lone surrogates, of up to 512 MB. How durable it is, its configuration
    says (``appendonly``, ``maxmemory-policy noeviction``).

    Args:
        url: where the server is, such as ``redis://127.0.0.1:6379/0``; by default
            the environment variable ``STATE_STORE_REDIS_URL``.
        prefix: what the names of all keys begin with.

    Raises:
        KeyError: no url is given, and the variable is not set.
    """

    state_store_claims: ClassVar[Mapping[str, object]] = {
        "expiry": "prompt",
        "durable": True,
        "key_alphabet": "unicode",
        "longest_key": 512,
        "largest_value_bytes": 1_000_000,
    }

    def __init__(self, url: str | None = None, *, prefix: str = "state_store") -> None:
        self._url = url or os.environ["STATE_STORE_REDIS_URL"]
        self._prefix = prefix
        retry = Retry(_BACKOFF, _RETRIES)
        self._client = redis.Redis.from_url(self._url, retry=retry, **_OPTIONS)
        self._async_clients: dict[asyncio.AbstractEventLoop, _AsyncClient] = {}

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None``."""
        if not _is_text(scope, key):
            return None
        return _unpacked(self._client.hget(self._names(scope)[0], key))

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
            UnrepresentableError: a text has a lone surrogate.
        """
        arguments = _set_arguments(scope, key, value, expires_at)
        self._client.register_script(_SET)(self._names(scope), arguments)

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a key; do nothing where it is absent."""
        if _is_text(scope, key):
            arguments = [key, _map_index(scope)]
            self._client.register_script(_DELETE)(self._names(scope), arguments)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope."""
        if not _is_text(scope):
            return
        rows, *tasks = self._names(scope)
        if tasks and all_map_indices:
            self._client.register_script(_CLEAR_ALL_MAP_INDICES)(tasks)
            return
        with self._client.pipeline(transaction=True) as pipeline:
            pipeline.unlink(rows)
            for task in tasks:
                pipeline.srem(task, _map_index(scope))
            pipeline.execute()

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get`."""
        if not _is_text(scope, key):
            return None
        client = await self._async_client()
        return _unpacked(await client.hget(self._names(scope)[0], key))

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`set`."""
        arguments = _set_arguments(scope, key, value, expires_at)
        client = await self._async_client()
        await client.register_script(_SET)(self._names(scope), arguments)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete`."""
        if _is_text(scope, key):
            arguments = [key, _map_index(scope)]
            client = await self._async_client()
            await client.register_script(_DELETE)(self._names(scope), arguments)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear`."""
        if not _is_text(scope):
            return
        rows, *tasks = self._names(scope)
        if tasks and all_map_indices:
            client = await self._async_client()
            await client.register_script(_CLEAR_ALL_MAP_INDICES)(tasks)
            return
        client = await self._async_client()
        async with client.pipeline(transaction=True) as pipeline:
            pipeline.unlink(rows)
            for task in tasks:
                pipeline.srem(task, _map_index(scope))
            await pipeline.execute()

    def close(self) -> None:
        """Close the connections of the blocking calls; a loop closes its own when it ends."""
        self._client.close()

    async def _async_client(self) -> async_redis.Redis:
        """Give the client of the running loop: connections are of use in their own loop only."""
        loop = asyncio.get_running_loop()
        if loop not in self._async_clients:
            for ended in [known for known in self._async_clients if known.is_closed()]:
                del self._async_clients[ended]
            lifetime = _client_of_a_loop(self._url)
            self._async_clients[loop] = (await anext(lifetime), lifetime)
        return self._async_clients[loop][0]

    def _names(self, scope: StateScope) -> list[str]:
        """Give the name of the scope's hash, and for a task that of the set of its map indices.

        Each part is quoted, so that none contains what joins or surrounds them. The braces tell a
        cluster to keep what is named alike up to there in one place.
        """
        if isinstance(scope, TaskScope):
            task = f"{self._prefix}:task:{{{_joined(scope.dag_id, scope.run_id, scope.task_id)}}}"
            return [f"{task}:{scope.map_index}", task]
        return [f"{self._prefix}:asset:{_asset_name(scope)}"]


_AsyncClient: TypeAlias = tuple[async_redis.Redis, AsyncGenerator[async_redis.Redis]]


async def _client_of_a_loop(url: str) -> AsyncGenerator[async_redis.Redis]:
    """Give a client, and close it when the loop ends, which is when it closes its generators."""
    retry = AsyncRetry(_BACKOFF, _RETRIES)
    client = async_redis.Redis.from_url(url, retry=retry, **_OPTIONS)
    try:
        yield client
    finally:
        await client.aclose()


def _joined(*texts: str) -> str:
    return ":".join(quote(text, safe="") for text in texts)


def _asset_name(scope: AssetScope) -> str:
    """Name an asset by its id, or by what else is known of it."""
    if scope.asset_id is not None:
        return f"id:{scope.asset_id}"
    fields = (("name", scope.name), ("uri", scope.uri))
    return ":".join(f"{field}:{_joined(text)}" for field, text in fields if text is not None)


def _map_index(scope: StateScope) -> str:
    return str(scope.map_index) if isinstance(scope, TaskScope) else ""


def _is_text(scope: StateScope, *others: str) -> bool:
    """Tell whether all names and keys have a form in UTF-8: lone surrogates have none."""
    names = (
        (scope.dag_id, scope.run_id, scope.task_id)
        if isinstance(scope, TaskScope)
        else (scope.name or "", scope.uri or "")
    )
    try:
        "".join((*names, *others)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _set_arguments(
    scope: StateScope, key: str, value: str, expires_at: datetime | None
) -> list[str]:
    """Check what is to be written, and give the arguments of the script."""
    if expires_at is not None and expires_at.utcoffset() is None:
        raise NaiveExpiryError(
            f"expires_at = {expires_at.isoformat()} has no time zone and names no instant. "
            "Pass an aware datetime, such as datetime.now(UTC) + timedelta(days=1)."
        )
    if not _is_text(scope, key, value):
        raise UnrepresentableError(
            f"A lone surrogate in {scope!a}, the key {key[:60]!a} or the value {value[:60]!a}: "
            "Redis holds bytes, and it has no form in UTF-8. Encode it, for example as base64."
        )
    if isinstance(scope, AssetScope):
        expires_at = None
    return [key, _packed(value, expires_at), _map_index(scope), _lifetime(expires_at)]


def _packed(value: str, expires_at: datetime | None) -> str:
    """Give the row: the value, and the instant after which it is no longer read."""
    instant = None if expires_at is None else expires_at.isoformat()
    return json.dumps([value, instant], ensure_ascii=False)


def _unpacked(row: bytes | str | None) -> str | None:
    if row is None:
        return None
    value, instant = json.loads(row)
    if instant is not None and datetime.fromisoformat(instant) < datetime.now(UTC):
        return None
    return str(value)


def _lifetime(expires_at: datetime | None) -> str:
    """Give the milliseconds for which the server has to keep the row, or the empty text."""
    if expires_at is None:
        return ""
    remaining = max(expires_at - datetime.now(UTC), timedelta(0))
    return str((remaining + _GRACE) // timedelta(milliseconds=1))


@contextmanager
def backend() -> Generator[RedisStateBackend]:
    """Give a backend on the server of the tests; what a judgment writes there, it clears again."""
    url = os.environ.get("STATE_STORE_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
    with closing(RedisStateBackend(url, prefix="state_store_check")) as opened:
        yield opened
