"""Calls of a backend, alone or several in a session of the caller."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from state_store_spec.operations.scopes import SymbolicScope
from state_store_spec.records import record
from state_store_spec.unions import ToldApartBy

Mode: TypeAlias = Literal["sync", "async"]
"""Which variant of a method is called."""


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
