"""Scouts: processes with a target of their own each, which look where something differs.

A target that can be opened twice needs no other process to be told every step of a trace: a scout
takes a whole trace by itself, and says whether everything agreed. What it finds is judged again,
before everybody's eyes, so nothing rests on the word of a scout.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Final, NamedTuple, Protocol, Self, runtime_checkable

from state_store_conformance import event_loop
from state_store_conformance.clock import FrozenClock
from state_store_conformance.performance import Performance
from state_store_conformance.side_by_side import Hearing
from state_store_conformance.target import Target
from state_store_spec.profiles import Profile
from state_store_spec.trace import Trace

SCOUTS: Final = 2
_FORK: Final = multiprocessing.get_context("fork")


@runtime_checkable
class RepeatableTarget(Protocol):
    """A target of which several can be open at once, without one seeing what another holds."""

    def another(self) -> Target | None:
        """Give a target that is like this one and not entered; ``None`` where it must be alone."""
        ...


class Sighting(NamedTuple):
    """What a scout says of a trace: how many steps it took, and whether all of them agreed."""

    steps: int
    agreed: bool


class Scouts:
    """The scouts of a target; leaving them ends their processes.

    Args:
        target: is like those that scouts enter; it is not entered.
        profile: the law.
        patience_seconds: when a scout is silent for so long, no scout is asked any more.
    """

    def __init__(self, target: Target, profile: Profile, patience_seconds: float) -> None:
        self._pool = _FORK.Pool(SCOUTS, _enter, (target, profile))
        self._patience_seconds = patience_seconds
        self._silent = False

    def send(self, trace: Trace) -> Callable[[], Sighting | None]:
        """Send a scout along a trace.

        Returns:
            A function that waits for what the scout says; it gives ``None`` if it says nothing.
        """
        result = None if self._silent else self._pool.apply_async(_scout, (trace,))

        def wait() -> Sighting | None:
            if result is None or self._silent:
                return None
            try:
                return result.get(self._patience_seconds)
            except multiprocessing.TimeoutError:
                self._silent = True
                return None

        return wait

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()
        self._pool.join()


class _Scout(NamedTuple):
    target: Target
    clock: FrozenClock
    profile: Profile
    opened: ExitStack


_here: list[_Scout] = []


def _enter(target: Target, profile: Profile) -> None:
    # A scout has nothing to save, and whoever waits for its end must not wait for a handler.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    event_loop.forget()
    opened = ExitStack()
    entered = opened.enter_context(target)
    _here.append(_Scout(entered, opened.enter_context(FrozenClock()), profile, opened))


def _scout(trace: Trace) -> Sighting:
    target, clock, profile, _ = _here[0]
    hearing = Hearing(target, profile, trace, notes_situations=False)
    with closing(Performance(target, target, clock, trace)) as performance:
        for taken, operation in enumerate(trace.operations, start=1):
            if hearing.hear(operation, performance.perform(operation)).differences:
                return Sighting(taken, agreed=False)
    return Sighting(len(trace.operations), agreed=True)
