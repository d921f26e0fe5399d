"""The universe of a trace: which dag runs and assets it can speak of."""

from __future__ import annotations

from typing import Literal

from state_store_spec.records import record


@record()
class DeclaredDagRun:
    """A dag run of the universe, and whether it exists when the trace starts."""

    dag: str
    run: str
    exists: bool = True


@record()
class DeclaredAsset:
    """An asset of the universe: its symbol, its name and uri, and its state at the start.

    ``absent_id`` is the id that an absent asset is asked for by, one that no asset can have
    included; without it, it is one that no asset has had yet.
    """

    asset: str
    name: str
    uri: str
    state: Literal["active", "inactive", "absent"] = "active"
    absent_id: int | None = None


@record()
class Universe:
    """Which dag runs and assets a trace can speak of."""

    dag_runs: tuple[DeclaredDagRun, ...] = ()
    assets: tuple[DeclaredAsset, ...] = ()
