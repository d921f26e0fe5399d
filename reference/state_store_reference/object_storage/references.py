"""References: the texts that stand in the database for values in the worker's store.

A reference is the object's path, without the base path: a function of identity and key alone
(WORKER-9), and of printable ASCII. Since any text can be a value, a text that does not begin like
a reference is a value from before the backend was configured.
"""

from __future__ import annotations

import re
from typing import Final

from state_store_reference.object_storage.errors import MalformedReferenceError
from state_store_reference.object_storage.places import (
    WORKER_ASSET_PATTERN,
    WORKER_TASK_PATTERN,
)

_BEGINNING: Final = "state-store-object:"
_SHOWN_CHARACTERS: Final = 80
_TASK_PATH: Final = re.compile(WORKER_TASK_PATTERN)
_ASSET_PATH: Final = re.compile(WORKER_ASSET_PATTERN)


def reference_to(path: str) -> str:
    """Give the reference to the object of a path."""
    return f"{_BEGINNING}{path}"


def task_path_of(stored: str) -> str | None:
    """Give the path of the object that a task's reference names, or ``None`` for a plain value.

    Raises:
        MalformedReferenceError: it begins like a reference, and leads to no object of a task.
    """
    return _path_of(stored, _TASK_PATH, "a task instance")


def asset_path_of(stored: str) -> str | None:
    """Asset variant of :func:`task_path_of`."""
    return _path_of(stored, _ASSET_PATH, "an asset")


def _path_of(stored: str, pattern: re.Pattern[str], owner: str) -> str | None:
    if not stored.startswith(_BEGINNING):
        return None
    path = stored.removeprefix(_BEGINNING)
    if pattern.fullmatch(path) is None:
        shown = stored if len(stored) <= _SHOWN_CHARACTERS else f"{stored[:_SHOWN_CHARACTERS]}..."
        raise MalformedReferenceError(
            f"{shown!r} begins like a reference and names no object of {owner}. "
            "It was changed after it was written: write the key again."
        )
    return path
