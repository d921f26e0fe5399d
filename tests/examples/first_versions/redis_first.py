"""The first version of the backend on Redis, as it was written in a hurry; it is wrong."""

# ruff: noqa: ARG002, D102 - as it was
from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

import redis
from redis import asyncio as async_redis

from state_store_spec import BaseStateBackend, StateScope, TaskScope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

URL = os.environ.get("STATE_STORE_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


def prefix(scope: StateScope) -> str:
    """Give what the names of a scope's keys begin with."""
    if isinstance(scope, TaskScope):
        return f"task:{scope.dag_id}:{scope.run_id}:{scope.task_id}:{scope.map_index}"
    return f"asset:{scope.asset_id or scope.name or scope.uri}"


def pattern(scope: StateScope, *, all_map_indices: bool) -> str:
    """Give the pattern that finds a scope's keys."""
    if isinstance(scope, TaskScope) and all_map_indices:
        return f"task:{scope.dag_id}:{scope.run_id}:{scope.task_id}:*"
    return f"{prefix(scope)}:*"


def seconds_left(expires_at: datetime | None) -> int | None:
    """Give the time to live of a row."""
    if expires_at is None:
        return None
    return int((expires_at - datetime.now(UTC)).total_seconds())


class RedisStateBackend(BaseStateBackend):
    """Each key is a key of Redis, which expires by itself."""

    state_store_claims: ClassVar[dict[str, object]] = {
        "expiry": "prompt",
        "clock": "server",
        "durable": True,
    }

    def __init__(self) -> None:
        self.client = redis.Redis.from_url(URL, decode_responses=True)
        self.async_client = async_redis.Redis.from_url(URL, decode_responses=True)

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        value = self.client.get(f"{prefix(scope)}:{key}")
        return str(value) if value else None

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        self.client.set(f"{prefix(scope)}:{key}", value, ex=seconds_left(expires_at))

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        self.client.delete(f"{prefix(scope)}:{key}")

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        for name in self.client.scan_iter(pattern(scope, all_map_indices=all_map_indices)):
            self.client.delete(name)

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        value = await self.async_client.get(f"{prefix(scope)}:{key}")
        return str(value) if value else None

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        await self.async_client.set(f"{prefix(scope)}:{key}", value, ex=seconds_left(expires_at))

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        await self.async_client.delete(f"{prefix(scope)}:{key}")

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        names = self.async_client.scan_iter(pattern(scope, all_map_indices=all_map_indices))
        async for name in names:
            await self.async_client.delete(name)
