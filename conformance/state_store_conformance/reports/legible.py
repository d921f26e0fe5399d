"""Text of a target as text of a report: what cannot be printed is spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

_MARKED: Final = re.compile(
    r"(?P<fence>`+)(?P<code>.+?)(?P=fence)(?!`)|\*\*(?P<strong>[^*]+)\*\*", re.DOTALL
)


def legible(text: str) -> str:
    r"""Spell out what XML forbids, UTF-8 lacks or a reader cannot see: NUL becomes ``\x00``.

    Lone surrogates, control characters, marks that turn the direction of writing around, and
    blanks that are no plain blank are among it. Line breaks stay.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character == "\n"
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


class Span(NamedTuple):
    """A piece of a sentence.

    Attributes:
        text: what stands there, legible.
        kind: code stands between backticks, what is strong between two pairs of asterisks.
    """

    text: str
    kind: Literal["plain", "code", "strong"] = "plain"


def spans(sentence: str) -> Iterator[Span]:
    """Give the pieces of a sentence of the law or of the documentation."""
    end = 0
    for found in _MARKED.finditer(sentence):
        if found.start() > end:
            yield Span(legible(sentence[end : found.start()]))
        if found["code"] is not None:
            yield Span(legible(found["code"]), "code")
        else:
            yield Span(legible(found["strong"].replace("`", "")), "strong")
        end = found.end()
    if end < len(sentence):
        yield Span(legible(sentence[end:]))
