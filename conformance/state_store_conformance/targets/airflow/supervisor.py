"""The supervisor of the task SDK on the far end of a socket, as a task sees it.

What a task sends is encoded, framed, decoded and checked as in a worker; only the task's process
is missing: its end of the socket is held by who runs the trace.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

import freezegun.api
import msgspec
import structlog
from airflow.sdk.execution_time import comms, task_runner
from airflow.sdk.execution_time.supervisor import ActivitySubprocess

from state_store_conformance.targets.airflow.execution_api import ExecutionAPI
from state_store_conformance.targets.airflow.surroundings import NOBODY
from state_store_conformance.targets.airflow.vocabulary import plain
from state_store_spec import StateScope

_PARTS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo")
_SETS: Final = (
    comms.SetTaskStateStore,
    comms.SetAssetStateStoreByName,
    comms.SetAssetStateStoreByUri,
)
_FINDS: Final = (comms.TaskStateStoreResult, comms.AssetStateStoreResult)


class Crossing(NamedTuple):
    """A text that crossed the boundary between a worker and the server."""

    scope: StateScope
    key: str
    text: str


class _SeenSubprocess(ActivitySubprocess):  # type: ignore[misc]
    """A supervisor whose requests and responses are shown to somebody."""

    see: Callable[[Any], None]

    def _handle_request(self, msg: Any, log: Any, req_id: int) -> None:  # noqa: ANN401
        type(self).see(msg)
        if isinstance(msg, comms.MaskSecret):
            # Here both ends are one process, which masks it already; Airflow would ask itself.
            super().send_msg(None, req_id)
            return
        super()._handle_request(msg, log, req_id)

    def send_msg(self, msg: Any, request_id: int, error: Any = None, **options: Any) -> None:  # noqa: ANN401
        type(self).see(msg)
        super().send_msg(msg, request_id, error, **options)


class Supervisor(AbstractContextManager["Supervisor"]):
    """Serves the requests of tasks while it is entered.

    Args:
        api: leads to the server.
    """

    def __init__(self, api: ExecutionAPI) -> None:
        self._api = api
        self._recorder: Callable[[Crossing], None] = lambda _: None
        self._about: tuple[StateScope, str] | None = None
        ours, theirs = socket.socketpair()
        self._ours, self._theirs = ours, theirs
        _SeenSubprocess.see = self._see
        log = structlog.get_logger("supervisor")
        self._subprocess = _SeenSubprocess(
            id=NOBODY,
            pid=os.getpid(),
            stdin=theirs,
            process=None,
            process_log=log,
            client=api.client,
        )
        self._requests = self._subprocess.handle_requests(log)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        next(self._requests)
        self._thread.start()
        task_runner.SUPERVISOR_COMMS = comms.CommsDecoder(socket=self._ours)
        comms._FrameMixin._encoder = msgspec.msgpack.Encoder(enc_hook=_encoded)  # noqa: SLF001
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._ours.close()
        self._theirs.close()
        del task_runner.SUPERVISOR_COMMS
        comms._FrameMixin._encoder = comms._new_encoder()  # noqa: SLF001 - as it was found

    def record(self, recorder: Callable[[Crossing], None]) -> None:
        """Tell somebody of every text that crosses."""
        self._recorder = recorder

    def serve(self, task_instance_id: UUID, scope: StateScope, key: str) -> None:
        """Serve a task instance from now on; what crosses next is about a scope and a key."""
        self._api.act_as(task_instance_id)
        self._subprocess.id = task_instance_id
        self._about = (scope, key)

    def send(self, message: Any) -> None:  # noqa: ANN401 - of Airflow
        """Send what a task runner sends, and wait for the response."""
        task_runner.SUPERVISOR_COMMS.send(message)

    def _serve(self) -> None:
        decoder = msgspec.msgpack.Decoder(comms._RequestFrame)  # noqa: SLF001 - the frame of a task
        stream = self._theirs.makefile("rb")
        while length := stream.read(4):
            frame = stream.read(int.from_bytes(length, "big"))
            self._requests.send(decoder.decode(frame))

    def _see(self, message: Any) -> None:  # noqa: ANN401 - of Airflow
        if self._about is not None and isinstance(message, (*_SETS, *_FINDS)):
            text = plain(message.value)
            self._recorder(Crossing(*self._about, text if isinstance(text, str) else repr(text)))


def _encoded(value: object) -> object:
    """Encode as Airflow does; a frozen clock gives a class of its own, which no encoder knows."""
    if isinstance(value, datetime):
        parts = {name: getattr(value, name) for name in _PARTS}
        return freezegun.api.real_datetime(**parts)
    return comms._msgpack_enc_hook(value)  # noqa: SLF001 - the same for everything else
