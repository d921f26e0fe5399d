"""One run of garbage collection over the metastore."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from state_store_reference.collection import orphans, windows
from state_store_reference.collection.batches import Deletions
from state_store_reference.collection.records import (
    CollectionProgress,
    CollectionRule,
    CollectionSummary,
    ProgressListener,
)
from state_store_reference.collection.rules import DueRule, rules_in_force

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Executable

    from state_store_spec import StateStoreSettings


def collect_garbage(
    engine: Engine,
    settings: StateStoreSettings,
    *,
    dry_run: bool = False,
    progress: ProgressListener | None = None,
) -> CollectionSummary:
    """Delete the state that the rules of collection let go.

    - "Rows whose ``expires_at < now()`` are deleted", where now is read once, at the start.
    - Rows without ``expires_at`` go ``default_retention_days`` days after their last update, unless
      they were written with ``NEVER_EXPIRE``.
    - With ``default_retention_days = 0`` neither of these two rules is in force.
    - "Asset state rows for assets that no longer have an ``asset_active`` record are deleted",
      whatever the settings.

    With ``state_cleanup_batch_size = N`` above 0 no statement deletes more than N rows, and each is
    committed on its own; with 0 there is a single statement for each rule. A row that is renewed
    meanwhile survives. A run that ends early leaves whole batches behind, and the next one finishes
    the work. Memory does not grow with the rows.

    Args:
        engine: of a database with the tables of the metastore.
        settings: retention in days, batch size in rows.
        dry_run: count what would go and delete nothing.
        progress: called after each commit.

    Raises:
        CollectionStoppedError: others write rows that are due faster than they can be deleted.
        sqlalchemy.exc.SQLAlchemyError: the database failed; the batches before stay deleted.
    """
    started = time.perf_counter()
    now = datetime.now(UTC)
    in_force = rules_in_force(settings, now)
    counts = dict.fromkeys(CollectionRule, 0)
    batches = 0
    with _connect(engine) as connection:
        if dry_run:
            _count(connection, in_force, counts)
        else:
            run = _Run(connection, settings.state_cleanup_batch_size, counts, progress)
            run.delete_by_time(in_force)
            run.delete_orphaned()
            batches = run.deletions.batches
    return CollectionSummary(
        expired=counts[CollectionRule.EXPIRED],
        fallback=counts[CollectionRule.FALLBACK],
        orphaned=counts[CollectionRule.ORPHANED],
        batches=batches,
        elapsed_seconds=time.perf_counter() - started,
        dry_run=dry_run,
        time_based_cleanup=bool(in_force),
    )


def _connect(engine: Engine) -> Connection:
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        return connection
    # Stricter levels lock what was only looked at, and refuse a row that was renewed meanwhile
    # instead of judging it again.
    return connection.execution_options(isolation_level="READ COMMITTED")


def _count(
    connection: Connection, in_force: list[DueRule], counts: dict[CollectionRule, int]
) -> None:
    for due in in_force:
        counts[due.rule.name] = _measure(connection, due).rows
    counts[CollectionRule.ORPHANED] = connection.execute(orphans.count_orphaned()).scalar_one()
    connection.rollback()


def _measure(connection: Connection, due: DueRule) -> windows.Extent:
    row = connection.execute(windows.count_due(due.rule), {"cutoff": due.cutoff}).one()
    return windows.Extent(*row)


class _Run:
    """The deletions of one run and what they have come to."""

    def __init__(
        self,
        connection: Connection,
        batch_size: int,
        counts: dict[CollectionRule, int],
        progress: ProgressListener | None,
    ) -> None:
        self.connection = connection
        self.deletions = Deletions(connection)
        self.batch_size = batch_size
        self.counts = counts
        self.progress = progress

    def delete_by_time(self, in_force: list[DueRule]) -> None:
        """Apply the time-based rules."""
        if self.batch_size == 0:
            for due in in_force:
                parameters = {"cutoff": due.cutoff}
                found = self.connection.scalar(windows.find_due(due.rule), parameters)
                self.connection.rollback()
                if found is not None:
                    self._delete_at_once(due.rule.name, windows.delete_due(due.rule), parameters)
            return
        # Both are counted before anything goes: afterwards PostgreSQL would have to look behind
        # every index entry whether the row is still there.
        extents = [_measure(self.connection, due) for due in in_force]
        self.connection.rollback()
        for due, extent in zip(in_force, extents, strict=True):
            if extent.rows == 0:
                continue
            self.deletions.delete_in_batches(
                windows.choose_walk(due, extent, self.connection.dialect.name),
                self.batch_size,
                total=extent.rows,
                report=self._reporter(due.rule.name, extent.rows),
            )

    def delete_orphaned(self) -> None:
        """Apply the orphan sweep."""
        dialect = self.connection.dialect.name
        if self.batch_size == 0:
            deletion = orphans.delete_all(self.connection)
            if deletion is not None:
                self._delete_at_once(CollectionRule.ORPHANED, *deletion)
            return
        report = self._reporter(CollectionRule.ORPHANED, None)
        for page in orphans.orphan_pages(self.connection):
            self.deletions.delete_in_batches(
                orphans.AssetWalk(page, dialect), self.batch_size, report=report
            )

    def _delete_at_once(
        self, rule: CollectionRule, statement: Executable, parameters: dict[str, Any]
    ) -> None:
        self._reporter(rule, None)(self.deletions.delete_at_once(statement, parameters))

    def _reporter(self, rule: CollectionRule, total: int | None) -> Callable[[int], None]:
        def report(rows: int) -> None:
            self.counts[rule] += rows
            if self.progress is not None:
                self.progress(CollectionProgress(rule, self.counts[rule], total))

        return report
