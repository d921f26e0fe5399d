"""The clock of a run: the calendar stands still, stopwatches run."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state_store_conformance import event_loop
from state_store_conformance.clock import FrozenClock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_calendar_stands_still_and_moves_when_told() -> None:
    """Nothing but the clock itself moves time, forwards or back."""
    with FrozenClock(NOON) as clock:
        assert datetime.now(UTC) == NOON
        clock.move_to(NOON + timedelta(days=400, microseconds=1))
        assert datetime.now(UTC) == NOON + timedelta(days=400, microseconds=1)
        clock.move_to(NOON)
        assert datetime.now(UTC) == NOON

    assert abs(datetime.now(UTC) - NOON) > timedelta(seconds=1)


def test_stopwatches_stay_real() -> None:
    """What measures durations is real, by its module and by a name imported before."""
    with FrozenClock(NOON):
        before = perf_counter(), time.perf_counter(), time.monotonic(), time.monotonic_ns()
        sum(range(10_000))
        after = perf_counter(), time.perf_counter(), time.monotonic(), time.monotonic_ns()

    assert all(later > earlier for earlier, later in zip(before, after, strict=True))


def test_asyncio_wakes_up() -> None:
    """A sleep on the loop of the process ends although the calendar stands still."""

    async def nap() -> str:
        await asyncio.wait_for(asyncio.sleep(0.001), timeout=5)
        return "awake"

    with FrozenClock(NOON):
        assert event_loop.run(nap()) == "awake"


def test_one_loop_serves_the_process() -> None:
    """Every coroutine runs on the same loop, so that connection pools survive."""

    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    assert event_loop.run(loop()) is event_loop.run(loop())


def test_hypothesis_shrinks_while_days_pass() -> None:
    """Days that pass in a test do not make Hypothesis give up shrinking."""
    smallest: list[list[int]] = []

    with FrozenClock(NOON) as clock:

        @settings(database=None, deadline=None, derandomize=True, max_examples=200)
        @given(st.lists(st.integers(0, 100)))
        def property_(numbers: list[int]) -> None:
            clock.move_to(datetime.now(UTC) + timedelta(days=1))
            if sum(number > 10 for number in numbers) >= 2:
                smallest.append(numbers)
                raise AssertionError

        with pytest.raises(AssertionError):
            property_()

    assert smallest[-1] == [11, 11]


def test_a_clock_that_is_not_frozen_cannot_be_moved() -> None:
    """Moving it by mistake is an error with its remedy."""
    with pytest.raises(RuntimeError, match="enter it with `with`"):
        FrozenClock().move_to(NOON)
