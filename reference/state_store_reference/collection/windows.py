"""The two ways to walk the task state rows that a rule takes, and when each is the cheaper one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, select

from state_store_reference.collection.places import is_after, is_until
from state_store_reference.collection.rules import TimeBasedRule
from state_store_reference.schema import task_state

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Delete, Executable, Select

    from state_store_reference.collection.batches import Parameters, Place, Walk
    from state_store_reference.collection.rules import DueRule

_ROW: Final[Any] = task_state.c
_LAST_ID: Final = 2**63 - 1

# Where more than one row in so many goes, reading all of them in the order of the table costs less
# than fetching those that go in the order of an index, which is another one than the table's.
_DENSE: Final = 40


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows are due, and where they lie."""

    rows: int
    first_id: int
    last_id: int
    first_instant: datetime

    @property
    def is_dense(self) -> bool:
        """Whether the rows that go lie close together in the table."""
        return self.rows * _DENSE > self.last_id - self.first_id


def choose_walk(due: DueRule, extent: Extent, dialect: str) -> Walk:
    """Give the cheaper walk over the rows that are due."""
    if extent.is_dense:
        return TableWalk(due, extent)
    return InstantWalk(due, extent, dialect)


@dataclass(frozen=True, slots=True)
class TableWalk:
    """In the order of the primary key, which is that of the table: for many rows."""

    due: DueRule
    extent: Extent

    @property
    def start(self) -> Place:
        """Give the place before the first row that is due."""
        return (self.extent.first_id - 1,)

    @property
    def end(self) -> Place:
        """Give the place after every row."""
        return (_LAST_ID,)

    def find(self, after: Place, rows: int) -> tuple[Executable, Parameters]:
        """Select the id of the last row of a window, and of the one behind it."""
        return _find_by_id(self.due.rule), {
            "cutoff": self.due.cutoff,
            "after_id": after[0],
            "skipped": rows - 1,
        }

    def delete(self, after: Place, until: Place) -> tuple[Delete, Parameters]:
        """Delete a range of ids."""
        return _delete_by_id(self.due.rule), {
            "cutoff": self.due.cutoff,
            "after_id": after[0],
            "until_id": until[0],
        }


@dataclass(frozen=True, slots=True)
class InstantWalk:
    """In the order of the rule's own index: for few rows, however large the table."""

    due: DueRule
    extent: Extent
    dialect: str

    @property
    def start(self) -> Place:
        """Give the place before the first row that is due."""
        return (self.extent.first_instant, self.extent.first_id - 1)

    @property
    def end(self) -> Place:
        """Give the place after every row: none that is due has the cutoff itself."""
        return (self.due.cutoff, _LAST_ID)

    def find(self, after: Place, rows: int) -> tuple[Executable, Parameters]:
        """Select instant and id of the last row of a window, and of the one behind it."""
        return _find_by_instant(self.due.rule, self.dialect), {
            "cutoff": self.due.cutoff,
            "after_first": after[0],
            "after_second": after[1],
            "skipped": rows - 1,
        }

    def delete(self, after: Place, until: Place) -> tuple[Delete, Parameters]:
        """Delete a range of instants and ids."""
        return _delete_by_instant(self.due.rule, self.dialect), {
            "cutoff": self.due.cutoff,
            "after_first": after[0],
            "after_second": after[1],
            "until_first": until[0],
            "until_second": until[1],
        }


@cache
def count_due(rule: TimeBasedRule) -> Select[int, int, int, datetime]:
    """Select the fields of :class:`Extent`."""
    # All of them are in the rule's index, so only the entries of rows that are due are read.
    return select(func.count(), func.min(_ROW.id), func.max(_ROW.id), func.min(rule.instant)).where(
        rule.is_due
    )


@cache
def find_due(rule: TimeBasedRule) -> Select[Any]:
    """Select a row that is due, if there is one."""
    # The order makes a planner take the index, even where statistics promise that many are due.
    return select(_ROW.id).where(rule.is_due).order_by(rule.instant, _ROW.id).limit(1)


@cache
def delete_due(rule: TimeBasedRule) -> Delete:
    """Delete all at once."""
    return delete(task_state).where(rule.is_due)


@cache
def _find_by_id(rule: TimeBasedRule) -> Select[Any]:
    return (
        select(_ROW.id)
        .where(rule.is_due, _after_id())
        .order_by(_ROW.id)
        .limit(2)
        .offset(bindparam("skipped"))
    )


@cache
def _delete_by_id(rule: TimeBasedRule) -> Delete:
    return delete(task_state).where(rule.is_due, _after_id(), _ROW.id <= bindparam("until_id"))


@cache
def _find_by_instant(rule: TimeBasedRule, dialect: str) -> Select[datetime, int]:
    return (
        select(rule.instant, _ROW.id)
        .where(rule.is_due, is_after(dialect, rule.instant, _ROW.id))
        .order_by(rule.instant, _ROW.id)
        .limit(2)
        .offset(bindparam("skipped"))
    )


@cache
def _delete_by_instant(rule: TimeBasedRule, dialect: str) -> Delete:
    return delete(task_state).where(
        rule.is_due,
        is_after(dialect, rule.instant, _ROW.id),
        is_until(dialect, rule.instant, _ROW.id),
    )


def _after_id() -> ColumnElement[bool]:
    condition: ColumnElement[bool] = _ROW.id > bindparam("after_id")
    return condition
