"""Scopes: a program keeps to a neighborhood of a few, so that its calls meet.

Neighbors differ in one part: in the map index, the task, the run, the dag, or in how an asset is
named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from state_store_conformance.strategies.universes import (
    ABSENT_ASSET,
    ABSENT_NAME,
    DAGS,
    KEYS,
    MAP_INDICES,
    RUNS,
    TASKS,
)
from state_store_spec.operations import SymbolicAssetScope, SymbolicScope, SymbolicTaskScope


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """A few scopes with their weights, the simplest first.

    Attributes:
        name: one word for people.
        scopes: each scope once, with its weight.
        keys: the keys that calls speak of.
        referential: whether only a store that knows dag runs and assets can tell what they mean.
        bystanders: whether assets come and go that no scope speaks of.
        parents_weight: how often dag runs and assets come and go; all letters weigh 50 or so.
        ages_weight: how often time passes; settings change half as often.
    """

    name: str
    scopes: tuple[tuple[SymbolicScope, int], ...]
    keys: tuple[str, ...] = KEYS
    referential: bool = False
    bystanders: bool = True
    parents_weight: int = 2
    ages_weight: int = 8


def by_ids(neighborhood: Neighborhood) -> Neighborhood:
    """Return the neighborhood without the scopes that name an asset by its name or its uri."""
    scopes = tuple(
        (scope, weight)
        for scope, weight in neighborhood.scopes
        if isinstance(scope, SymbolicTaskScope) or (scope.name, scope.uri) == (None, None)
    )
    return replace(neighborhood, scopes=scopes)


def _task(
    dag: str = DAGS[0], run: str = RUNS[0], task: str = TASKS[0], map_index: int = -1
) -> SymbolicTaskScope:
    return SymbolicTaskScope(dag=dag, run=run, task=task, map_index=map_index)


def _asset(
    asset: str | None = None, name: str | None = None, uri: str | None = None
) -> SymbolicAssetScope:
    return SymbolicAssetScope(asset=asset, name=name, uri=uri)


_SAME_NAME: Final[tuple[tuple[SymbolicScope, int], ...]] = (
    (_asset("asset_a"), 4),
    (_asset("asset_b"), 4),
    (_asset(name="name_1"), 3),
    (_asset(uri="uri_1"), 1),
    (_asset(uri="uri_2"), 1),
    (_asset("asset_a", "name_1"), 1),
    (_asset(name="name_1", uri="uri_2"), 1),
    # No asset is both.
    (_asset("asset_b", uri="uri_1"), 1),
    (_asset("asset_b", "name_2"), 1),
)

_SAME_URI: Final[tuple[tuple[SymbolicScope, int], ...]] = (
    (_asset("asset_a"), 4),
    (_asset("asset_c"), 4),
    (_asset(uri="uri_1"), 3),
    (_asset(name="name_1"), 1),
    (_asset(name="name_2"), 1),
    (_asset("asset_a", "name_1", "uri_1"), 1),
    (_asset(name="name_2", uri="uri_1"), 1),
    (_asset("asset_a", "name_2"), 1),
    (_asset(name="name_2", uri="uri_2"), 1),
)

_UNKNOWN: Final[tuple[tuple[SymbolicScope, int], ...]] = (
    (_task(), 2),
    # The dag run that no universe declares.
    (_task(dag=DAGS[1], run=RUNS[1]), 2),
    (_task(run=RUNS[1]), 2),
    (_asset("asset_c"), 3),
    (_asset(ABSENT_ASSET), 1),
    (_asset(name=ABSENT_NAME), 1),
    # A name in the place of a uri, and the other way round.
    (_asset(name="uri_1"), 1),
    (_asset(uri="name_1"), 1),
    (_asset(), 1),
)

_DECLARED_TASKS: Final[tuple[tuple[SymbolicScope, int], ...]] = tuple(
    (_task(dag, run, task, map_index), 1)
    for dag, run, task, map_index in product(DAGS, RUNS, TASKS, MAP_INDICES)
    if (dag, run) != (DAGS[1], RUNS[1])
)

NEIGHBORHOODS: Final = (
    Neighborhood("task", ((_task(), 1),)),
    Neighborhood("ages", ((_task(), 1),), keys=KEYS[:2], parents_weight=0, ages_weight=16),
    Neighborhood("map", ((_task(), 2), *((_task(map_index=index), 1) for index in (0, 1, 10)))),
    Neighborhood("siblings", ((_task(), 2), (_task(task=TASKS[1]), 1), (_task(map_index=0), 1))),
    Neighborhood("runs", ((_task(), 1), (_task(run=RUNS[1]), 1)), parents_weight=3),
    Neighborhood("dags", ((_task(), 1), (_task(dag=DAGS[1]), 1)), parents_weight=3),
    Neighborhood("kinds", ((_task(), 2), (_asset("asset_a"), 1), (_asset("asset_b"), 1))),
    Neighborhood(
        "assets", tuple((_asset(f"asset_{letter}"), 1) for letter in "abc"), parents_weight=4
    ),
    Neighborhood("same_name", _SAME_NAME, referential=True, parents_weight=5),
    Neighborhood("same_uri", _SAME_URI, referential=True, parents_weight=5),
    Neighborhood(
        "asset_returns",
        ((_asset("asset_a"), 1),),
        keys=KEYS[:1],
        bystanders=False,
        parents_weight=14,
    ),
    Neighborhood("run_returns", ((_task(), 1),), keys=KEYS[:1], parents_weight=10),
    Neighborhood("unknown", _UNKNOWN, referential=True),
    Neighborhood("everywhere", _DECLARED_TASKS),
)
"""The simplest first; each is small but the last."""

NEIGHBORHOOD_WEIGHTS: Final = (3, 5, 3, 2, 2, 2, 3, 2, 3, 2, 4, 2, 2, 1)
