"""Clause files: the chapters of the law as Markdown, read into clauses.

A chapter is a heading of the first level, ``# GC: Garbage collection``, and words about it. A
clause is a heading of the second level, ``## GC-3: title``, and below it

- its sentence, the first paragraph;
- **Interpretation**: a paragraph that says why the sentence reads the documentation as it does;
- block quotes: the documentation's own words, and as the last paragraph of each a dash and the
  heading they stand under, for a document of the release followed by `, in` and its name in
  backticks;
- one fenced block ``yaml clause``: the facts that machines read;
- fenced blocks ``yaml example``: traces, in force in every profile of the clause unless they name
  one;
- any other paragraph: a remark.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from pydantic import TypeAdapter, ValidationError

from state_store_spec.clause import Clause, Need, Quote
from state_store_spec.documents import DOCUMENTS, SEED
from state_store_spec.errors import ClauseFileError, TraceError, UnknownClauseError
from state_store_spec.profiles import Profile, find_profile
from state_store_spec.structured_text import MalformedTextError, as_json, complaint
from state_store_spec.trace_files import load_trace

if TYPE_CHECKING:
    from markdown_it.token import Token

    from state_store_spec.trace import Trace

FOLDER: Final = "clauses"

CHAPTERS: Final = (
    "configuration",
    "scopes",
    "values",
    "methods",
    "sessions",
    "retention",
    "collection",
    "orphans",
    "parents",
    "success",
    "accessors",
    "boundary",
    "worker-side",
    "custom-backends",
)
"""The files of the chapters, in the order in which they are read."""

_CHAPTER: Final = re.compile(r"(?P<mark>[A-Z]+): (?P<title>.+)")
_CLAUSE: Final = re.compile(r"(?P<id>(?P<mark>[A-Z]+)-[1-9][0-9]*): (?P<title>.+)")
_INTERPRETATION: Final = "**Interpretation**: "
_PLACE: Final = "— "
_IN_DOCUMENT: Final = re.compile(r"(?P<place>.+), in `(?P<document>[^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a block ``yaml clause`` holds; the fields are those of a clause."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - read by pydantic

    profiles: tuple[str, ...]
    operations: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    rests_on: tuple[str, ...] = ()
    outside_traces: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """What has been read of a clause."""

    id: str
    title: str
    line: int
    sentence: str = ""
    interpretation: str = ""
    remarks: list[str] = field(default_factory=list[str])
    quotes: list[Quote] = field(default_factory=list[Quote])
    examples: list[str] = field(default_factory=list[str])
    facts: _Facts | None = None


def load_clauses(profile: str | None = None) -> tuple[Clause, ...]:
    """Return every clause in its order, or those that hold in a profile.

    Those of a profile have what is in force there alone: the quotes of its documents, its examples,
    and the situations that can be reached.

    Raises:
        ClauseFileError: a clause file is malformed: file, line and expectation.
        UnknownProfileError: no profile has that name.
    """
    if profile is None:
        return _all_clauses()
    return _clauses_of(find_profile(profile).name)


def situations_in_force(profile: str, offered: Container[str] | None = None) -> tuple[str, ...]:
    """Return the situations that give the clauses of a profile their meaning, in their order.

    Args:
        profile: its name.
        offered: what a store offers; clauses that need anything else are left out.

    Raises:
        UnknownProfileError: no profile has that name.
    """
    named = (
        name
        for clause in load_clauses(profile)
        if offered is None or all(need in offered for need in clause.needs)
        for name in clause.situations
    )
    return tuple(dict.fromkeys(named))


def find_clause(clause_id: str) -> Clause:
    """Return the clause of that id.

    Raises:
        UnknownClauseError: no clause has that id; the message names those that are near.
    """
    clauses = {clause.id: clause for clause in _all_clauses()}
    try:
        return clauses[clause_id]
    except KeyError:
        near = get_close_matches(clause_id.upper(), clauses, n=3) or list(clauses)[:3]
        raise UnknownClauseError(
            f"{clause_id!r} is no clause of the specification. Did you mean {', '.join(near)}? "
            "`state-store spec` lists all clauses."
        ) from None


def find_clause_in(clause_id: str, profile: str) -> Clause:
    """Return the clause of that id with what is in force in a profile alone.

    Raises:
        UnknownClauseError: no clause has that id, or it does not hold in the profile; the message
            names what is near, or what the profile has in its place.
        UnknownProfileError: no profile has that name.
    """
    law = find_profile(profile)
    clause = find_clause(clause_id)
    if law.name not in clause.profiles:
        instead = law.named_otherwise.get(clause.id)
        remedy = f"It has {instead} instead." if instead else "It has nothing in its place."
        holds_in = ", ".join(clause.profiles)
        raise UnknownClauseError(
            f"{clause.id} does not hold in {law.name}, but in {holds_in}. {remedy}"
        )
    return in_force(clause, law)


def in_force(clause: Clause, profile: Profile) -> Clause:
    """Return the clause with what is in force in one of its profiles alone."""
    return replace(
        clause,
        quotes=tuple(
            quote for quote in clause.quotes if DOCUMENTS[quote.document].profile == profile.name
        ),
        examples=tuple(example for example in clause.examples if example.profile == profile.name),
        situations=tuple(name for name in clause.situations if name not in profile.out_of_reach),
    )


def read_chapter(text: str, source: str) -> tuple[Clause, ...]:
    """Read the clauses of one chapter; ``source`` names it in errors.

    Raises:
        ClauseFileError: the chapter is malformed: file, line and expectation.
    """
    return tuple(_Chapter(text, source).clauses())


@cache
def _all_clauses() -> tuple[Clause, ...]:
    folder = files("state_store_spec") / FOLDER
    clauses: list[Clause] = []
    for chapter in CHAPTERS:
        text = (folder / f"{chapter}.md").read_text(encoding="utf-8")
        clauses += read_chapter(text, f"{FOLDER}/{chapter}.md")
    _require_unique_ids(clauses)
    return tuple(clauses)


@cache
def _clauses_of(name: str) -> tuple[Clause, ...]:
    profile = find_profile(name)
    return tuple(in_force(clause, profile) for clause in _all_clauses() if name in clause.profiles)


def _require_unique_ids(clauses: Iterable[Clause]) -> None:
    seen: dict[str, Clause] = {}
    for clause in clauses:
        twin = seen.setdefault(clause.id, clause)
        if twin is not clause:
            raise ClauseFileError(
                f"{clause.source_file}:{clause.source_line}: {clause.id} is a clause already, at "
                f"{twin.source_file}:{twin.source_line}. Give it the next free number."
            )


class _Chapter:
    """The reader of one file."""

    def __init__(self, text: str, source: str) -> None:
        self._source = source
        self._tokens = iter(MarkdownIt("commonmark").parse(text))
        self._mark = ""
        self._title = ""

    def clauses(self) -> Iterator[Clause]:
        draft: _Draft | None = None
        for token in self._tokens:
            if token.type == "heading_open" and token.tag == "h2":
                if draft is not None:
                    yield self._finished(draft)
                draft = self._draft(token)
            elif token.type == "heading_open":
                self._read_chapter_heading(token)
            elif draft is not None:
                self._read(token, draft)
            elif token.type in {"blockquote_open", "fence"}:
                raise self._error(token, "expected a heading '## MARK-1: title' before it")
        if draft is None:
            raise ClauseFileError(f"{self._source}:1: expected at least one '## MARK-1: title'.")
        yield self._finished(draft)

    def _read_chapter_heading(self, token: Token) -> None:
        heading = _CHAPTER.fullmatch(self._text())
        if token.tag != "h1" or self._mark or heading is None:
            raise self._error(token, "expected one heading '# MARK: Title of the chapter'")
        self._mark, self._title = heading["mark"], heading["title"]

    def _draft(self, token: Token) -> _Draft:
        heading = _CLAUSE.fullmatch(self._text())
        if heading is None or heading["mark"] != self._mark:
            raise self._error(token, f"expected a heading '## {self._mark or 'MARK'}-1: title'")
        return _Draft(heading["id"], heading["title"], _line(token))

    def _read(self, token: Token, draft: _Draft) -> None:
        if token.type == "paragraph_open":
            self._read_paragraph(draft)
        elif token.type == "blockquote_open":
            draft.quotes.append(self._quote(token))
        elif token.type == "fence" and token.info.strip() == "yaml clause":
            if draft.facts is not None:
                raise self._error(token, f"{draft.id} has two blocks 'yaml clause'")
            draft.facts = self._facts(token)
        elif token.type == "fence" and token.info.strip() == "yaml example":
            draft.examples.append(_at_its_line(token))
        elif token.type in {"fence", "code_block", "bullet_list_open", "ordered_list_open"}:
            raise self._error(
                token,
                "expected a paragraph, a block quote, or a fenced block "
                "'yaml clause' or 'yaml example'",
            )

    def _read_paragraph(self, draft: _Draft) -> None:
        text = self._text()
        if text.startswith(_INTERPRETATION):
            draft.interpretation = text.removeprefix(_INTERPRETATION)
        elif draft.sentence:
            draft.remarks.append(text)
        else:
            draft.sentence = text

    def _quote(self, opening: Token) -> Quote:
        inside = takewhile(lambda token: token.type != "blockquote_close", self._tokens)
        *words, place = [_plain(token) for token in inside if token.type == "inline"] or [""]
        if not words or not place.startswith(_PLACE):
            raise self._error(
                opening,
                "expected words of the documentation, and as the last paragraph of the quote "
                f"the heading they stand under: '{_PLACE}Heading'",
            )
        place, document = place.removeprefix(_PLACE), SEED
        named = _IN_DOCUMENT.fullmatch(place)
        if named is not None:
            place, document = named["place"], named["document"]
        if document not in DOCUMENTS:
            raise self._error(
                opening,
                f"{document!r} is no document that clauses quote. Known are, in documents.py, "
                f"{', '.join(DOCUMENTS)}",
            )
        return Quote(" ".join(words), place, document)

    def _facts(self, token: Token) -> _Facts:
        text = _at_its_line(token)
        try:
            return _facts_adapter().validate_json(as_json(text), strict=True)
        except MalformedTextError as error:
            raise ClauseFileError(f"{self._source}:{error.line}: {error}.") from error
        except ValidationError as error:
            lines = [complaint(text, self._source, details) for details in error.errors()[:3]]
            raise ClauseFileError("\n".join(lines)) from error

    def _examples(self, texts: Iterable[str], profiles: Iterable[str]) -> Iterator[Trace]:
        """Yield each example for each profile of its clause, or for the one that it names."""
        for text in texts:
            seen: set[str] = set()
            for profile in profiles:
                try:
                    example = load_trace(text, source=self._source, profile=profile)
                except TraceError as error:
                    raise ClauseFileError(str(error)) from error
                if example.profile not in seen:
                    seen.add(example.profile)
                    yield example

    def _finished(self, draft: _Draft) -> Clause:
        place = f"{self._source}:{draft.line}: {draft.id}"
        if not draft.sentence:
            raise ClauseFileError(f"{place} has no sentence. Write one paragraph below it.")
        if draft.facts is None:
            raise ClauseFileError(f"{place} has no fenced block 'yaml clause'. Write its facts.")
        if not draft.quotes and not draft.interpretation:
            raise ClauseFileError(
                f"{place} rests on nothing. Quote the documentation, or say why it is the law in "
                f"a paragraph that begins with '{_INTERPRETATION.strip()}'."
            )
        return Clause(
            id=draft.id,
            chapter=self._title,
            title=draft.title,
            sentence=draft.sentence,
            remarks=tuple(draft.remarks),
            quotes=tuple(draft.quotes),
            interpretation=draft.interpretation,
            profiles=draft.facts.profiles,
            operations=draft.facts.operations,
            situations=draft.facts.situations,
            needs=draft.facts.needs,
            rests_on=draft.facts.rests_on,
            outside_traces=draft.facts.outside_traces,
            examples=tuple(self._examples(draft.examples, draft.facts.profiles)),
            source_file=self._source,
            source_line=draft.line,
        )

    def _text(self) -> str:
        return _plain(next(self._tokens))

    def _error(self, token: Token, message: str) -> ClauseFileError:
        return ClauseFileError(f"{self._source}:{_line(token)}: {message}.")


@cache
def _facts_adapter() -> TypeAdapter[_Facts]:
    return TypeAdapter(_Facts)


def _plain(inline: Token) -> str:
    """Return the text as it was written, in one line."""
    return " ".join(inline.content.split())


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _at_its_line(fence: Token) -> str:
    """Return what a fenced block holds, below as many empty lines as stand before it."""
    return "\n" * _line(fence) + fence.content
