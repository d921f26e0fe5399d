"""What the code of a task works with: state by key, on the worker's side of the boundary.

``task`` and ``asset`` are the two accessors; ``retention`` turns a retention into an expiry;
``arguments`` refuses what is no key and no value; ``worker_side`` speaks with the backend that
``[workers] state_backend`` names.
"""

from __future__ import annotations

from state_store_reference.accessors.asset import AssetStateAccessor
from state_store_reference.accessors.errors import (
    ArgumentTypeError,
    RetentionError,
    WorkerSideError,
)
from state_store_reference.accessors.task import TaskStateAccessor

__all__ = [
    "ArgumentTypeError",
    "AssetStateAccessor",
    "RetentionError",
    "TaskStateAccessor",
    "WorkerSideError",
]
