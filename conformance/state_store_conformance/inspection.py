"""Inspection: what can be said of a backend's class before any of its methods is called.

That a class is a backend, and that its methods take what the documentation lets callers pass
(CUSTOM-1, CUSTOM-2), no trace can show: where they are broken no trace may run at all.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

CAN_BE_MADE: Final = "CUSTOM-1"
"""The clause without which there is nothing to call."""

METHODS: Final = ("get", "set", "delete", "clear", "aget", "aset", "adelete", "aclear")

_POSITIONAL: Final = {
    "get": ("scope", "key"),
    "set": ("scope", "key", "value"),
    "delete": ("scope", "key"),
    "clear": ("scope",),
}
_KEYWORDS: Final = {
    "get": ("session",),
    "set": ("expires_at", "session"),
    "delete": ("session",),
    "clear": ("all_map_indices", "session"),
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A clause that was looked at without a trace.

    Attributes:
        clause: its id.
        complaint: what is wrong, in one sentence; empty where nothing is.
    """

    clause: str
    complaint: str = ""


def inspected(kind: type, base: type) -> tuple[Inspected, ...]:
    """Look at the class of a backend.

    Args:
        kind: the class.
        base: the class of its family that the abstract methods come from.
    """
    return (
        Inspected(CAN_BE_MADE, _open_methods(kind, base)),
        Inspected("CUSTOM-2", "; ".join(_complaints(kind))),
    )


def _open_methods(kind: type, base: type) -> str:
    missing = [name for name in METHODS if getattr(kind, name, None) is getattr(base, name, None)]
    if not missing:
        return ""
    return (
        f"{kind.__name__} leaves open {', '.join(missing)}: a backend implements all eight methods"
    )


def _complaints(kind: type) -> Iterator[str]:
    for name in METHODS:
        method: Any = inspect.getattr_static(kind, name, None)
        if isinstance(method, staticmethod | classmethod):
            method = cast("Any", method).__func__
        if not callable(method):
            continue
        is_async, plain = name not in _POSITIONAL, name.removeprefix("a")
        if not is_async and inspect.iscoroutinefunction(method):
            yield f"{name} is async: its caller waits for no coroutine"
        try:
            signature = inspect.signature(method)
        except (TypeError, ValueError):
            continue
        arguments = ["self", *_POSITIONAL[plain]]
        keywords = dict.fromkeys(_KEYWORDS[plain])
        try:
            signature.bind(*arguments, **keywords)
        except TypeError as error:
            called = ", ".join((*_POSITIONAL[plain], *(f"{word}=None" for word in keywords)))
            yield f"{name} cannot be called as {name}({called}): {error}"
        for word in keywords:
            parameter = signature.parameters.get(word)
            if parameter is not None and parameter.default is inspect.Parameter.empty:
                yield f"{name} has no default for {word}, which callers leave out"
