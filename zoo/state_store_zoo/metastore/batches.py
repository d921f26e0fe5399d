"""Batches of a collection: too large, too few, committed at the wrong time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, delete, false, select

from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken
from state_store_zoo.metastore.short_collection import Collection

CHAPTER: Final = Chapter("Batches", "metastore-")
_broken: Final = partial(broken, CHAPTER, "collect")


@_broken(breaks=["GC-7", "CONF-5"], because="the loop around the batches was left for later")
class TakesOneBatch(Collection):
    """A run ends after its first batch."""

    def batches(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> Iterator[ColumnElement[bool]]:
        yield next(super().batches(connection, table, due, batch_size), false())


@_broken(
    breaks=["GC-7", "CONF-5"],
    because="the number of batches is a division, and the remainder is lost",
)
class LosesTheRemainder(Collection):
    """Rows that do not fill a batch stay."""

    def batches(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> Iterator[ColumnElement[bool]]:
        found = list(super().batches(connection, table, due, batch_size))
        if batch_size > 1 and self.count(connection, table, due) % batch_size:
            found = found[:-1]
        connection.rollback()
        yield from found


@_broken(
    breaks=["GC-7"],
    because="the look for rows that are due has a limit, and a table is never that large in a test",
)
class LooksAtOneHundred(Collection):
    """In batches, what is due behind the first hundred rows of the table stays."""

    def batches(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> Iterator[ColumnElement[bool]]:
        if batch_size > 0:
            looked_at = select(table.c.id).order_by(table.c.id).limit(100)
            due &= table.c.id.in_(connection.scalars(looked_at).all())
        yield from super().batches(connection, table, due, batch_size)


@_broken(breaks=["GC-7", "CONF-5"], because="pages by `OFFSET`, over rows that go meanwhile")
class SkipsEveryOtherBatch(Collection):
    """Every second batch is passed over."""

    def batches(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> Iterator[ColumnElement[bool]]:
        yield from list(super().batches(connection, table, due, batch_size))[::2]


@_broken(breaks=["GC-7", "CONF-5"], because="a range that is inclusive at both ends")
class TakesOneRowTooMany(Collection):
    """A batch has one row more than it may have."""

    def batches(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> Iterator[ColumnElement[bool]]:
        return super().batches(connection, table, due, batch_size + 1 if batch_size else 0)


@_broken(breaks=["GC-7", "CONF-5"], because="the option is read and never used")
class IgnoresTheBatchSize(Collection):
    """Everything goes in one statement, whatever `state_cleanup_batch_size` says."""

    def batches(
        self,
        connection: Connection,
        table: Table,
        due: ColumnElement[bool],
        batch_size: int,
    ) -> Iterator[ColumnElement[bool]]:
        yield due


@_broken(breaks=["GC-7", "CONF-5"], because="a transaction around the loop instead of inside it")
class CommitsAtTheEnd(Collection):
    """All batches are committed together."""

    def take(
        self, connection: Connection, table: Table, due: ColumnElement[bool], batch_size: int
    ) -> None:
        for batch in list(self.batches(connection, table, due, batch_size)):
            connection.execute(delete(table).where(batch))
        connection.commit()


@_broken(
    breaks=["GC-7", "CONF-5"],
    because="row by row was safest, and the option was to make it faster some day",
)
class DeletesRowByRow(Collection):
    """Each row goes in a statement of its own, with a batch size of 0 as well."""

    def batches(
        self,
        connection: Connection,
        table: Table,
        due: ColumnElement[bool],
        batch_size: int,
    ) -> Iterator[ColumnElement[bool]]:
        return super().batches(connection, table, due, 1)
