"""What accessors and the worker-side backend owe each other."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from state_store_reference.accessors.errors import WorkerSideError
from state_store_reference.validation import shortened

if TYPE_CHECKING:
    from collections.abc import Generator

    from state_store_spec import BaseStateBackend


def require_text(backend: BaseStateBackend, hook: str, text: object) -> str:
    """Check that a hook returned text, and give it.

    Raises:
        WorkerSideError: it did not.
    """
    if not isinstance(text, str):
        raise WorkerSideError(
            f"{type(backend).__qualname__}.{hook} returned {shortened(text)}, of type "
            f"{type(text).__name__}: references and values are text (WORKER-4). The "
            "database is as it was. Return a str from the hook."
        )
    return text


@contextmanager
def after_references_went(backend: BaseStateBackend, method: str, gone: str) -> Generator[None]:
    """Tell the worker-side backend, and say what is gone already where it raises.

    Args:
        backend: the worker-side backend.
        method: what is called on it.
        gone: what the database no longer has.

    Raises:
        WorkerSideError: from whatever the backend raised.
    """
    try:
        yield
    except Exception as error:
        raise WorkerSideError(
            f"{gone} gone from the database already, but {type(backend).__qualname__}.{method} "
            f"failed: {type(error).__name__}: {error}. What was stored there may be left behind "
            f"(WORKER-10). Call {method} of the accessor again, or remove it by hand."
        ) from error


def the_reference(key: str) -> str:
    """Say which reference is gone."""
    return f"The reference of the key {shortened(key)} is"


def all_references(owner: str) -> str:
    """Say that every reference of a task instance or an asset is gone."""
    return f"The references of this {owner} are"
