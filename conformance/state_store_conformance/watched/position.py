"""The position: what a child is doing, in memory that it shares with its parent."""

from __future__ import annotations

import mmap
import struct
import time
from typing import Final, NamedTuple

_LAYOUT: Final = struct.Struct("qqd")

BEFORE: Final = -1
"""The step of a child that makes a store, or ends one."""

NO_READING: Final = -1
"""The reading of a child that does an operation."""


class Position(NamedTuple):
    """Where a child is in a trace.

    Attributes:
        step: the number of the operation, from 0.
        reading: the number of the key that is read back after it, from 0.
        since: when that began, by the monotonic clock of the machine; 0 while nothing is done.
    """

    step: int
    reading: int
    since: float


class SharedPosition:
    """A position that the child writes before every call, and the parent reads when in doubt.

    Anonymous memory costs no system call, and outlives a child that crashes.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _LAYOUT.size)
        self.rest()

    def at(self, step: int, reading: int = NO_READING) -> None:
        """Say that the child begins to do this now."""
        _LAYOUT.pack_into(self._memory, 0, step, reading, time.monotonic())

    def rest(self) -> None:
        """Say that the child waits to be told what to do."""
        _LAYOUT.pack_into(self._memory, 0, BEFORE, NO_READING, 0.0)

    def read(self) -> Position:
        """Give the position."""
        return Position(*_LAYOUT.unpack_from(self._memory, 0))
