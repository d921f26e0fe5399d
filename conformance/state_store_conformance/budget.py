"""Budgets: how long a run may take, and how much of that a counterexample may cost."""

from __future__ import annotations

import re
import time
from typing import Final

from state_store_conformance.errors import UsageError

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|m|h)")

# A run that has found something late may take this much longer to make it short.
_OVERTIME: Final = 0.08
# Nothing is waited for any longer than that, whatever a backend does.
_MOST_OVERTIME: Final = 0.1
_SHARE_OF_ONE_COUNTEREXAMPLE: Final = 0.15


class BudgetSpentError(BaseException):
    """Time is up. No ``Exception``, so that Hypothesis lets it pass."""


class Budget:
    """The seconds and traces of a run, counted from now."""

    def __init__(self, seconds: float, max_traces: int | None = None) -> None:
        self.seconds = seconds
        self.max_traces = max_traces
        self._start = time.perf_counter()
        self._share = 1.0
        self._traces = 0

    @property
    def elapsed_seconds(self) -> float:
        """Real seconds since the budget was made."""
        return time.perf_counter() - self._start

    @property
    def spent(self) -> bool:
        """Say whether no further trace may begin."""
        if self.max_traces is not None and self._traces >= self.max_traces:
            return True
        return self.elapsed_seconds >= self.seconds * self._share

    def spend_only(self, share: float) -> None:
        """Let the budget count as spent at this share of its seconds; 1 is all of them."""
        self._share = share

    @property
    def gives_up_at(self) -> float:
        """When the run ends whatever happens, by ``time.perf_counter``."""
        return self._start + self.seconds * (1 + _MOST_OVERTIME)

    def count_trace(self) -> None:
        """Count one trace; those that shorten a counterexample do not count."""
        self._traces += 1

    def shortening_ends(self) -> float:
        """Give the elapsed seconds at which a counterexample found now has to be short enough."""
        return min(
            self.elapsed_seconds + self.seconds * _SHARE_OF_ONE_COUNTEREXAMPLE,
            self.seconds * (1 + _OVERTIME),
        )


def parse_duration(text: str) -> float:
    """Give the seconds of ``10s``, ``1.5m``, ``500ms`` or ``1h``.

    Raises:
        UsageError: it is no duration.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"{text!r} is no duration. Write a number and ms, s, m or h, such as 10s or 1.5m."
        )
    return float(found["number"]) * _UNITS[found["unit"]]
