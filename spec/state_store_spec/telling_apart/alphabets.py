"""Alphabets: small sets of operations, each around one matter on which readings may differ.

Small, so that every program of a few operations can be tried, in one order on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Advance,
    ChangeSettings,
    Collect,
    ConfigureWorkerBackend,
    DeactivateAsset,
    DeclaredAsset,
    DeclaredDagRun,
    Delete,
    Get,
    ListKeys,
    Operation,
    Set,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Universe,
)
from state_store_spec.settings import StateStoreSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Alphabet:
    """What may happen, and where it begins.

    Attributes:
        universe: the dag runs and assets there are.
        settings: the settings that a trace may begin with, the usual ones first.
        operations: what may happen at each step, the simplest first.
        longest: the most operations of a trace.
    """

    universe: Universe
    settings: tuple[StateStoreSettings, ...]
    operations: tuple[Operation, ...]
    longest: int


_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

_TASK: Final = SymbolicTaskScope(dag="shop", run="monday", task="load")
_NOWHERE: Final = SymbolicTaskScope(dag="shop", run="never", task="load")
_ORDERS: Final = SymbolicAssetScope(asset="a")
_BY_NAME: Final = SymbolicAssetScope(name="orders")

_USUAL: Final = StateStoreSettings()
_ZERO: Final = StateStoreSettings(default_retention_days=0)
_CLEARING: Final = StateStoreSettings(clear_on_success=True)

_MONDAY: Final = Universe(dag_runs=(DeclaredDagRun(dag="shop", run="monday"),))
_WITH_ASSET: Final = Universe(
    dag_runs=_MONDAY.dag_runs, assets=(DeclaredAsset(asset="a", name="orders", uri="s3://orders"),)
)
_OUT_OF_REACH: Final = Universe(
    dag_runs=(DeclaredDagRun(dag="shop", run="never", exists=False),),
    assets=(DeclaredAsset(asset="a", name="orders", uri="s3://orders", state="inactive"),),
)

ALPHABETS: Final = (
    # Who keeps what for how long, at the store.
    Alphabet(
        universe=_MONDAY,
        settings=(_USUAL, _ZERO),
        operations=(
            Set(scope=_TASK, key="job", value="17"),
            Set(scope=_TASK, key="job", value="17", expires_in=_HOUR),
            Set(scope=_TASK, key="job", value="17", expires_in=90 * _DAY),
            Set(scope=_TASK, key="job", value="17", expires_in=_HOUR, expires_zone="naive"),
            Advance(by=31 * _DAY),
            Collect(),
            Collect(dry_run=True),
            Get(scope=_TASK, key="job"),
            Delete(scope=_TASK, key="job"),
        ),
        longest=4,
    ),
    # What a task asks for, and what becomes of it when settings change.
    Alphabet(
        universe=_MONDAY,
        settings=(_USUAL, _ZERO),
        operations=(
            AccessorSet(scope=_TASK, key="job", value="17"),
            AccessorSet(scope=_TASK, key="job", value="17", retention=_HOUR),
            AccessorSet(scope=_TASK, key="job", value="17", retention="NEVER_EXPIRE"),
            AccessorSet(scope=_TASK, key="job", value="17", retention=timedelta(0)),
            Advance(by=31 * _DAY),
            ChangeSettings(default_retention_days=0),
            ChangeSettings(default_retention_days=1),
            Collect(),
            ListKeys(scope=_TASK),
        ),
        longest=4,
    ),
    # Assets: their expiries, and those that lose their record.
    Alphabet(
        universe=_WITH_ASSET,
        settings=(_USUAL, _ZERO),
        operations=(
            Set(scope=_ORDERS, key="watermark", value="1"),
            Set(scope=_ORDERS, key="watermark", value="1", expires_in=_HOUR, expires_zone="naive"),
            DeactivateAsset(asset="a"),
            Advance(by=31 * _DAY),
            Collect(),
            Get(scope=_ORDERS, key="watermark"),
        ),
        longest=4,
    ),
    # What the boundary does where it finds nothing.
    Alphabet(
        universe=_OUT_OF_REACH,
        settings=(_USUAL,),
        operations=tuple(
            operation
            for scope, key in ((_NOWHERE, "job"), (_BY_NAME, "watermark"))
            for operation in (
                AccessorSet(scope=scope, key=key, value="17"),
                AccessorGet(scope=scope, key=key),
                AccessorDelete(scope=scope, key=key),
                AccessorClear(scope=scope),
            )
        ),
        longest=2,
    ),
    # What is left in the worker's store.
    Alphabet(
        universe=_WITH_ASSET,
        settings=(_CLEARING,),
        operations=(
            ConfigureWorkerBackend(on=True),
            AccessorSet(scope=_TASK, key="job", value="17", retention=_HOUR),
            TaskInstanceMoves(scope=_TASK, to="success"),
            TaskInstanceMoves(scope=_TASK, to="success", by_hand=True),
            AccessorGet(scope=_TASK, key="job"),
            AccessorClear(scope=_TASK),
            Advance(by=31 * _DAY),
            Collect(),
        ),
        longest=4,
    ),
)
"""The alphabets in the order in which they are tried."""
