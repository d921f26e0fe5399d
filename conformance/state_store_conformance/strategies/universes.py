"""Universes: two dags with two runs, of which one is never declared, and three assets.

The assets are half the same: two share a name and two share a uri, so that whatever looks at one
half of an identity takes one for another. A fourth asset is never created.
"""

from __future__ import annotations

from typing import Final, Literal

from state_store_spec.operations import DeclaredAsset, DeclaredDagRun, Universe

DAGS: Final = ("dag_a", "dag_b")
RUNS: Final = ("run_1", "run_2")
TASKS: Final = ("extract", "load")
# 10 begins with 1 where map indices are compared as text.
MAP_INDICES: Final = (-1, 0, 1, 10)

KEYS: Final = ("key_1", "key_2", "key_3")
VALUES: Final = ("value_1", "value_2", "value_3")

NAMES: Final = ("name_1", "name_2")
URIS: Final = ("uri_1", "uri_2")

UNHOLDABLE_KEY: Final = "unholdable_key"
UNHOLDABLE_VALUE: Final = "unholdable_value"

ABSENT_ASSET: Final = "asset_absent"
ABSENT_NAME: Final = "name_absent"
ABSENT_URI: Final = "uri_absent"

SYMBOLS: Final = (
    *(*DAGS, *RUNS, *TASKS, *NAMES, *URIS, *KEYS, *VALUES),
    *(UNHOLDABLE_KEY, UNHOLDABLE_VALUE, ABSENT_NAME, ABSENT_URI),
)
"""Every symbol that stands for a text."""

_DAG_RUNS: Final = (("dag_a", "run_1"), ("dag_a", "run_2"), ("dag_b", "run_1"))
_ASSETS: Final = (
    ("asset_a", "name_1", "uri_1"),
    ("asset_b", "name_1", "uri_2"),
    ("asset_c", "name_2", "uri_1"),
)
# The third asset has the uri of the first for its name, and the other way round.
_CROSSED_ASSETS: Final = (
    ("asset_a", "name_1", "uri_1"),
    ("asset_b", "name_1", "uri_2"),
    ("asset_c", "uri_1", "name_1"),
)

_APART: Final = (
    ("asset_a", "name_1", "uri_1"),
    ("asset_b", "name_2", "uri_2"),
    ("asset_c", "uri_1", "name_1"),
)

_NEVER_CREATED: Final = (ABSENT_ASSET, ABSENT_NAME, ABSENT_URI)


def _state(
    asset: str, active: tuple[str, ...], absent: tuple[str, ...]
) -> Literal["active", "inactive", "absent"]:
    if asset in active:
        return "active"
    return "absent" if asset in absent else "inactive"


def _universe(
    assets: tuple[tuple[str, str, str], ...],
    active: tuple[str, ...],
    absent: tuple[str, ...] = (),
    deleted_dag_runs: tuple[tuple[str, str], ...] = (),
) -> Universe:
    return Universe(
        dag_runs=tuple(
            DeclaredDagRun(dag=dag, run=run, exists=(dag, run) not in deleted_dag_runs)
            for dag, run in _DAG_RUNS
        ),
        assets=tuple(
            DeclaredAsset(
                asset=asset,
                name=name,
                uri=uri,
                state=_state(asset, active, (*absent, ABSENT_ASSET)),
            )
            for asset, name, uri in (*assets, _NEVER_CREATED)
        ),
    )


UNIVERSES: Final = (
    _universe(_ASSETS, active=("asset_a",)),
    _universe(_ASSETS, active=("asset_b", "asset_c")),
    _universe(_ASSETS, active=("asset_a",), absent=("asset_b", "asset_c")),
    _universe(_ASSETS, active=(), absent=("asset_c",), deleted_dag_runs=(("dag_a", "run_2"),)),
    _universe(_CROSSED_ASSETS, active=("asset_a", "asset_c")),
)
"""The universes that traces start in; every one has the same symbols."""

PLAIN_UNIVERSE: Final = _universe(_APART, active=("asset_a", "asset_b", "asset_c"))
"""Where a store is that knows no dag runs and no assets: everything is there, and stays."""
