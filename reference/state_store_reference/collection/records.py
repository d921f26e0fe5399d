"""What a run of collection says about itself, while it runs and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class CollectionRule(StrEnum):
    """The three rules by which a row goes, in the order in which they run."""

    EXPIRED = "expired"
    """Task state whose own ``expires_at`` has passed."""
    FALLBACK = "fallback"
    """Task state without an ``expires_at``, older than ``default_retention_days``."""
    ORPHANED = "orphaned"
    """Asset state of an asset that has no ``asset_active`` record."""


@dataclass(frozen=True, slots=True)
class CollectionProgress:
    """How far one rule has got; reported after each commit.

    Attributes:
        rule: the rule at work.
        deleted: rows deleted by this rule so far.
        total: rows that were due when the run began, ``None`` where nobody counted them.
    """

    rule: CollectionRule
    deleted: int
    total: int | None


ProgressListener: TypeAlias = Callable[[CollectionProgress], None]


@dataclass(frozen=True, slots=True)
class CollectionSummary:
    """What a run deleted, or would have deleted in a dry run.

    Attributes:
        expired: rows that went by their own ``expires_at``.
        fallback: rows that went by ``default_retention_days``.
        orphaned: rows of assets without an ``asset_active`` record.
        batches: ``DELETE`` statements that deleted something, each committed on its own.
        elapsed_seconds: how long the run took.
        dry_run: nothing was deleted, the rows were only counted.
        time_based_cleanup: whether the first two rules were in force at all.
    """

    expired: int
    fallback: int
    orphaned: int
    batches: int
    elapsed_seconds: float
    dry_run: bool
    time_based_cleanup: bool

    @property
    def total(self) -> int:
        """Rows of all three rules together."""
        return self.expired + self.fallback + self.orphaned
