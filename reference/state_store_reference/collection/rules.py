"""Which task state rows are due, as conditions that every statement repeats.

A ``DELETE`` carries the whole condition at its top level, so a row that was renewed since somebody
looked is judged as it is now, and survives.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam

from state_store_reference.collection.records import CollectionRule
from state_store_reference.schema import task_state

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement

    from state_store_spec import StateStoreSettings


@dataclass(frozen=True, eq=False)
class TimeBasedRule:
    """One time-based rule: a row is due when its instant lies before the cutoff.

    Attributes:
        name: which rule this is.
        instant: the column that is compared; an index has it in this order.
        governed: the rows it governs at all.
    """

    name: CollectionRule
    instant: Column[datetime]
    governed: ColumnElement[bool] | None

    @cached_property
    def is_due(self) -> ColumnElement[bool]:
        """The condition, strict, with the parameter ``cutoff``."""
        passed: ColumnElement[bool] = self.instant < bindparam("cutoff", type_=self.instant.type)
        return passed if self.governed is None else and_(self.governed, passed)


_ROW: Final[Any] = task_state.c

# The table forbids an expiry beside the flag, so rows that never expire have none that could pass.
EXPIRED: Final = TimeBasedRule(CollectionRule.EXPIRED, _ROW.expires_at, None)
FALLBACK: Final = TimeBasedRule(
    CollectionRule.FALLBACK,
    _ROW.updated_at,
    and_(_ROW.expires_at.is_(None), ~_ROW.never_expire),
)


@dataclass(frozen=True, slots=True)
class DueRule:
    """A rule that is in force in this run, and the instant before which its rows are due."""

    rule: TimeBasedRule
    cutoff: datetime


def rules_in_force(settings: StateStoreSettings, now: datetime) -> list[DueRule]:
    """Give the time-based rules that this run applies.

    None of them when ``default_retention_days`` is 0: that disables time-based cleanup entirely,
    explicit expiry included.
    """
    days = settings.default_retention_days
    if days == 0:
        return []
    in_force = [DueRule(EXPIRED, now)]
    # Before the year 1 nothing was written, so nothing is that old.
    with suppress(OverflowError):
        in_force.append(DueRule(FALLBACK, now - timedelta(days=days)))
    return in_force
