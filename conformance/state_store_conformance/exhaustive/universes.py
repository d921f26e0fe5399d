"""The small universes, in families: within one, each holds the one before and more.

No universe can hold everything: one more row or setting multiplies it. So each family asks about
what belongs together, and leaves out what has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from state_store_conformance.errors import UsageError
from state_store_conformance.exhaustive.happenings import (
    FOR_A_DAY,
    FOR_A_DAY_ELSEWHERE,
    FOR_TWO_DAYS,
    Kept,
    assets_change,
    collections,
    dag_runs_change,
    other_calls,
    writes,
)
from state_store_conformance.exhaustive.small_universe import TIME_PASSES, SmallUniverse
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    ChangeSettings,
    Clear,
    ConfigureWorkerBackend,
    DataOperation,
    DeclaredAsset,
    DeclaredDagRun,
    ListKeys,
    LoseObject,
    Mode,
    Operation,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    TaskInstanceState,
    Transaction,
    Universe,
)
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace

KEYS: Final = ("key_1", "key_2")
VALUES: Final = ("value_1", "value_2")
DAG_RUNS: Final = (("dag_a", "run_1"), ("dag_a", "run_2"), ("dag_b", "run_1"))


def _task(dag: str = "dag_a", run: str = "run_1", map_index: int = -1) -> SymbolicTaskScope:
    return SymbolicTaskScope(dag=dag, run=run, task="load", map_index=map_index)


# 0 and 1 are two map indices like any other; -1 is a task that is not mapped.
TASKS: Final = (
    _task(map_index=0),
    _task(map_index=1),
    _task(run="run_2"),
    _task(dag="dag_b"),
    _task(),
)
SIBLINGS: Final = (0, 1)

# The first two share a name, the first and the third a uri.
ASSETS: Final = (
    DeclaredAsset(asset="asset_a", name="name_1", uri="uri_1"),
    DeclaredAsset(asset="asset_b", name="name_1", uri="uri_2", state="inactive"),
    DeclaredAsset(asset="asset_c", name="name_2", uri="uri_1", state="absent"),
)
ASSET_SCOPES: Final = (
    SymbolicAssetScope(asset="asset_a"),
    SymbolicAssetScope(asset="asset_b"),
    SymbolicAssetScope(name="name_1"),
    SymbolicAssetScope(asset="asset_c"),
    SymbolicAssetScope(uri="uri_1"),
    SymbolicAssetScope(name="name_1", uri="uri_2"),
)


def _beginning(
    dag_runs: int = 1, assets: tuple[DeclaredAsset, ...] = (), *, clear_on_success: bool = False
) -> Trace:
    declared = tuple(DeclaredDagRun(dag=dag, run=run) for dag, run in DAG_RUNS[:dag_runs])
    return Trace(
        settings=StateStoreSettings(default_retention_days=1, clear_on_success=clear_on_success),
        universe=Universe(dag_runs=declared, assets=assets),
    )


def _retention(
    size: int,
    kept: tuple[Kept, ...],
    *,
    keys: int,
    transitions: int,
    highest: int = 1,
) -> SmallUniverse:
    scopes = TASKS[:1]
    numbers = range(highest + 1)
    return SmallUniverse(
        name=f"retention-{size}",
        title="what is written, for how long, and what a collection takes when",
        beginning=_beginning(),
        operations=(
            TIME_PASSES,
            *writes(scopes, KEYS[:keys], VALUES, kept),
            *other_calls(scopes, KEYS[:keys]),
            *collections(numbers, numbers),
        ),
        most_rows=keys,
        roles=(KEYS[:keys], VALUES),
        transitions=transitions,
    )


def _places(
    size: int, *, scopes: int, dag_runs: int, keys: int, transitions: int, asset: bool = False
) -> SmallUniverse:
    of_assets = ASSET_SCOPES[:1] if asset else ()
    return SmallUniverse(
        name=f"places-{size}",
        title="which rows a call reads, writes and removes, and which it leaves alone",
        beginning=_beginning(dag_runs, ASSETS[: len(of_assets)]),
        operations=(
            TIME_PASSES,
            *writes((*TASKS[:scopes], *of_assets), KEYS[:keys], VALUES),
            *other_calls((*TASKS[:scopes], *of_assets), KEYS[:keys]),
            # The flag has no effect there (SCOPE-9).
            *(Clear(scope=scope, all_map_indices=True) for scope in of_assets),
            *dag_runs_change(DAG_RUNS[:dag_runs]),
        ),
        most_rows=2,
        roles=(KEYS[:keys], VALUES, SIBLINGS),
        transitions=transitions,
    )


def _assets(size: int, *, assets: int, scopes: int, transitions: int) -> SmallUniverse:
    return SmallUniverse(
        name=f"assets-{size}",
        title="which asset a scope means, and what the sweep takes",
        beginning=_beginning(0, ASSETS[:assets]),
        operations=(
            TIME_PASSES,
            *writes(ASSET_SCOPES[:scopes], KEYS[:1], VALUES),
            *other_calls(ASSET_SCOPES[:scopes], KEYS[:1]),
            *assets_change(ASSETS[:assets]),
            *collections(batch_sizes=(0, 1)),
        ),
        most_rows=2,
        roles=(VALUES,),
        transitions=transitions,
    )


def _calls(size: int, *, scopes: int, transitions: int) -> SmallUniverse:
    modes: tuple[Mode, ...] = ("sync", "async")
    alone = [
        operation
        for mode in modes
        for operation in (
            *writes(TASKS[:scopes], KEYS[:1], VALUES, (None, FOR_A_DAY, "forever"), mode),
            *other_calls(TASKS[:scopes], KEYS[:1], mode),
        )
    ]
    together = [
        Transaction(operations=calls, end=end, mode=calls[0].mode)
        for mode in modes
        for scope in TASKS[:scopes]
        for calls in _in_sessions(scope, mode)
        for end in ("commit", "rollback")
    ]
    return SmallUniverse(
        name=f"calls-{size}",
        title="blocking and async calls, alone and in sessions of the caller",
        beginning=_beginning(),
        operations=(TIME_PASSES, *alone, *together, *collections()),
        most_rows=scopes,
        roles=(VALUES, SIBLINGS[:scopes]),
        transitions=transitions,
    )


def _in_sessions(scope: SymbolicTaskScope, mode: Mode) -> Iterator[tuple[DataOperation, ...]]:
    read, deleted, cleared, _ = other_calls([scope], KEYS[:1], mode)
    yield deleted, read
    for write in writes([scope], KEYS[:1], VALUES, mode=mode):
        yield write, read
        yield cleared, write


def _success(size: int, *, scopes: int, transitions: int) -> SmallUniverse:
    ends: tuple[tuple[TaskInstanceState, bool], ...] = (
        ("success", False),
        ("success", True),
        ("failed", False),
    )
    moves = [
        TaskInstanceMoves(scope=scope, to=to, by_hand=by_hand)
        for scope in TASKS[:scopes]
        for to, by_hand in ends
    ]
    return SmallUniverse(
        name=f"success-{size}",
        title="task instances, what they keep, and what success wipes",
        beginning=_beginning(clear_on_success=True),
        operations=(
            TIME_PASSES,
            *(
                AccessorSet(scope=scope, key=KEYS[0], value=value, retention=retention)
                for scope in TASKS[:scopes]
                for value in VALUES
                for retention in (None, "NEVER_EXPIRE")
            ),
            *(AccessorGet(scope=scope, key=KEYS[0]) for scope in TASKS[:scopes]),
            *(ListKeys(scope=scope) for scope in TASKS[:scopes]),
            *moves,
            *(ChangeSettings(clear_on_success=clears) for clears in (False, True)),
            *dag_runs_change(DAG_RUNS[:1]),
        ),
        most_rows=scopes,
        roles=(VALUES, SIBLINGS[:scopes]),
        transitions=transitions,
    )


def _worker_side(size: int, *, scopes: int, transitions: int) -> SmallUniverse:
    places = (TASKS[0], SymbolicAssetScope(name="name_1"))[:scopes]
    accesses: list[Operation] = []
    for scope in places:
        accesses += (
            *(AccessorSet(scope=scope, key=KEYS[0], value=value) for value in VALUES),
            AccessorGet(scope=scope, key=KEYS[0]),
            AccessorDelete(scope=scope, key=KEYS[0]),
            AccessorClear(scope=scope),
            LoseObject(scope=scope, key=KEYS[0]),
        )
    return SmallUniverse(
        name=f"worker-side-{size}",
        title="what a worker keeps to itself, and the references that are stored instead",
        beginning=_beginning(1, ASSETS[:1]),
        operations=(
            TIME_PASSES,
            *accesses,
            *(ConfigureWorkerBackend(on=on) for on in (True, False)),
            *collections(),
        ),
        most_rows=scopes,
        roles=(VALUES,),
        transitions=transitions,
    )


_PLAIN: Final[tuple[Kept, ...]] = (None, FOR_A_DAY, "forever")
_LONGER: Final[tuple[Kept, ...]] = (*_PLAIN, FOR_TWO_DAYS, FOR_A_DAY_ELSEWHERE)

FAMILIES: Final = (
    (
        _retention(1, _PLAIN, keys=1, transitions=736),
        _retention(2, _PLAIN, keys=2, transitions=12_216),
        _retention(3, _LONGER, keys=2, transitions=40_768),
        _retention(4, _LONGER, keys=2, transitions=125_424, highest=2),
    ),
    (
        _places(1, scopes=2, dag_runs=1, keys=1, transitions=358),
        _places(2, scopes=3, dag_runs=2, keys=2, transitions=6_756),
        _places(3, scopes=5, dag_runs=3, keys=2, transitions=65_064),
        _places(4, scopes=5, dag_runs=3, keys=2, transitions=101_712, asset=True),
    ),
    (
        _assets(1, assets=2, scopes=3, transitions=2_864),
        _assets(2, assets=3, scopes=6, transitions=29_400),
    ),
    (_calls(1, scopes=1, transitions=459), _calls(2, scopes=2, transitions=9_853)),
    (_success(1, scopes=1, transitions=600), _success(2, scopes=2, transitions=18_606)),
    (_worker_side(1, scopes=1, transitions=474), _worker_side(2, scopes=2, transitions=14_118)),
)
"""The families; in each the universes grow."""

UNIVERSES: Final = {universe.name: universe for family in FAMILIES for universe in family}


def find_universes(names: Iterable[str]) -> tuple[SmallUniverse, ...]:
    """Give the universes of these names, in their order.

    Raises:
        UsageError: no universe has one of the names.
    """
    named = tuple(names)
    for name in named:
        if name not in UNIVERSES:
            known = ", ".join(
                f"{universe.name} ({universe.transitions:,} transitions)"
                for universe in UNIVERSES.values()
            )
            raise UsageError(f"there is no universe {name!r}. There are {known}.")
    return tuple(UNIVERSES[name] for name in named)
