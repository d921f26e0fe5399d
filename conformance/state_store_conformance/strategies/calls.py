"""Calls: what one call of a backend does, before it is known where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from state_store_spec.operations import (
    Clear,
    DataOperation,
    Delete,
    Get,
    Mode,
    Set,
    SetNeverExpire,
    SymbolicScope,
)

MICROSECOND: Final = timedelta(microseconds=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a write asks to be kept: explicitly, not at all, or forever."""

    expires_in: timedelta | None = None
    expires_zone: str = "UTC"
    never_expire: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A write of some retention."""

    mode: Mode

    def at(self, scope: SymbolicScope, key: str, value: str, retention: Retention) -> DataOperation:
        """Return the call that writes there."""
        if retention.never_expire:
            return SetNeverExpire(scope=scope, key=key, value=value, mode=self.mode)
        return Set(
            scope=scope,
            key=key,
            value=value,
            expires_in=retention.expires_in,
            expires_zone=retention.expires_zone,
            mode=self.mode,
        )


@dataclass(frozen=True, slots=True)
class OnKey:
    """A read or a delete of one key."""

    mode: Mode
    method: Literal["get", "delete"]

    def at(self, scope: SymbolicScope, key: str) -> DataOperation:
        """Return the call there."""
        operation = Get if self.method == "get" else Delete
        return operation(scope=scope, key=key, mode=self.mode)


@dataclass(frozen=True, slots=True)
class Removal:
    """A clear of a scope."""

    mode: Mode
    all_map_indices: bool = False

    def at(self, scope: SymbolicScope) -> DataOperation:
        """Return the call there."""
        return Clear(scope=scope, all_map_indices=self.all_map_indices, mode=self.mode)


Call: TypeAlias = Write | OnKey | Removal


_SYNC_WEIGHTS: Final = (20, 11, 5, 3, 2)
# An async call of an embedded database takes several times as long as a sync one.
_ASYNC_WEIGHTS: Final = (3, 2, 1, 1, 1)


def calls(mode: Mode) -> tuple[tuple[Call, int], ...]:
    """Return the calls of one mode with their weights, the simplest first."""
    kinds: tuple[Call, ...] = (
        Write(mode),
        OnKey(mode, "get"),
        OnKey(mode, "delete"),
        Removal(mode),
        Removal(mode, all_map_indices=True),
    )
    return tuple(zip(kinds, _SYNC_WEIGHTS if mode == "sync" else _ASYNC_WEIGHTS, strict=True))


def retentions(*, never_expire: bool) -> tuple[tuple[Retention, int], ...]:
    """Return the retentions of a write with their weights, the simplest first."""
    return (
        (Retention(), 6),
        (Retention(never_expire=True), 3 if never_expire else 0),
        (Retention(DAY), 3),
        (Retention(30 * DAY), 1),
        (Retention(31 * DAY), 2),
        (Retention(29 * DAY), 1),
        (Retention(MICROSECOND), 1),
        (Retention(timedelta(0)), 1),
        (Retention(-DAY), 1),
        (Retention(20 * 365 * DAY), 1),
        (Retention(DAY, "+05:30"), 1),
        (Retention(31 * DAY, "-08:00"), 1),
        (Retention(DAY, "naive"), 1),
    )
