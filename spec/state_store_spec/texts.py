"""What is special about a text, and what makes two texts easy to take for one."""

from __future__ import annotations

import unicodedata
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final, Literal, TypeAlias

Trait: TypeAlias = Literal[
    "empty", "beyond-ascii", "beyond-the-basic-plane", "large", "blank-edge", "control"
]
Likeness: TypeAlias = Literal[
    "case", "accents", "normalization", "trailing-blanks", "pattern", "prefix"
]

LARGE_BYTES: Final = 4096
"""From this size on, stores that inline small values take another path."""


@lru_cache(maxsize=4096)
def traits(text: str) -> frozenset[Trait]:
    """Name what storage trips over in the text."""
    found: set[Trait] = set()
    if not text:
        found.add("empty")
    if not text.isascii():
        found.add("beyond-ascii")
    if any(character > "\uffff" for character in text):
        found.add("beyond-the-basic-plane")
    if len(text.encode("utf-8", "surrogatepass")) >= LARGE_BYTES:
        found.add("large")
    if text != text.strip():
        found.add("blank-edge")
    if any(unicodedata.category(character) == "Cc" for character in text):
        found.add("control")
    return frozenset(found)


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> frozenset[Likeness]:
    """Name the foldings that would take two different texts for one."""
    found: set[Likeness] = set()
    if one == other:
        return frozenset()
    if one.casefold() == other.casefold():
        found.add("case")
    if _without_marks(one) == _without_marks(other):
        found.add("accents")
    if unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other):
        found.add("normalization")
    if one.rstrip() == other.rstrip():
        found.add("trailing-blanks")
    if _matches(one, other) or _matches(other, one):
        found.add("pattern")
    if one and other and (one.startswith(other) or other.startswith(one)):
        found.add("prefix")
    return frozenset(found)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _matches(pattern: str, text: str) -> bool:
    """Say whether ``text`` is found by ``pattern`` read as SQL LIKE or as a glob."""
    as_glob = pattern.replace("%", "*").replace("_", "?")
    return fnmatchcase(text, pattern) or fnmatchcase(text, as_glob)
