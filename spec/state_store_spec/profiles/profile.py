"""What a profile decides: one field for each rule on which readings differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from state_store_spec.oracle.world import TaskRow, World

TimeBasedRule: TypeAlias = Literal["expired", "fallback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A reading of the law.

    Attributes:
        name: as it is given on the command line.
        title: one line for people.
        stored_retention: from the world, the explicit ``expires_at`` and whether the key is to
            never expire, to the ``expires_at`` and the flag that a task state row is stored with.
        time_based_rule: which time-based rule makes a collection delete a row now, if any.
        collection_sweeps_orphans: whether the command's collection sweeps orphaned asset state.
    """

    name: str
    title: str
    stored_retention: Callable[[World, datetime | None, bool], tuple[datetime | None, bool]]
    time_based_rule: Callable[[World, TaskRow], TimeBasedRule | None]
    collection_sweeps_orphans: bool
