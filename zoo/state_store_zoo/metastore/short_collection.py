"""A short collection that is right, for those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    select,
)

from state_store_reference.schema import asset, asset_active, asset_state, task_state
from state_store_spec import StateStoreSettings

ROW: Final[Any] = task_state.c
NO_EXPLICIT_RETENTION: Final = and_(ROW.expires_at.is_(None), ~ROW.never_expire)


class Counts(NamedTuple):
    """What a collection says of itself."""

    expired: int
    fallback: int
    orphaned: int


class Collection:
    """Three rules, each a condition; what meets it is counted, and deleted batch by batch.

    Args:
        at_start: the settings with which the process started; those of a run come with its call.
    """

    def __init__(self, at_start: StateStoreSettings) -> None:
        self.at_start = at_start

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        """Run once."""
        now = datetime.now(UTC)
        days = settings.default_retention_days
        rules = (
            (task_state, self.expired(now, days) if days else false()),
            (task_state, self.fallback(now - timedelta(days=days)) if days else false()),
            (asset_state, self.orphaned()),
        )
        with engine.connect() as connection:
            counted = [self.count(connection, *rule) for rule in rules]
            connection.rollback()
            if not dry_run:
                for table, due in rules:
                    self.take(connection, table, due, settings.state_cleanup_batch_size)
        return Counts(*counted)

    def expired(self, now: datetime, days: int) -> ColumnElement[bool]:
        """Say which rows go by their own expiry."""
        condition: ColumnElement[bool] = ROW.expires_at < now
        return condition

    def fallback(self, cutoff: datetime) -> ColumnElement[bool]:
        """Say which rows go because their last update lies before the cutoff."""
        return and_(NO_EXPLICIT_RETENTION, ROW.updated_at < cutoff)

    def orphaned(self) -> ColumnElement[bool]:
        """Say which rows belong to an asset without an active record."""
        return asset_state.c.asset_id.in_(select(asset.c.id).where(~self.active_record()))

    def active_record(self) -> ColumnElement[bool]:
        """Say which assets have an active record."""
        return exists().where(
            asset_active.c.name == asset.c.name, asset_active.c.uri == asset.c.uri
        )

    def count(self, connection: Connection, table: Table, due: ColumnElement[bool]) -> int:
        """Count what is due."""
        counted: int = connection.scalar(select(func.count()).select_from(table).where(due)) or 0
        return counted

    def take(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> None:
        """Delete what is due, each batch in a transaction of its own."""
        for batch in self.batches(connection, table, due, batch_size):
            connection.execute(delete(table).where(batch))
            connection.commit()

    def batches(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> Iterator[ColumnElement[bool]]:
        """Give the condition of each ``DELETE``."""
        if batch_size == 0:
            yield due
            return
        ids = list(connection.scalars(select(table.c.id).where(due).order_by(table.c.id)))
        connection.rollback()
        for start in range(0, len(ids), batch_size):
            yield table.c.id.in_(ids[start : start + batch_size])
