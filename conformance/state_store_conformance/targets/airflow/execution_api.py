"""The Execution API application of Airflow behind a server of its own on the loopback device.

In the same process, because there the clock is frozen; over a real connection, because what an
HTTP client and a server do to a path is part of the way of a key.
"""

from __future__ import annotations

import socket
import threading
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import uvicorn
from airflow.api_fastapi.app import create_app
from airflow.api_fastapi.execution_api.app import _jwt_generator
from airflow.sdk.api.client import BearerAuth, Client

_WAIT_SECONDS: Final = 60


class ExecutionAPI(AbstractContextManager["ExecutionAPI"]):
    """Serves the application while it is entered.

    Attributes:
        client: the HTTP client of the task SDK; :meth:`act_as` says who it is.
    """

    client: Any

    def __init__(self) -> None:
        application = create_app(apps="execution")
        configuration = uvicorn.Config(application, log_config=None, access_log=False, ws="none")
        self._server = uvicorn.Server(configuration)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listening]}, daemon=True
        )
        self._tokens = _jwt_generator()

    def __enter__(self) -> Self:
        self._thread.start()
        port = self._listening.getsockname()[1]
        # The connection waits in the queue of the socket until the application is up.
        self.client = Client(
            base_url=f"http://127.0.0.1:{port}/execution/", token="", timeout=_WAIT_SECONDS
        )
        self.client.get("health/ping")
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join(_WAIT_SECONDS)
        self._listening.close()

    def act_as(self, task_instance_id: UUID) -> None:
        """Give the client a new token of a task instance: a clock that jumps ends old ones."""
        token = self._tokens.generate({"sub": str(task_instance_id)})
        self.client.auth = BearerAuth(token)
