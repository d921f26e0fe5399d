"""The seed: the documentation that the law is made from, sentence by sentence.

The copy is reStructuredText. What is markup alone is left out here: underlines of headings, names
of directives and their options, bullets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

BEFORE_THE_FIRST_HEADING: Final = "Before the first heading"

_BEGINNING: Final = ".. The text of the page begins below this line.\n"
_END: Final = ".. The text of the page ends above this line.\n"
_UNDERLINE: Final = re.compile(r"([=~-])\1{2,}")
_MARKUP: Final = re.compile(
    r"\s*(?:\.\. (?:code-block|list-table|note|important)::.*|:[\w-]+:( .*)?)"
)
_BULLET: Final = re.compile(r"\s*(?:\* - |\* |- |\.\. (?!\w+::|_))")
_CODE: Final = re.compile(r"\s*\.\. code-block::")
_LITERAL: Final = re.compile(r"``.+?``|`.+?`")
_END_OF_SENTENCE: Final = re.compile(r"(?<!i\.e\.)(?<!e\.g\.)(?<=\.)\s+(?=[A-Z`:*])")


class SeedSentence(NamedTuple):
    """A sentence of the seed.

    Attributes:
        text: its words, in one line.
        place: the heading it stands under; a heading stands under itself.
        line: the line of the copy at which its paragraph begins.
    """

    text: str
    place: str
    line: int


@cache
def seed_sentences() -> tuple[SeedSentence, ...]:
    """Return every sentence of the seed: headings, cells and lines of code are sentences too."""
    return tuple(sentences_of(seed_text()))


@cache
def seed_text() -> str:
    """Return the copy of the documentation, with its attribution."""
    return (files("state_store_spec") / "clauses" / "seed.rst").read_text(encoding="utf-8")


def sentences_of(text: str) -> Iterator[SeedSentence]:  # noqa: C901 - one line after the other
    """Yield the sentences of a copy, without what its makers wrote around it."""
    before, _, page = text.partition(_BEGINNING)
    first = before.count("\n") + _BEGINNING.count("\n") + 1
    lines = page.replace(_END, "\n").splitlines()
    place = BEFORE_THE_FIRST_HEADING
    paragraph: list[str] = []
    start = 0
    code_indent = -1

    def ended() -> Iterator[SeedSentence]:
        for sentence in _sentences(" ".join(paragraph)):
            yield SeedSentence(sentence, place, first + start)
        paragraph.clear()

    for index, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if code_indent >= 0 and line.strip() and indent <= code_indent:
            code_indent = -1
        if code_indent >= 0 and line.strip():
            yield SeedSentence(line.strip(), place, first + index)
        elif _UNDERLINE.fullmatch(following) and line.strip():
            yield from ended()
            place = line
            yield SeedSentence(line, place, first + index)
        elif not line.strip() or _UNDERLINE.fullmatch(line) or _MARKUP.fullmatch(line):
            yield from ended()
            if _CODE.match(line):
                code_indent = indent
        else:
            if _BULLET.match(line) or _is_term(line, following):
                yield from ended()
            if not paragraph:
                start = index
            bullet = _BULLET.match(line)
            paragraph.append(line[bullet.end() if bullet else 0 :].strip())
            if _is_term(line, following):
                yield from ended()
    yield from ended()


def _is_term(line: str, following: str) -> bool:
    """Say whether a definition stands below the line."""
    return line.startswith("**") and following.startswith("  ") and bool(following.strip())


def _sentences(paragraph: str) -> Iterator[str]:
    # A full stop inside a literal ends no sentence.
    masked = _LITERAL.sub(lambda literal: f"`{'x' * (len(literal[0]) - 2)}`", paragraph)
    start = 0
    for gap in _END_OF_SENTENCE.finditer(masked):
        yield paragraph[start : gap.start()]
        start = gap.end()
    if paragraph[start:]:
        yield paragraph[start:]
