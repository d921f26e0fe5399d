"""What a profile decides: one field for each rule on which readings differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from state_store_spec.answers import Refused
from state_store_spec.operations import SymbolicScope
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
        default_expiry: from the world and the worker's clock to the ``expires_at`` that an
            accessor sends where the task asks for no retention.
        refused_retention: from the worker's clock and the retention that a task asks for to its
            refusal, if it is refused.
        refused_naive_expiry: from the scope of a write whose expiry has no zone to its refusal, if
            it is refused.
        time_based_rule: which time-based rule makes a collection delete a row now, if any.
        collection_sweeps_orphans: whether the command's collection sweeps orphaned asset state;
            otherwise the scheduler does, by a sweep of its own.
        removal_needs_parent: whether an accessor's ``delete`` and ``clear`` are refused for a dag
            run or an asset that the boundary cannot find; otherwise they do nothing there.
        success_clears_objects: whether a task that succeeds, while ``clear_on_success`` is on,
            takes the objects of its worker-side backend along.
        server_side_names: whether a backend on the server's side is given names and uris of assets,
            and not their ids alone.
        never_expire_method: whether backends have the pair of methods that keep a key for ever.
        async_task_accessor: whether the accessor of a task has async methods.
        named_otherwise: clauses of other profiles in whose place this one has a clause of its own.
        out_of_reach: situations of shared clauses that cannot arise, each with the reason.
    """

    name: str
    title: str
    stored_retention: Callable[[World, datetime | None, bool], tuple[datetime | None, bool]]
    default_expiry: Callable[[World, datetime], datetime | None]
    refused_retention: Callable[[datetime, timedelta], Refused | None]
    refused_naive_expiry: Callable[[SymbolicScope], Refused | None]
    time_based_rule: Callable[[World, TaskRow], TimeBasedRule | None]
    collection_sweeps_orphans: bool
    removal_needs_parent: bool
    success_clears_objects: bool
    server_side_names: bool
    never_expire_method: bool
    async_task_accessor: bool
    named_otherwise: Mapping[str, str] = field(default_factory=dict[str, str])
    out_of_reach: Mapping[str, str] = field(default_factory=dict[str, str])
