"""The world: everything a state store and its surroundings remember.

A world is a value. No function changes one; each returns the next. Rows lie in plain
dictionaries, under the place they belong to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from state_store_spec.claims import Claims
from state_store_spec.settings import StateStoreSettings

DagRun: TypeAlias = tuple[str, str]
"""dag, run"""


class TaskPlace(NamedTuple):
    """A key of a task instance (SCOPE-1): places that differ anywhere never alias (SCOPE-3).

    A key differs from another one in any character (VALUE-2).
    """

    dag: str
    run: str
    task: str
    map_index: int
    key: str


class AssetPlace(NamedTuple):
    """A key of an asset: the asset itself, however the scope named it (SCOPE-8)."""

    asset: str
    key: str


class TaskRow(NamedTuple):
    """What is stored under a task place; the value is a text like any other (VALUE-1)."""

    value: str
    updated_at: datetime
    expires_at: datetime | None
    never_expire: bool


class AssetRow(NamedTuple):
    """What is stored under an asset place: no retention of any kind (RET-8)."""

    value: str
    updated_at: datetime


class Asset(NamedTuple):
    """The name and the uri of an asset; neither ever changes (ORPHAN-4)."""

    name: str
    uri: str


class TaskInstance(NamedTuple):
    """A task instance: for each map index of a mapped task there is one (SUCCESS-2)."""

    dag: str
    run: str
    task: str
    map_index: int


class HeldObject(NamedTuple):
    """What a worker-side store holds under a reference, and the identity it was made for."""

    owner: tuple[str, ...]
    value: str


class World(NamedTuple):
    """One moment of a store and its surroundings.

    Attributes:
        now: the server's clock, in UTC.
        settings: the settings in force.
        dag_runs: the dag runs that exist.
        catalog: every asset the trace can speak of, existing or not.
        assets: the symbols of the assets that exist.
        active_records: the (name, uri) records of ``asset_active`` (ORPHAN-1).
        task_state: the stored task state.
        asset_state: the stored asset state.
        key_texts, value_texts: what the symbols of keys and values stand for.
        unrepresentable_tasks: symbols of tasks, each with a map index, whose state the store has to
            refuse (VALUE-4).
        unrepresentable_keys: symbols of keys that the store has to refuse (VALUE-4).
        unrepresentable_values: symbols of values that the store has to refuse (VALUE-4).
        refusable: symbols of keys, values and names, and map indices, that the store may refuse
            (VALUE-5).
        claims: what the store promises of its own accord.
        began: the server's clock at the beginning.
        ended: task state that has ended by itself at its expiry (CUSTOM-5, CUSTOM-6).
        task_instances: the state of each task instance that has reached one.
        worker_side: whether ``[workers] state_backend`` is set (WORKER-1).
        worker_ahead: how far the worker's clock is ahead of the server's (ACCESS-1).
        objects: what the worker-side store holds, by reference.
    """

    now: datetime
    settings: StateStoreSettings
    dag_runs: frozenset[DagRun]
    catalog: dict[str, Asset]
    assets: frozenset[str]
    active_records: frozenset[Asset]
    task_state: dict[TaskPlace, TaskRow]
    asset_state: dict[AssetPlace, AssetRow]
    key_texts: dict[str, str]
    value_texts: dict[str, str]
    unrepresentable_tasks: frozenset[tuple[str, int]]
    unrepresentable_keys: frozenset[str]
    unrepresentable_values: frozenset[str]
    refusable: frozenset[str | int]
    claims: Claims
    began: datetime
    ended: dict[TaskPlace, TaskRow]
    task_instances: dict[TaskInstance, str]
    worker_side: bool
    worker_ahead: timedelta
    objects: dict[str, HeldObject]

    def value_text(self, value: str) -> str:
        """Return the text of a stored value; that of a reference is the backend's own affair."""
        return self.value_texts.get(value, "reference")
