"""The child: enters the target, runs the traces it is given, and sends what it observes."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Final

from state_store_conformance import event_loop
from state_store_conformance.clock import FrozenClock
from state_store_conformance.errors import ConformanceError
from state_store_conformance.performance import Performance
from state_store_conformance.target import Target
from state_store_conformance.watched.messages import (
    Broke,
    Ended,
    Entered,
    Facts,
    NotEmpty,
    Observed,
    RunTrace,
    Stop,
)
from state_store_conformance.watched.position import BEFORE, SharedPosition
from state_store_spec.errors import StateStoreError
from state_store_spec.trace import Trace

_DIE_WITH_PARENT: Final = 1
_LINES_OF_A_TRACEBACK: Final = 12


def serve(
    target: Target,
    connection: Connection,
    parents_end: Connection,
    position: SharedPosition,
) -> None:
    """Enter the target and run traces until the parent closes its end of the connection."""
    parents_end.close()
    _become_a_child()
    try:
        with target:
            facts = Facts.of(target)
            # Drivers have been imported by now, with the real types of dates.
            with FrozenClock() as clock:
                connection.send(Entered(facts))
                while (message := _received(connection)) is not None:
                    if isinstance(message, RunTrace):
                        _run(target, facts, clock, message.trace, connection, position)
    except Exception as error:  # noqa: BLE001 - the parent says what it means
        _send_broken(connection, error)


def _run(
    target: Target,
    facts: Facts,
    clock: FrozenClock,
    trace: Trace,
    connection: Connection,
    position: SharedPosition,
) -> None:
    step = BEFORE

    def announce(reading: int) -> None:
        position.at(step, reading)

    position.at(BEFORE)
    performance = Performance(target, facts.for_trace(trace), clock, trace, announce)
    left_over = performance.left_over()
    if left_over is not None:
        # What the trace would show is not its own doing.
        trace = left_over
        connection.send(NotEmpty(trace))
    for step, operation in enumerate(trace.operations):
        if connection.poll():
            connection.recv()
            break
        position.at(step)
        connection.send(Observed.of(performance.perform(operation)))
    position.at(BEFORE)
    performance.close()
    position.rest()
    connection.send(Ended())


def _received(connection: Connection) -> RunTrace | Stop | None:
    try:
        message: RunTrace | Stop = connection.recv()
    except EOFError:
        return None
    return message


def _send_broken(connection: Connection, error: Exception) -> None:
    lines = traceback.format_exception(error, limit=-_LINES_OF_A_TRACEBACK)
    usage = isinstance(error, ConformanceError | StateStoreError)
    connection.send(Broke(type(error).__name__, str(error), usage, "".join(lines)))


def _become_a_child() -> None:
    # What a backend prints is no part of a report on standard output.
    os.dup2(sys.stderr.fileno() if _has_file(sys.stderr) else 2, 1)
    # The parent is told of an interruption as well, and ends the child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        # A backend that hangs does not outlive a parent that was killed.
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    # The loop of the parent, if it has one, is not to be shared.
    event_loop.forget()


def _has_file(stream: object) -> bool:
    try:
        stream.fileno()  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        return False
    return True
