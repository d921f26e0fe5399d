"""Operations around a worker-side backend and the worker's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from state_store_spec.operations.scopes import SymbolicScope
from state_store_spec.records import record


@record()
class ConfigureWorkerBackend:
    """``[workers] state_backend`` is set, or taken away; what is stored stays as it is."""

    op: Literal["configure_worker_backend"] = "configure_worker_backend"
    on: bool


@record()
class SetWorkerClock:
    """The worker's clock goes ahead of the server's by so much; a negative duration is behind."""

    op: Literal["set_worker_clock"] = "set_worker_clock"
    ahead: timedelta


@record()
class LoseObject:
    """The worker-side store loses the object of a key, through no fault of the backend."""

    op: Literal["lose_object"] = "lose_object"
    scope: SymbolicScope
    key: str
