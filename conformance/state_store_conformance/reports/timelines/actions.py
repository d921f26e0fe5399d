"""What an operation does to which keys, and how it is called in a word or two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

from state_store_spec import operations
from state_store_spec.operations import Operation, SymbolicScope

Action: TypeAlias = Literal["write", "read", "delete", "clear", "lose"]
Kind: TypeAlias = Literal["call", "time", "collection", "event"]

_ACTIONS: Final[dict[type, Action]] = {
    operations.Get: "read",
    operations.Set: "write",
    operations.SetNeverExpire: "write",
    operations.Delete: "delete",
    operations.Clear: "clear",
    operations.AccessorGet: "read",
    operations.AccessorSet: "write",
    operations.AccessorDelete: "delete",
    operations.AccessorClear: "clear",
    operations.ListKeys: "read",
    operations.LoseObject: "lose",
}
_KINDS: Final[dict[type, Kind]] = {
    operations.Advance: "time",
    operations.Collect: "collection",
    operations.SweepOrphans: "collection",
    operations.Transaction: "call",
    **dict.fromkeys(_ACTIONS, "call"),
}
_EVENTS: Final[dict[type, str]] = {
    operations.Transaction: "session",
    operations.ChangeSettings: "settings",
    operations.AddDagRun: "run added",
    operations.DeleteDagRun: "run gone",
    operations.ActivateAsset: "activate",
    operations.DeactivateAsset: "deactivate",
    operations.RenameAsset: "rename",
    operations.DeleteAsset: "asset gone",
    operations.ListKeys: "list",
    operations.LoseObject: "lose",
    operations.Reopen: "reopen",
    operations.SweepOrphans: "sweep",
    operations.SetWorkerClock: "clock",
}
_MOST_UNITS: Final = 3
_UNITS: Final = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
    (timedelta(milliseconds=1), "ms"),
    (timedelta(microseconds=1), "µs"),
)


class Touched(NamedTuple):
    """What is done to a key, or to every key of a scope where ``key`` is ``None``.

    Attributes:
        action: what is done.
        scope: as the operation has it.
        key: the key, or ``None``.
        all_map_indices: whether every map index of the task is meant.
        expires_in: the expiry that a write asks for, from the clock of the trace.
    """

    action: Action
    scope: SymbolicScope
    key: str | None
    all_map_indices: bool = False
    expires_in: timedelta | None = None


def touched(operation: Operation) -> Iterator[Touched]:
    """Give what the operation speaks of; a collection and an event speak of no key."""
    if isinstance(operation, operations.Transaction):
        for call in operation.operations:
            yield from touched(call)
    elif type(operation) in _ACTIONS:
        yield Touched(
            _ACTIONS[type(operation)],
            operation.scope,  # type: ignore[union-attr] # each of them has one
            getattr(operation, "key", None),
            getattr(operation, "all_map_indices", False),
            getattr(operation, "expires_in", None),
        )


def kind_of(operation: Operation) -> Kind:
    """Give what kind of step it is."""
    return _KINDS.get(type(operation), "event")


def in_a_word(operation: Operation) -> str:
    """Give what happens, so short that it stands above a column."""
    match operation:
        case operations.Advance():
            return f"+{short_duration(operation.by)}"
        case operations.Collect():
            return "dry run" if operation.dry_run else "collect"
        case operations.TaskInstanceMoves():
            return operation.to.replace("up_for_", "").replace("_", " ")
        case operations.ConfigureWorkerBackend():
            return "worker on" if operation.on else "worker off"
        case _ if type(operation) in _EVENTS:
            return _EVENTS[type(operation)]
        case _:
            method = operation.op.removeprefix("accessor_").replace("set_never_expire", "set ∞")
            return f"a{method}" if getattr(operation, "mode", "sync") == "async" else method


def short_duration(duration: timedelta) -> str:
    """Give a duration in symbols of units, the three greatest that are not zero."""
    parts: list[str] = []
    for unit, symbol in _UNITS:
        number, duration = divmod(duration, unit)
        if number:
            parts.append(f"{number:,} {symbol}")
    shown = " ".join(parts[:_MOST_UNITS]) or "0"
    return f"{shown} …" if len(parts) > _MOST_UNITS else shown
