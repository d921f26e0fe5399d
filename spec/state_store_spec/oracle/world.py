"""The world: everything a state store and its surroundings remember.

A world is a value. No function changes one; each returns the next. Rows lie in plain
dictionaries, under the place they belong to.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypeAlias

from state_store_spec.settings import StateStoreSettings

DagRun: TypeAlias = tuple[str, str]
"""dag, run"""


class TaskPlace(NamedTuple):
    """A key of a task instance (SCOPE-1): places that differ anywhere never alias (SCOPE-3)."""

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
    """What is stored under a task place."""

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
        unrepresentable_keys: symbols of keys that the store cannot hold (VALUE-4).
        unrepresentable_values: symbols of values that the store cannot hold (VALUE-4).
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
    unrepresentable_keys: frozenset[str] = frozenset()
    unrepresentable_values: frozenset[str] = frozenset()
