"""No sentence of the documentation is forgotten, and none is made up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from state_store_spec import Clause, ClauseFileError, load_clauses, uncovered_sentences
from state_store_spec.clause import Quote
from state_store_spec.documents import SEED
from state_store_spec.seed import SeedSentence, seed_sentences, seed_text, sentences_of
from state_store_spec.seed_coverage import _entries, load_not_testable, occurs_in_seed

CLAUSES = load_clauses()
QUOTED = sorted(set(seed_sentences()) - set(uncovered_sentences(not_testable=())))


def without_quotes_of(sentence: SeedSentence) -> list[Clause]:
    """Return the clauses without every quote that has the sentence."""
    return [
        replace(
            clause,
            quotes=tuple(
                quote
                for quote in clause.quotes
                if quote.place != sentence.place
                or (sentence.text not in quote.text and quote.text not in sentence.text)
            ),
        )
        for clause in CLAUSES
    ]


def test_no_sentence_is_forgotten() -> None:
    """Each sentence is quoted whole by a clause, or given up with a reason."""
    assert () == uncovered_sentences()


def test_a_quote_that_is_taken_away_is_missed() -> None:
    """Without the quotes that have a sentence, the sentence is named as forgotten."""
    assert len(QUOTED) > 80
    for sentence in QUOTED:
        assert sentence in uncovered_sentences(without_quotes_of(sentence))


def test_a_reason_that_is_taken_away_is_missed() -> None:
    """Without one entry of the list of what is not testable, its sentences are forgotten."""
    entries = load_not_testable()
    for entry in entries:
        others = [other for other in entries if other is not entry]

        assert uncovered_sentences(not_testable=others), entry.quote.text


def test_half_a_quote_covers_no_sentence() -> None:
    """A sentence is covered by quotes that together have all of its words, and by no fewer."""
    place = "``default_retention_days``"
    sentence = next(s for s in seed_sentences() if s.text.startswith("Set to ``0`` to disable"))
    clauses = without_quotes_of(sentence)
    first, second = (
        Quote("Set to ``0`` to", place),
        Quote("disable time-based cleanup entirely.", place),
    )

    def forgotten(*quotes: Quote) -> bool:
        changed = [replace(clauses[0], quotes=(*clauses[0].quotes, *quotes)), *clauses[1:]]
        return sentence in uncovered_sentences(changed)

    assert forgotten(first)
    assert forgotten(second)
    assert not forgotten(first, second)
    assert forgotten(first, replace(second, place="``backend``"))


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_quotes_are_the_words_of_the_seed(clause: Clause) -> None:
    """Each quote of the seed stands there, word for word, under the heading it names."""
    quoted = [quote for quote in clause.quotes if quote.document == SEED]

    assert [] == [quote for quote in quoted if not occurs_in_seed(quote)]


def test_what_is_not_testable_is_still_there() -> None:
    """Each entry of the list stands in the documentation and is quoted by no clause."""
    assert [] == [entry for entry in load_not_testable() if not occurs_in_seed(entry.quote)]
    assert [] == [entry for entry in load_not_testable() if not entry.reason]
    quoted = {(quote.text, quote.place) for clause in CLAUSES for quote in clause.quotes}
    assert [] == [
        entry for entry in load_not_testable() if (entry.quote.text, entry.quote.place) in quoted
    ]


@pytest.mark.parametrize(
    "quote",
    [
        Quote("Rows whose ``expires_at <= now()`` are deleted.", "Garbage collection semantics"),
        Quote("Rows whose ``expires_at < now()`` are deleted.", "``backend``"),
        Quote("Rows whose ``expires_at < now()`` are deleted.", "No such heading"),
        Quote(
            "Rows whose ``expires_at < now()`` are deleted.",
            "Garbage collection semantics",
            "administration-and-deployment/task-and-asset-state-store",
        ),
    ],
    ids=["other words", "another heading", "no heading", "another document"],
)
def test_a_quote_that_is_made_up_is_noticed(quote: Quote) -> None:
    """Words that the documentation does not have at this place do not occur in it."""
    assert not occurs_in_seed(quote)


def test_no_word_of_the_page_is_lost_by_splitting() -> None:
    """The sentences have every word of the page, in its order, but for markup alone."""
    page = seed_text().partition("begins below this line.")[2]
    page = page.replace(".. The text of the page ends above this line.", "")
    markup = r"(?m)^\s*(?:\.\. (?:code-block|list-table|note|important)::.*|:[\w-]+: .*|:[\w-]+:)$"
    words = re.findall(r"\w+", re.sub(markup, "", page))

    assert words == re.findall(r"\w+", " ".join(sentence.text for sentence in seed_sentences()))


def test_sentences_stand_where_they_say() -> None:
    """The line of a sentence is a line of the copy at which its paragraph begins."""
    lines = seed_text().splitlines()
    for sentence in seed_sentences():
        paragraph = " ".join(" ".join(lines[sentence.line - 1 : sentence.line + 10]).split())

        assert " ".join(sentence.text.split()[:5]) in paragraph
    headings = [s for s in seed_sentences() if s.text == s.place]
    assert all(lines[heading.line - 1] == heading.text for heading in headings)
    assert len(headings) == len({sentence.place for sentence in seed_sentences()}) - 1


def test_the_copy_names_its_source() -> None:
    """Whoever opens the copy learns whose text it is, and under which license."""
    head = seed_text().partition("begins below this line.")[0]

    assert "pull request 67299" in head
    assert "https://github.com/apache/airflow/pull/67299#discussion_r3341115883" in head
    assert "Apache License, Version 2.0" in head
    assert "The Apache Software Foundation" in head


def test_sentences_of_every_kind_of_markup() -> None:
    """Lists, tables, definitions, code, headings and literals are split as a reader would."""
    text = (
        "Head\n.. The text of the page begins below this line.\n"
        "Title\n=====\n\nOne. Two (e.g. ``A. B``). ``Three`` is i.e. ``X``.\n\n"
        "* first\n* second\n  goes on\n\n.. note::\n\n   Noted. Well.\n\n"
        ".. code-block:: ini\n\n    [a]\n    b = c. D\n\nAfter.\n\n"
        ".. list-table::\n   :widths: 1 2\n\n   * - Cell. Other.\n     - ``x: y``\n\n"
        "**Term**\n  Defined.\n"
    )

    assert [
        (3, "Title"),
        (6, "One."),
        (6, "Two (e.g. ``A. B``)."),
        (6, "``Three`` is i.e. ``X``."),
        (8, "first"),
        (9, "second goes on"),
        (14, "Noted."),
        (14, "Well."),
        (18, "[a]"),
        (19, "b = c. D"),
        (21, "After."),
        (26, "Cell."),
        (26, "Other."),
        (27, "``x: y``"),
        (29, "**Term**"),
        (30, "Defined."),
    ] == [(sentence.line, sentence.text) for sentence in sentences_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "> Words.\n>\n> — Heading\n",
        "A reason.\n\n> Words.\n",
        "A reason.\n\n## New\n\n> W.\n>\n> — H\n",
    ],
    ids=["no reason", "no place", "a reason of another heading"],
)
def test_malformed_list_of_what_is_not_testable(text: str) -> None:
    """A quote without reason or place is refused with its line."""
    with pytest.raises(ClauseFileError, match=r"^clauses/not-testable\.md:\d+: expected a reason"):
        list(_entries(text))
