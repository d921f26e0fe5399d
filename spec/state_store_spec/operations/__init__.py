"""Operations: everything that can happen to a state store, as frozen data.

Every text in an operation is a *symbol*: a naming turns it into the concrete text that a store
gets to see (:mod:`state_store_spec.naming`), so one trace can be run with plain names and again
with hostile ones. Durations are :class:`~datetime.timedelta`; instants follow from the clock of
the trace, so a trace stays meaningful when steps are taken out of it.
"""

from __future__ import annotations

from typing import TypeAlias

from state_store_spec.operations.accessors import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorOperation,
    AccessorSet,
    Retention,
)
from state_store_spec.operations.calls import (
    Clear,
    DataOperation,
    Delete,
    Get,
    Mode,
    Set,
    SetNeverExpire,
    Transaction,
)
from state_store_spec.operations.scopes import (
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
)
from state_store_spec.operations.surroundings import (
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Collect,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    RenameAsset,
    Reopen,
    SweepOrphans,
)
from state_store_spec.operations.task_instances import (
    ListKeys,
    TaskInstanceMoves,
    TaskInstanceState,
)
from state_store_spec.operations.universe import (
    DeclaredAsset,
    DeclaredDagRun,
    Universe,
)
from state_store_spec.operations.worker_side import (
    ConfigureWorkerBackend,
    LoseObject,
    SetWorkerClock,
)

AroundOperation: TypeAlias = (
    AccessorOperation
    | TaskInstanceMoves
    | ListKeys
    | ConfigureWorkerBackend
    | SetWorkerClock
    | LoseObject
)
"""What happens around the store: accessors, task instances, the worker's side."""

Operation: TypeAlias = (
    DataOperation
    | Transaction
    | Advance
    | Reopen
    | Collect
    | SweepOrphans
    | ChangeSettings
    | AddDagRun
    | DeleteDagRun
    | ActivateAsset
    | DeactivateAsset
    | RenameAsset
    | DeleteAsset
    | AroundOperation
)

__all__ = [
    "AccessorClear",
    "AccessorDelete",
    "AccessorGet",
    "AccessorOperation",
    "AccessorSet",
    "ActivateAsset",
    "AddDagRun",
    "Advance",
    "AroundOperation",
    "ChangeSettings",
    "Clear",
    "Collect",
    "ConfigureWorkerBackend",
    "DataOperation",
    "DeactivateAsset",
    "DeclaredAsset",
    "DeclaredDagRun",
    "Delete",
    "DeleteAsset",
    "DeleteDagRun",
    "Get",
    "ListKeys",
    "LoseObject",
    "Mode",
    "Operation",
    "RenameAsset",
    "Reopen",
    "Retention",
    "Set",
    "SetNeverExpire",
    "SetWorkerClock",
    "SweepOrphans",
    "SymbolicAssetScope",
    "SymbolicScope",
    "SymbolicTaskScope",
    "TaskInstanceMoves",
    "TaskInstanceState",
    "Transaction",
    "Universe",
]
