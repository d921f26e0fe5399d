"""Operations: everything that can happen to a state store, as frozen data.

Every text in an operation is a *symbol*: a naming turns it into the concrete text that a store
gets to see (:mod:`state_store_spec.naming`), so one trace can be run with plain names and again
with hostile ones. Durations are :class:`~datetime.timedelta`; instants follow from the clock of
the trace, so a trace stays meaningful when steps are taken out of it.
"""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from state_store_spec.records import record
from state_store_spec.unions import ToldApartBy, ToldApartByKey

Mode: TypeAlias = Literal["sync", "async"]
"""Which variant of a method is called."""


@record()
class SymbolicTaskScope:
    """A task instance by the symbols of its dag, run and task, and its map index."""

    dag: str
    run: str
    task: str
    map_index: int = -1


@record()
class SymbolicAssetScope:
    """An asset scope: ``asset`` is the symbol that stands for its integer id.

    All three absent is the empty scope, which a store never gets to see (SCOPE-7).
    """

    asset: str | None = None
    name: str | None = None
    uri: str | None = None


SymbolicScope: TypeAlias = Annotated[SymbolicTaskScope | SymbolicAssetScope, ToldApartByKey("dag")]


@record()
class Get:
    """``get`` or ``aget`` of one key."""

    op: Literal["get"] = "get"
    scope: SymbolicScope
    key: str
    mode: Mode = "sync"


@record()
class Set:
    """``set`` or ``aset`` of one key.

    ``expires_in`` counts from the clock of the trace and becomes ``expires_at``; ``None`` passes
    no ``expires_at``. ``expires_zone`` is the zone the instant is expressed in: ``UTC``, an offset
    such as ``+05:30``, or ``naive`` for a datetime without zone (RET-7).
    """

    op: Literal["set"] = "set"
    scope: SymbolicScope
    key: str
    value: str
    expires_in: timedelta | None = None
    expires_zone: str = "UTC"
    mode: Mode = "sync"


@record()
class SetNeverExpire:
    """``set_never_expire`` or ``aset_never_expire`` of one key."""

    op: Literal["set_never_expire"] = "set_never_expire"
    scope: SymbolicScope
    key: str
    value: str
    mode: Mode = "sync"


@record()
class Delete:
    """``delete`` or ``adelete`` of one key."""

    op: Literal["delete"] = "delete"
    scope: SymbolicScope
    key: str
    mode: Mode = "sync"


@record()
class Clear:
    """``clear`` or ``aclear`` of a scope."""

    op: Literal["clear"] = "clear"
    scope: SymbolicScope
    all_map_indices: bool = False
    mode: Mode = "sync"


DataOperation: TypeAlias = Get | Set | SetNeverExpire | Delete | Clear
"""What one call of a backend does."""


@record()
class Transaction:
    """Several calls in one session of the caller, who then commits or rolls back (SESSION).

    The mode belongs to the whole transaction: a session is either sync or async.
    """

    op: Literal["transaction"] = "transaction"
    operations: tuple[Annotated[DataOperation, ToldApartBy("op")], ...]
    end: Literal["commit", "rollback"] = "commit"
    mode: Mode = "sync"


@record()
class Advance:
    """Time passes; ``by`` is not negative."""

    op: Literal["advance"] = "advance"
    by: timedelta


@record()
class Collect:
    """One run of the garbage collection, or a dry run of it."""

    op: Literal["collect"] = "collect"
    dry_run: bool = False


@record()
class ChangeSettings:
    """The administrator changes settings; ``None`` leaves a setting as it is."""

    op: Literal["change_settings"] = "change_settings"
    default_retention_days: int | None = None
    state_cleanup_batch_size: int | None = None


@record()
class AddDagRun:
    """A dag run comes into being; nothing happens where it exists."""

    op: Literal["add_dag_run"] = "add_dag_run"
    dag: str
    run: str


@record()
class DeleteDagRun:
    """A dag run is deleted; nothing happens where there is none."""

    op: Literal["delete_dag_run"] = "delete_dag_run"
    dag: str
    run: str


@record()
class ActivateAsset:
    """An asset gets its active record, and is created where it does not exist.

    A name and a uri belong to at most one active asset: records in the way end.
    """

    op: Literal["activate_asset"] = "activate_asset"
    asset: str


@record()
class DeactivateAsset:
    """The active record of an asset ends; the asset itself stays."""

    op: Literal["deactivate_asset"] = "deactivate_asset"
    asset: str


@record()
class RenameAsset:
    """An asset is renamed: its record ends, and the asset ``to`` is activated (ORPHAN-4)."""

    op: Literal["rename_asset"] = "rename_asset"
    asset: str
    to: str


@record()
class DeleteAsset:
    """An asset is deleted together with its record; nothing happens where there is none."""

    op: Literal["delete_asset"] = "delete_asset"
    asset: str


Operation: TypeAlias = (
    DataOperation
    | Transaction
    | Advance
    | Collect
    | ChangeSettings
    | AddDagRun
    | DeleteDagRun
    | ActivateAsset
    | DeactivateAsset
    | RenameAsset
    | DeleteAsset
)


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
    assets: tuple[DeclaredAsset, ...] = field(default=())
