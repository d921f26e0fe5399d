"""What crosses the boundary, one record for each way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from state_store_spec import StateScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One request that reached the server, or one answer that left it.

    Requests are recorded before anything is done about them, so also those that are refused. An
    answer is recorded where something comes back: the text of a ``get``, and each row of a
    ``list``.

    Attributes:
        operation: what was asked.
        direction: to the server or back.
        scope: as it was sent: a task, or an asset by name or uri; only a ``list`` may have an id.
        key: ``None`` where the whole scope is meant.
        text: what ``set`` sends, or what comes back; ``None`` where there is none.
        expires_at: what the worker has computed, or what is stored.
        never_expire: whether time-based cleanup must skip the key.
    """

    operation: Literal["get", "set", "delete", "clear", "list"]
    direction: Literal["request", "answer"]
    scope: StateScope
    key: str | None = None
    text: str | None = None
    expires_at: datetime | None = None
    never_expire: bool = False


Recorder: TypeAlias = Callable[[Crossing], None]
"""Told of each crossing, in their order."""
