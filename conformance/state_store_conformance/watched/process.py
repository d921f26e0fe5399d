"""The parent's side: it starts a child, sends traces, and ends it when it does not answer."""

from __future__ import annotations

import math
import multiprocessing
import signal
import time
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, islice
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from types import TracebackType
from typing import Final, Self

from state_store_conformance import errors
from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.errors import BrokenFixtureError, TargetUnavailableError
from state_store_conformance.reading_back import places_to_read
from state_store_conformance.side_by_side import Hearing, Run, heard
from state_store_conformance.target import Target
from state_store_conformance.watched.child import serve
from state_store_conformance.watched.messages import (
    Broke,
    Ended,
    Entered,
    Facts,
    Message,
    NotEmpty,
    Observed,
    RunTrace,
    Stop,
)
from state_store_conformance.watched.position import (
    BEFORE,
    NO_READING,
    Position,
    SharedPosition,
)
from state_store_spec.answers import NoAnswer, Reading
from state_store_spec.operations import Get
from state_store_spec.profiles import Profile
from state_store_spec.trace import Observation, Trace

DEFAULT_CALL_TIMEOUT_SECONDS: Final = 5.0
_HURRIED_SECONDS: Final = 0.5
# What has not come back in this part of its time when the budget is spent is taken to hang.
_SHARE_THAT_TELLS: Final = 0.5
_START_TIMEOUT_SECONDS: Final = 60.0
_FAREWELL_SECONDS: Final = 2.0
_SHORTEST_WAIT_SECONDS: Final = 0.001
NEVER_ALIAS: Final = "SCOPE-3"
"""The clause that is broken where a store is not empty under names that nobody has used."""

_FORK: Final = multiprocessing.get_context("fork")


class WatchedTarget:
    """A target in a child process, and the runs of traces on it.

    Args:
        target: is entered in the child, and left there.
        profile: the law.
        call_timeout_seconds: how long one call may take.
    """

    def __init__(
        self,
        target: Target,
        profile: Profile,
        call_timeout_seconds: float = DEFAULT_CALL_TIMEOUT_SECONDS,
    ) -> None:
        self.profile = profile
        self.call_timeout_seconds: float = call_timeout_seconds
        self._patient_seconds = call_timeout_seconds
        self.give_up_at: float | None = None
        """When waiting must end, by ``time.perf_counter``, whatever the child does."""
        self._given = target
        self._position = SharedPosition()
        self._last_seen = self._position.read()
        self._process: ForkProcess | None = None
        self._connection: Connection | None = None
        self._facts: Facts | None = None
        self._ran = Trace()

    @property
    def target(self) -> Facts:
        """What the target says of itself; only after it was entered."""
        if self._facts is None:
            raise RuntimeError("The target is not entered: use `with` before asking for its facts.")
        return self._facts

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def run(self, trace: Trace) -> Run:
        """Run the trace on the oracle and in the child, to its end or the first step that differs.

        Raises:
            BrokenFixtureError: making the store of the trace broke, or did not come back.
            BudgetSpentError: there was no time to wait for an answer.
        """
        self._be_ready()
        observations = self._observations(trace)
        try:
            begun = [*islice(observations, 1)]
            hearing = Hearing(self.target.for_trace(trace), self.profile, self._ran)
            run = heard(
                self._ran, map(hearing.hear, self._ran.operations, chain(begun, observations))
            )
        finally:
            observations.close()
        if self._ran is not trace and run.came_back:
            # It reads what another trace has left, under names that it does not share.
            run.differences = tuple(
                replace(difference, clause=NEVER_ALIAS) for difference in run.differences
            )
        return run

    def observed(self, trace: Trace) -> tuple[Observation, ...]:
        """Run the trace in the child without judging it, as far as it goes."""
        self._be_ready()
        return tuple(self._observations(trace))

    @contextmanager
    def hurried(self) -> Generator[None]:
        """Take a call for one that hangs much sooner, while it lasts.

        To make a trace shorter that hangs, it has to hang many times.
        """
        patient = self.call_timeout_seconds
        self.call_timeout_seconds = min(patient, _HURRIED_SECONDS)
        try:
            yield
        finally:
            self.call_timeout_seconds = patient

    def _observations(self, trace: Trace) -> Generator[Observation]:
        self._send(RunTrace(trace))
        self._ran = trace
        places = places_to_read(trace)
        seen = 0
        try:
            while seen < len(trace.operations):
                message = self._received()
                if isinstance(message, NoAnswer):
                    yield self._without_answer(trace, places, message)
                    return
                if isinstance(message, Broke):
                    raise _broken(message)
                if isinstance(message, NotEmpty):
                    trace = self._ran = message.trace
                if isinstance(message, Observed):
                    seen += 1
                    yield message.whole(places)
        finally:
            self._finish(stop=seen < len(trace.operations))

    def _without_answer(
        self, trace: Trace, places: Sequence[Get], no_answer: NoAnswer
    ) -> Observation:
        """Give what was observed of a call that did not come back."""
        step, reading, _ = self._last_seen
        if reading != NO_READING:
            get = places[reading]
            if step != BEFORE:
                return Observation(read=(Reading(scope=get.scope, key=get.key, answer=no_answer),))
            self._ran = trace.with_operations((get,))
        elif step == BEFORE:
            raise BrokenFixtureError(
                f"Making a store did not come back: {no_answer.detail}. Whatever makes the "
                "backend has to return, and in less time."
            )
        return Observation(answer=no_answer)

    def _finish(self, *, stop: bool) -> None:
        """Let the child end the store of the trace, so that it is ready for the next one."""
        if self._connection is None:
            return
        try:
            if stop:
                self._send(Stop())
            while not isinstance(message := self._received(), Ended):
                if isinstance(message, NoAnswer | Broke):
                    # Nothing was asked of the backend any more; the next trace has a new child.
                    self._end()
                    return
        except BudgetSpentError:
            self._end()

    def _be_ready(self) -> None:
        if self._process is not None:
            return
        # Another child costs time, too, of which there has to be some left.
        if self.give_up_at is None:
            self._start()
        elif (left := self.give_up_at - time.perf_counter()) <= 0 or not self._start(left):
            raise BudgetSpentError

    def _start(self, seconds_left: float = math.inf) -> bool:
        """Start a child, and say whether it was ready in the time that is left."""
        here, there = _FORK.Pipe()
        self._position.rest()
        process = _FORK.Process(
            target=serve, args=(self._given, there, here, self._position), daemon=False
        )
        with warnings.catch_warnings():
            # The child calls nothing that other threads of the parent could have locked.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        there.close()
        self._process, self._connection = process, here
        patience: float = getattr(self._given, "start_timeout_seconds", _START_TIMEOUT_SECONDS)
        if not here.poll(min(patience, seconds_left)):
            process.kill()
            self._end()
            if seconds_left < patience:
                return False
            raise TargetUnavailableError(
                f"The target was not ready after {patience:g} s: importing or "
                "entering it does not come back. Let it do its work when it is called."
            )
        message = self._received()
        if isinstance(message, Entered):
            self._facts = message.facts
            return True
        self._end()
        if isinstance(message, Broke):
            raise _broken(message)
        detail = message.detail if isinstance(message, NoAnswer) else "it sent something else"
        raise BrokenFixtureError(
            f"The target could not be entered: {detail}. Import its module and make it by hand "
            "to see why."
        )

    def _end(self) -> None:
        """End the child, whatever it is doing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            # One that waits for a trace ends by itself, and gives back what it holds.
            if self._position.read().since == 0.0:
                self._process.join(_FAREWELL_SECONDS)
            if self._process.is_alive():
                self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None

    def _send(self, message: RunTrace | Stop) -> None:
        if self._connection is not None:
            # A child that has ended is noticed by its silence.
            with suppress(BrokenPipeError, ConnectionResetError):
                self._connection.send(message)

    def _received(self) -> Message | NoAnswer:
        """Wait for the next message as long as the child may take for a call.

        Raises:
            BudgetSpentError: there is no time to wait that long.
        """
        connection, process = self._connection, self._process
        if connection is None or process is None:
            raise RuntimeError("There is no child to wait for.")
        while not connection.poll(self._patience()):
            self._last_seen = position = self._position.read()
            waited = time.monotonic() - position.since if position.since else 0.0
            limit = self._limit(position)
            if waited >= limit:
                self._end()
                return NoAnswer("hung", f"it hung for {limit:g} s")
            if self.give_up_at is not None and time.perf_counter() >= self.give_up_at:
                self._end()
                # In a small budget there may be no time for more than that.
                if waited >= limit * _SHARE_THAT_TELLS:
                    return NoAnswer("hung", f"it hung for {waited:.1f} s, and time was up")
                raise BudgetSpentError
        try:
            message: Message = connection.recv()
        except (EOFError, ConnectionResetError):
            self._last_seen = self._position.read()
            process.join(_FAREWELL_SECONDS)
            how = _ending(process.exitcode)
            self._end()
            return NoAnswer("ended", how)
        return message

    def _limit(self, position: Position) -> float:
        """Give the seconds that the child may take; to make a store is never hurried."""
        makes = position.step == BEFORE and position.reading == NO_READING
        return self._patient_seconds if makes else self.call_timeout_seconds

    def _patience(self) -> float:
        position = self._position.read()
        waited = time.monotonic() - position.since if position.since else 0.0
        patience = self._limit(position) - waited
        if self.give_up_at is not None:
            patience = min(patience, self.give_up_at - time.perf_counter())
        return max(patience, _SHORTEST_WAIT_SECONDS)


def _ending(status: int | None) -> str:
    if status is None:
        return "it closed its connection"
    if status < 0:
        return f"it ended its process by {signal.Signals(-status).name}"
    return f"it ended its process with status {status}"


def _broken(message: Broke) -> Exception:
    """Give the error of the child as one of this process."""
    kind: object = getattr(errors, message.error, None)
    if isinstance(kind, type) and issubclass(kind, errors.ConformanceError):
        return kind(message.message)
    if message.usage:
        return errors.ConformanceError(message.message)
    return BrokenFixtureError(
        f"Something else than the backend broke: {message.error}: {message.message}\n"
        f"{message.lines}".rstrip()
    )
