"""Happenings: what can be done in a small universe, as lists to put one together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import product
from typing import Final, Literal, NamedTuple, TypeAlias

from state_store_conformance.exhaustive.ages import DAY
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    ChangeSettings,
    Clear,
    Collect,
    DataOperation,
    DeactivateAsset,
    DeclaredAsset,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    Mode,
    Operation,
    RenameAsset,
    Set,
    SetNeverExpire,
    SweepOrphans,
    SymbolicScope,
    SymbolicTaskScope,
)


class Lasting(NamedTuple):
    """An explicit expiry, and the zone it is expressed in."""

    expires_in: timedelta
    zone: str = "UTC"


Kept: TypeAlias = Lasting | Literal["forever"] | None
"""How long a write asks to be kept; ``None`` is no explicit retention."""

FOR_A_DAY: Final = Lasting(DAY)
FOR_TWO_DAYS: Final = Lasting(2 * DAY)
FOR_A_DAY_ELSEWHERE: Final = Lasting(DAY, "+05:30")


def writes(
    scopes: Iterable[SymbolicScope],
    keys: Iterable[str],
    values: Iterable[str],
    kept: Iterable[Kept] = (None,),
    mode: Mode = "sync",
) -> Iterator[DataOperation]:
    """Yield every write of a value to a place."""
    for scope, key, value, lasting in product(scopes, keys, values, kept):
        if lasting == "forever":
            yield SetNeverExpire(scope=scope, key=key, value=value, mode=mode)
        elif lasting is None:
            yield Set(scope=scope, key=key, value=value, mode=mode)
        else:
            yield Set(
                scope=scope,
                key=key,
                value=value,
                expires_in=lasting.expires_in,
                expires_zone=lasting.zone,
                mode=mode,
            )


def other_calls(
    scopes: Iterable[SymbolicScope], keys: Iterable[str], mode: Mode = "sync"
) -> Iterator[DataOperation]:
    """Yield every read and every removal."""
    for scope in scopes:
        for key in keys:
            yield Get(scope=scope, key=key, mode=mode)
            yield Delete(scope=scope, key=key, mode=mode)
        yield Clear(scope=scope, mode=mode)
        if isinstance(scope, SymbolicTaskScope):
            yield Clear(scope=scope, all_map_indices=True, mode=mode)


def collections(
    retention_days: Iterable[int] = (), batch_sizes: Iterable[int] = ()
) -> Iterator[Operation]:
    """Yield a collection, a dry run, a sweep, and the changes of the settings they go by."""
    yield Collect()
    yield SweepOrphans()
    yield Collect(dry_run=True)
    for days in retention_days:
        yield ChangeSettings(default_retention_days=days)
    for size in batch_sizes:
        yield ChangeSettings(state_cleanup_batch_size=size)


def dag_runs_change(dag_runs: Iterable[tuple[str, str]]) -> Iterator[Operation]:
    """Yield the comings and goings of dag runs."""
    for dag, run in dag_runs:
        yield AddDagRun(dag=dag, run=run)
        yield DeleteDagRun(dag=dag, run=run)


def assets_change(assets: Iterable[DeclaredAsset]) -> Iterator[Operation]:
    """Yield everything that can become of assets."""
    symbols = [declared.asset for declared in assets]
    for asset in symbols:
        yield ActivateAsset(asset=asset)
        yield DeactivateAsset(asset=asset)
        yield DeleteAsset(asset=asset)
        yield from (RenameAsset(asset=asset, to=to) for to in symbols if to != asset)
