"""Crowds: a few rows that go, far apart among many that stay, and many rows of one scope.

What is paged, walked in an order or planned by how many rows there are behaves with a handful of
rows as if it were not. Here there are more than a hundred, written in one session of the caller,
and state of more than five hundred assets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from state_store_conformance.applicability import needed_by
from state_store_conformance.tiers.bench import Bench
from state_store_spec.operations import (
    Advance,
    Clear,
    Collect,
    DataOperation,
    DeclaredAsset,
    DeclaredDagRun,
    ListKeys,
    Operation,
    Set,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace

TIER: Final = "crowds"

_ROWS: Final = 130
_SCOPE: Final = SymbolicTaskScope(dag="dag_a", run="run_1", task="load")
_SIBLING: Final = SymbolicTaskScope(dag="dag_a", run="run_1", task="load", map_index=0)
_DAG_RUNS: Final = (DeclaredDagRun(dag="dag_a", run="run_1"),)
_ASSETS: Final = tuple(
    DeclaredAsset(
        asset=f"asset_{number}",
        name=f"name_{number}",
        uri=f"uri_{number}",
        state="active" if number == 0 else "inactive",
    )
    for number in range(520)
)
_HOUR: Final = timedelta(hours=1)
_YEAR: Final = timedelta(days=365)
_BATCH_SIZES: Final = (0, 1, 2)


def run_crowds(bench: Bench) -> None:
    """Run the program of every crowd that the target can have.

    Raises:
        BudgetSpentError: there is no time or no trace left.
        EngineError: not the target broke.
    """
    for trace in crowds(bench.profile.name):
        if needed_by(trace) <= bench.target.capabilities:
            bench.judge(TIER, trace)


def crowds(profile: str) -> Iterator[Trace]:
    """Yield the traces of a profile."""
    for batch_size in _BATCH_SIZES:
        yield _trace(profile, batch_size, _ended_among_many())
        yield _trace(profile, batch_size, _aged_among_many())
    yield _trace(profile, 0, _cleared())
    yield _trace(profile, 0, iter((_written(_many(_SCOPE)), ListKeys(scope=_SCOPE))))
    for batch_size in (0, 300):
        yield _trace(profile, batch_size, _orphaned(profile), _ASSETS)


def _trace(
    profile: str,
    batch_size: int,
    operations: Iterator[Operation],
    assets: tuple[DeclaredAsset, ...] = (),
) -> Trace:
    return Trace(
        profile=profile,
        settings=StateStoreSettings(state_cleanup_batch_size=batch_size),
        universe=Universe(dag_runs=_DAG_RUNS, assets=assets),
    ).with_operations(tuple(operations))


def _ended_among_many() -> Iterator[Operation]:
    """The first, the second and the last row end, and the last before the second."""
    yield _written([_ending("key_first", _HOUR), _ending("key_second", 2 * _HOUR)])
    yield _written(_many(_SCOPE))
    yield _written([_ending("key_last", _HOUR)])
    yield Advance(by=3 * _HOUR)
    yield Collect()


def _aged_among_many() -> Iterator[Operation]:
    """As before, of rows without an expiry; the second is written anew, and is younger."""
    yield _written([_plain("key_first"), _plain("key_second")])
    yield _written(_many(_SCOPE))
    yield _written([_plain("key_last")])
    yield Advance(by=_HOUR)
    yield _written([_plain("key_second")])
    yield Advance(by=timedelta(days=31))
    yield Collect()


def _cleared() -> Iterator[Operation]:
    yield _written([*_many(_SCOPE), *_many(_SIBLING)])
    yield Clear(scope=_SCOPE)
    yield Clear(scope=_SCOPE, all_map_indices=True)


def _orphaned(profile: str) -> Iterator[Operation]:
    """All assets but the first are inactive; who sweeps is a matter of the profile."""
    yield _written(
        [
            Set(scope=SymbolicAssetScope(asset=declared.asset), key="key_1", value="value_1")
            for declared in _ASSETS
        ]
    )
    yield Collect() if find_profile(profile).collection_sweeps_orphans else SweepOrphans()


def _many(scope: SymbolicTaskScope) -> list[DataOperation]:
    return [
        Set(scope=scope, key=f"key_{number}", value="value_1", expires_in=_YEAR)
        for number in range(_ROWS)
    ]


def _ending(key: str, expires_in: timedelta) -> DataOperation:
    return Set(scope=_SCOPE, key=key, value="value_1", expires_in=expires_in)


def _plain(key: str) -> DataOperation:
    return Set(scope=_SCOPE, key=key, value="value_1")


def _written(calls: list[DataOperation]) -> Operation:
    return Transaction(operations=tuple(calls), end="commit")
