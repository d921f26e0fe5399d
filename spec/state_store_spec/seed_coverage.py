"""The comparison of the seed with the clauses: no sentence is forgotten.

Each sentence of the seed is quoted by a clause, or stands in ``clauses/not-testable.md`` below
the reason why no clause can be made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from markdown_it import MarkdownIt

from state_store_spec.clause import Clause, Quote
from state_store_spec.clause_files import load_clauses
from state_store_spec.documents import SEED
from state_store_spec.errors import ClauseFileError
from state_store_spec.seed import SeedSentence, seed_sentences

if TYPE_CHECKING:
    from markdown_it.token import Token

_FILE: Final = "clauses/not-testable.md"
_PLACE: Final = "— "


class NotTestable(NamedTuple):
    """Words of the seed of which no clause can be made, and why."""

    quote: Quote
    reason: str
    line: int


def uncovered_sentences(
    clauses: Iterable[Clause] | None = None, not_testable: Iterable[NotTestable] | None = None
) -> tuple[SeedSentence, ...]:
    """Return the sentences of the seed that are neither quoted whole nor given up with a reason.

    Args:
        clauses: all clauses where it is left out.
        not_testable: the list of ``clauses/not-testable.md`` where it is left out.
    """
    chosen = load_clauses() if clauses is None else clauses
    given_up = load_not_testable() if not_testable is None else not_testable
    quotes: dict[str, set[str]] = {}
    for quote in (
        *(quote for clause in chosen for quote in clause.quotes if quote.document == SEED),
        *(entry.quote for entry in given_up),
    ):
        quotes.setdefault(quote.place, set()).add(quote.text)
    return tuple(
        sentence
        for place, section in _sections().items()
        for sentence in section.not_covered_by(quotes.get(place, set()))
    )


def occurs_in_seed(quote: Quote) -> bool:
    """Say whether the seed has these words, one sentence after the other, at this place."""
    section = _sections().get(quote.place) if quote.document == SEED else None
    return section is not None and quote.text in section.text


class _Section:
    """What stands under one heading: the sentences, and as one text with a blank between them."""

    def __init__(self, sentences: Iterable[SeedSentence]) -> None:
        self.sentences = tuple(sentences)
        self.text = " ".join(sentence.text for sentence in self.sentences)

    def not_covered_by(self, quotes: Iterable[str]) -> Iterator[SeedSentence]:
        """Yield the sentences of which the quotes together do not have every word."""
        covered = bytearray(len(self.text) + 1)
        for quote in quotes:
            for found in re.finditer(re.escape(quote), self.text):
                covered[found.start() : found.end()] = b"\1" * len(quote)
        start = 0
        for sentence in self.sentences:
            end = start + len(sentence.text)
            if any(
                not covered[index] and not self.text[index].isspace() for index in range(start, end)
            ):
                yield sentence
            start = end + 1


@cache
def _sections() -> dict[str, _Section]:
    places: dict[str, list[SeedSentence]] = {}
    for sentence in seed_sentences():
        places.setdefault(sentence.place, []).append(sentence)
    return {place: _Section(sentences) for place, sentences in places.items()}


@cache
def load_not_testable() -> tuple[NotTestable, ...]:
    """Return the words of the seed that no clause rests on, with the reasons.

    Raises:
        ClauseFileError: a quote has no reason above it, or no place below it.
    """
    text = (files("state_store_spec") / _FILE).read_text(encoding="utf-8")
    return tuple(_entries(text))


def _entries(text: str) -> Iterator[NotTestable]:
    reason = ""
    tokens = iter(MarkdownIt("commonmark").parse(text))
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open":
            next(tokens)  # its words are no reason
            reason = ""
        elif token.type == "inline":
            reason = _plain(token)
        elif token.type == "blockquote_open":
            inside = takewhile(lambda token: token.type != "blockquote_close", tokens)
            *words, place = [_plain(token) for token in inside if token.type == "inline"] or [""]
            if not words or not place.startswith(_PLACE) or not reason:
                raise ClauseFileError(
                    f"{_FILE}:{line}: expected a reason, and below it a quote whose last "
                    f"paragraph is the heading it stands under: '{_PLACE}Heading'."
                )
            for word in words:
                yield NotTestable(Quote(word, place.removeprefix(_PLACE)), reason, line)


def _plain(inline: Token) -> str:
    return " ".join(inline.content.split())
