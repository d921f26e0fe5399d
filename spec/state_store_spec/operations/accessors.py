"""Operations of the accessors: what a task does with its own state and that of its assets.

A worker names an asset by its name or its uri, never by its id (BOUND-2).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

from state_store_spec.operations.calls import Mode
from state_store_spec.operations.scopes import SymbolicScope
from state_store_spec.records import record

Retention: TypeAlias = timedelta | Literal["NEVER_EXPIRE"] | None
"""What a task asks for: a duration, for ever, or nothing."""


@record()
class AccessorGet:
    """``get`` or ``aget`` of an accessor."""

    op: Literal["accessor_get"] = "accessor_get"
    scope: SymbolicScope
    key: str
    mode: Mode = "sync"


@record()
class AccessorSet:
    """``set`` or ``aset`` of an accessor; the accessor of an asset takes no ``retention``."""

    op: Literal["accessor_set"] = "accessor_set"
    scope: SymbolicScope
    key: str
    value: str
    retention: Retention = None
    mode: Mode = "sync"


@record()
class AccessorDelete:
    """``delete`` or ``adelete`` of an accessor."""

    op: Literal["accessor_delete"] = "accessor_delete"
    scope: SymbolicScope
    key: str
    mode: Mode = "sync"


@record()
class AccessorClear:
    """``clear`` or ``aclear`` of an accessor: its own task instance, or its asset."""

    op: Literal["accessor_clear"] = "accessor_clear"
    scope: SymbolicScope
    mode: Mode = "sync"


AccessorOperation: TypeAlias = AccessorGet | AccessorSet | AccessorDelete | AccessorClear
"""What one call of an accessor does."""
