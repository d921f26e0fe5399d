"""Hostile names: every scope and text that storage takes for another, in a few short programs.

A random trace is full of one kind of strange text or another, and meets each of them late. Here
each has its turn, in every run alike: scopes that differ in one part, keys that are written, read
and deleted beside each other, values that are written one over the other, and scopes whose names
run into each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import cycle, product, zip_longest
from typing import Final

from state_store_conformance.applicability import needed_by
from state_store_conformance.strategies.namings import (
    ASSET_NAMINGS,
    KEY_NAMINGS,
    PLAIN,
    TASK_NAMINGS,
    UNHOLDABLE_NAMINGS,
    VALUE_NAMINGS,
    Part,
)
from state_store_conformance.strategies.universes import (
    ABSENT_NAME,
    ABSENT_URI,
    DAGS,
    KEYS,
    MAP_INDICES,
    NAMES,
    RUNS,
    TASKS,
    UNHOLDABLE_KEY,
    UNHOLDABLE_VALUE,
    URIS,
    VALUES,
)
from state_store_conformance.target import REFERENTIAL
from state_store_conformance.tiers.bench import Bench
from state_store_spec.operations import (
    Clear,
    DeclaredAsset,
    DeclaredDagRun,
    Delete,
    Get,
    Operation,
    Set,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace

TIER: Final = "names"

_TASK: Final = SymbolicTaskScope(dag=DAGS[0], run=RUNS[0], task=TASKS[0])
_EVERY_TASK: Final = tuple(
    SymbolicTaskScope(dag=dag, run=run, task=task) for dag, run, task in product(DAGS, RUNS, TASKS)
)
_EVERY_NAME: Final = (
    SymbolicAssetScope(name=NAMES[0]),
    SymbolicAssetScope(uri=URIS[1]),
)
_ASSETS: Final = ("asset_a", "asset_b", "asset_c")
_NEIGHBORS: Final[tuple[SymbolicScope, ...]] = (
    *(replace(_TASK, map_index=index) for index in MAP_INDICES),
    *(replace(_TASK, dag=DAGS[1]), replace(_TASK, run=RUNS[1]), replace(_TASK, task=TASKS[1])),
    *(SymbolicAssetScope(asset=asset) for asset in _ASSETS),
)
"""Scopes that differ from the first one, or from each other, in one part."""
_UNIVERSE: Final = Universe(
    dag_runs=tuple(DeclaredDagRun(dag=dag, run=run) for dag, run in product(DAGS, RUNS)),
    assets=tuple(
        DeclaredAsset(asset=asset, name=name, uri=uri)
        for asset, name, uri in zip(
            _ASSETS, (*NAMES, ABSENT_NAME), (*URIS, ABSENT_URI), strict=True
        )
    ),
)


def run_hostile_names(bench: Bench) -> None:
    """Run the program of every naming that the target can have.

    Raises:
        BudgetSpentError: there is no time or no trace left.
        EngineError: not the target broke.
    """
    capabilities = bench.target.capabilities
    for trace in hostile_traces(bench.profile.name, referential=REFERENTIAL in capabilities):
        if needed_by(trace) <= capabilities:
            bench.judge(TIER, trace)


def hostile_traces(profile: str, *, referential: bool = True) -> Iterator[Trace]:
    """Yield the traces, the kinds of names in turn, so that a small budget sees all of them.

    Args:
        profile: the name of the law.
        referential: whether the store knows which asset has a name, and can be asked for it.
    """
    by_name = referential and find_profile(profile).server_side_names
    yield from (
        _trace(profile, PLAIN, program)
        for program in (_deleted_one_by_one(), _cleared_one_by_one(), _cleared_with_siblings())
    )
    kinds = (
        [_trace(profile, naming, _keys_beside_each_other()) for naming in KEY_NAMINGS],
        [_trace(profile, naming, _values_over_each_other()) for naming in VALUE_NAMINGS],
        [_trace(profile, naming, _scopes_beside_each_other()) for naming in TASK_NAMINGS],
        [_trace(profile, naming, _assets_by_name()) for naming in ASSET_NAMINGS if by_name],
        [_trace(profile, naming, _what_cannot_be_held()) for naming in _unholdable()],
    )
    for turn in zip_longest(*kinds):
        yield from (trace for trace in turn if trace is not None)


def _trace(profile: str, naming: Part, operations: Iterator[Operation]) -> Trace:
    return Trace(profile=profile, universe=_UNIVERSE, naming=naming).with_operations(
        tuple(operations)
    )


def _deleted_one_by_one() -> Iterator[Operation]:
    yield from _written(_NEIGHBORS)
    yield from (Delete(scope=scope, key=KEYS[0]) for scope in _NEIGHBORS)


def _cleared_one_by_one() -> Iterator[Operation]:
    yield from _written(_NEIGHBORS)
    yield from (Clear(scope=scope) for scope in _NEIGHBORS)


def _cleared_with_siblings() -> Iterator[Operation]:
    yield from _written(_NEIGHBORS)
    yield Clear(scope=_NEIGHBORS[-1], all_map_indices=True)
    yield Clear(scope=_TASK, all_map_indices=True)


def _keys_beside_each_other() -> Iterator[Operation]:
    for key, value in zip(KEYS, VALUES, strict=True):
        yield Set(scope=_TASK, key=key, value=value)
    yield from (Get(scope=_TASK, key=key) for key in KEYS)
    # In both directions: a key may be a prefix of the next one, or a pattern for those before.
    yield Delete(scope=_TASK, key=KEYS[0])
    yield Set(scope=_TASK, key=KEYS[0], value=VALUES[0])
    yield Delete(scope=_TASK, key=KEYS[1])
    yield Delete(scope=_TASK, key=KEYS[2])


def _values_over_each_other() -> Iterator[Operation]:
    for value in VALUES:
        yield Set(scope=_TASK, key=KEYS[0], value=value)
        yield Get(scope=_TASK, key=KEYS[0])


def _scopes_beside_each_other() -> Iterator[Operation]:
    yield from _each_with_its_own(_EVERY_TASK)


def _assets_by_name() -> Iterator[Operation]:
    yield from _each_with_its_own(_EVERY_NAME)


def _each_with_its_own(scopes: tuple[SymbolicScope, ...]) -> Iterator[Operation]:
    yield from _written(scopes)
    yield from (Get(scope=scope, key=KEYS[0]) for scope in scopes)
    # In both directions: a name may be a pattern for the others, or the beginning of one of them.
    yield Clear(scope=scopes[0])
    yield Set(scope=scopes[0], key=KEYS[0], value=VALUES[0])
    yield from (Clear(scope=scope) for scope in reversed(scopes))


def _written(scopes: Iterable[SymbolicScope]) -> Iterator[Operation]:
    for scope, value in zip(scopes, cycle(VALUES), strict=False):
        yield Set(scope=scope, key=KEYS[0], value=value)


def _what_cannot_be_held() -> Iterator[Operation]:
    yield Set(scope=_TASK, key=KEYS[0], value=VALUES[0])
    yield Set(scope=_TASK, key=KEYS[0], value=UNHOLDABLE_VALUE)
    yield Set(scope=_TASK, key=UNHOLDABLE_KEY, value=VALUES[0])
    yield Get(scope=_TASK, key=UNHOLDABLE_KEY)
    yield Get(scope=_TASK, key=KEYS[0])


def _unholdable() -> Iterator[Part]:
    """Yield a few of the pairs, so that each key and each value comes once."""
    seen: set[object] = set()
    for naming in UNHOLDABLE_NAMINGS:
        if seen.isdisjoint(naming.values()):
            seen.update(naming.values())
            yield naming
