"""The clock of a run: frozen once, moved by operations."""

from __future__ import annotations

import sys
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, cast

import freezegun.api

from state_store_spec.trace import START

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

_STOPWATCHES: Final = ("perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns")


class FrozenClock:
    """Freezes calendar time for a whole run; what measures durations stays real.

    Hypothesis stops shrinking after five minutes of ``perf_counter`` and asyncio waits by
    ``monotonic``: moved by days, the first gives up at once and the second never wakes.

    Database drivers must have been imported before: those that look at the type of a datetime
    would otherwise remember the frozen one.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._freezer = freezegun.api.freeze_time(start)
        self._factory: FrozenDateTimeFactory | None = None

    def __enter__(self) -> Self:
        self._factory = cast("FrozenDateTimeFactory", self._freezer.start())
        _release_stopwatches()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._factory = None
        self._freezer.stop()

    def move_to(self, instant: datetime) -> None:
        """Set the calendar to an instant with its zone; earlier ones are allowed."""
        if self._factory is None:
            raise RuntimeError("The clock is not frozen: enter it with `with` before moving it.")
        self._factory.move_to(instant)


def _release_stopwatches() -> None:
    """Put the real stopwatches back, in `time` and wherever a module holds one by name."""
    real_of = {
        id(getattr(freezegun.api, f"fake_{name}")): getattr(freezegun.api, f"real_{name}")
        for name in _STOPWATCHES
    }
    for module in list(sys.modules.values()):
        if module is freezegun.api:
            continue
        # Modules that load their attributes when asked for them are left asleep.
        for attribute, value in list(getattr(module, "__dict__", {}).items()):
            real = real_of.get(id(value))
            if real is not None:
                setattr(module, attribute, real)
