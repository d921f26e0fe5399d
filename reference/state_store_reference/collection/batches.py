"""Deleting what is due in batches: one statement, one transaction, never more rows than allowed.

A batch is a window: the rows after one place and up to another, in an order that an index has. The
window is selected first and deleted afterwards, in transactions of their own, so that no lock is
held while looking. Nothing is remembered but the two places, so memory does not grow with the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from state_store_spec import StateStoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Executable

Place: TypeAlias = tuple[Any, ...]
"""Where a row stands in the order of a walk, for example ``(expires_at, id)``."""

Parameters: TypeAlias = dict[str, Any]

# More rows than any table can have, and the largest number that the databases take for a limit.
_MOST_ROWS: Final = 2**63 - 1
# Halving the largest batch takes 63 of them; more mean that somebody writes expired rows in a loop.
_MOST_ATTEMPTS: Final = 100


class CollectionStoppedError(StateStoreError):
    """Others write rows that are due faster than collection can delete them."""


class Walk(Protocol):
    """An order in which the rows that are due are visited."""

    @property
    def start(self) -> Place:
        """A place before every row."""
        ...

    @property
    def end(self) -> Place:
        """A place after every row."""
        ...

    def find(self, after: Place, rows: int) -> tuple[Executable, Parameters]:
        """Give the statement that selects where the ``rows``-th due row and the next one stand.

        Counted from ``after``; fewer places where there are fewer rows.
        """
        ...

    def delete(self, after: Place, until: Place) -> tuple[Executable, Parameters]:
        """Give the statement that deletes the due rows after ``after``, up to ``until``."""
        ...


@dataclass(slots=True)
class Deletions:
    """Runs ``DELETE`` statements, each in a transaction of its own, and counts them.

    Attributes:
        connection: outside any transaction between two calls.
        batches: statements that were committed and deleted something.
    """

    connection: Connection
    batches: int = 0

    def delete_at_once(self, statement: Executable, parameters: Parameters) -> int:
        """Delete all that the statement matches, and commit; give the number of rows."""
        with self.connection.begin():
            rows = self.connection.execute(statement, parameters).rowcount
        self.batches += rows > 0
        return rows

    def delete_in_batches(
        self,
        walk: Walk,
        batch_size: int,
        *,
        total: int | None = None,
        report: Callable[[int], None],
    ) -> None:
        """Delete every row of a walk, at most ``batch_size`` a statement.

        Args:
            walk: the rows, in their order.
            batch_size: at least 1.
            total: rows that are due, where they were counted: saves the search for the last window.
            report: called after each commit with the rows deleted by it.

        Raises:
            CollectionStoppedError: rows become due inside every window that is tried.
        """
        batch_size = min(batch_size, _MOST_ROWS)
        deleted = 0
        after = walk.start
        while after != walk.end:
            is_rest = total is not None and total - deleted <= batch_size
            until = walk.end if is_rest else self._find(walk, after, batch_size)
            rows, after = self._delete_window(walk, after, until, batch_size)
            deleted += rows
            report(rows)

    def _delete_window(
        self, walk: Walk, after: Place, until: Place, batch_size: int
    ) -> tuple[int, Place]:
        narrower = batch_size
        for _ in range(_MOST_ATTEMPTS):
            rows = self._delete_at_most(batch_size, walk, after, until)
            if rows is not None:
                return rows, until
            # Rows have become due inside the window since it was selected: take part of it.
            narrower = max(1, narrower // 2)
            until = self._find(walk, after, narrower)
        raise CollectionStoppedError(
            f"Rows became due faster than {_MOST_ATTEMPTS} attempts could delete a batch of "
            f"{batch_size} of them. Batches that were committed stay deleted; run again later."
        )

    def _delete_at_most(
        self, batch_size: int, walk: Walk, after: Place, until: Place
    ) -> int | None:
        statement, parameters = walk.delete(after, until)
        with self.connection.begin() as transaction:
            if until != walk.end and self.connection.dialect.name == "postgresql":
                # Only the last batch waits for the disk: it takes the earlier ones along, and a
                # crash before leaves rows that the next run collects.
                self.connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            rows = self.connection.execute(statement, parameters).rowcount
            if rows > batch_size:
                transaction.rollback()
                return None
        self.batches += rows > 0
        return rows

    def _find(self, walk: Walk, after: Place, rows: int) -> Place:
        statement, parameters = walk.find(after, rows)
        places = self.connection.execute(statement, parameters).all()
        # Ends the look's own transaction: a lock held on would make writers wait for nothing.
        self.connection.rollback()
        # With nothing behind it a window is the last one, and reaches to the end.
        return tuple(places[0]) if len(places) > 1 else walk.end
