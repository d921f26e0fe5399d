# ruff: noqa: ANN401, D102 - what is passed on is passed on as it came
"""Backends that break one rule each, and targets that judge them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from state_store_reference.collection import collect_garbage
from state_store_reference.metastore import MetastoreStateBackend
from state_store_spec import StateScope, StateStoreSettings, TaskScope

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session


class ClearsEveryMapIndex(MetastoreStateBackend):
    """``clear`` forgets which map index it was asked for."""

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,  # noqa: ARG002
        session: Session | None = None,
    ) -> None:
        super().clear(scope, all_map_indices=True, session=session)


class AsyncForgetsExpiry(MetastoreStateBackend):
    """``aset`` drops ``expires_at``."""

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,  # noqa: ARG002
        session: AsyncSession | None = None,
    ) -> None:
        await super().aset(scope, key, value, session=session)


class ForgetsExpiry(AsyncForgetsExpiry):
    """``set`` and ``aset`` drop ``expires_at``."""

    def set(self, *arguments: Any, expires_at: datetime | None = None, **options: Any) -> None:
        del expires_at
        super().set(*arguments, **options)


class MakesNoFolders(MetastoreStateBackend):
    """No write goes to a task whose id has a slash."""

    def set(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        _need_no_folder(scope)
        super().set(scope, *arguments, **options)

    async def aset(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        _need_no_folder(scope)
        await super().aset(scope, *arguments, **options)

    def set_never_expire(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        _need_no_folder(scope)
        super().set_never_expire(scope, *arguments, **options)

    async def aset_never_expire(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        _need_no_folder(scope)
        await super().aset_never_expire(scope, *arguments, **options)


def _need_no_folder(scope: StateScope) -> None:
    if isinstance(scope, TaskScope) and "/" in scope.task_id:
        raise FileNotFoundError(f"No such file or directory: {scope.task_id}")


class Writing(MetastoreStateBackend):
    """A backend whose ``set`` is about to be broken."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        super().set(scope, key, value, expires_at=expires_at, session=session)


class CommitsForItsCaller(Writing):
    """``set`` ends the transaction of the caller's session."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        super().set(*arguments, session=session, **options)
        if session is not None:
            session.commit()


class ClosesTheSession(Writing):
    """``set`` closes the caller's session."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        super().set(*arguments, session=session, **options)
        if session is not None:
            session.close()


class ClosesTheAsyncSession(MetastoreStateBackend):
    """``aset`` closes the caller's session."""

    async def aset(
        self, *arguments: Any, session: AsyncSession | None = None, **options: Any
    ) -> None:
        await super().aset(*arguments, session=session, **options)
        if session is not None:
            await session.close()


class FoldsKeys(Writing):
    """``set`` takes ``JOB`` and ``job`` for one key."""

    def set(self, scope: StateScope, key: str, *arguments: Any, **options: Any) -> None:
        super().set(scope, key.lower(), *arguments, **options)


class DropsTheZone(Writing):
    """``set`` takes every instant for one in UTC."""

    def set(self, *arguments: Any, expires_at: datetime | None = None, **options: Any) -> None:
        utc = None if expires_at is None else expires_at.replace(tzinfo=UTC)
        super().set(*arguments, expires_at=utc, **options)


class SwallowsRefusals(Writing):
    """``set`` does nothing where it should refuse."""

    def set(self, *arguments: Any, **options: Any) -> None:
        try:
            super().set(*arguments, **options)
        except ValueError:
            return


class RaisesOnGet(MetastoreStateBackend):
    """``get`` raises where there is nothing."""

    def get(self, *arguments: Any, **options: Any) -> str | None:
        found = super().get(*arguments, **options)
        if found is None:
            raise KeyError(arguments[1])
        return found


def leaves_expired_rows(
    engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
) -> Any:
    """A collection that never deletes, and counts as if it did."""
    del dry_run
    return collect_garbage(engine, settings, dry_run=True)


def deletes_when_dry(engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False) -> Any:
    """A collection whose dry run is none."""
    del dry_run
    return collect_garbage(engine, settings)


def ignores_the_batch_size(
    engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
) -> Any:
    """A collection in single statements, whatever the settings say."""
    plain = StateStoreSettings(default_retention_days=settings.default_retention_days)
    return collect_garbage(engine, plain, dry_run=dry_run)


def fails(engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False) -> Any:
    """A collection that raises."""
    del engine, settings, dry_run
    raise RuntimeError("no collection today")


def counts_one_more(engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False) -> Any:
    """A collection that counts one expired row more than there are, dry or not."""
    summary = collect_garbage(engine, settings, dry_run=dry_run)
    return replace(summary, expired=summary.expired + 1)
