"""Namings: from the symbols of a trace to the texts that a store gets to see.

A symbol without an entry stands for itself. Texts that JSON cannot carry, or that would fill a
screen, are described: ``{"repeat": "x", "times": 65535}`` and ``{"code_points": [55296]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from state_store_spec.records import record


@record()
class RepeatedText:
    """A text repeated a number of times."""

    repeat: str
    times: int


@record()
class CodePoints:
    """A text given by its Unicode code points: NUL and lone surrogates can be written so."""

    code_points: tuple[int, ...]


NamedText: TypeAlias = str | RepeatedText | CodePoints

Naming: TypeAlias = Mapping[str, NamedText]


def text_of(naming: Naming, symbol: str) -> str:
    """Return the text that ``symbol`` stands for."""
    named = naming.get(symbol, symbol)
    if isinstance(named, RepeatedText):
        return named.repeat * named.times
    if isinstance(named, CodePoints):
        return "".join(map(chr, named.code_points))
    return named
