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
    """An asset of the universe: its symbol, its name and uri, and its state at the start."""

    asset: str
    name: str
    uri: str
    state: Literal["active", "inactive", "absent"] = "active"


@record()
class Universe:
    """Which dag runs and assets a trace can speak of."""

    dag_runs: tuple[DeclaredDagRun, ...] = ()
    assets: tuple[DeclaredAsset, ...] = ()
