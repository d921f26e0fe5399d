"""Markdown, parsed as code hosts parse it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from state_store_conformance.report import Report
from state_store_conformance.reports.markdown import markdown
from state_store_conformance.reports.templating import fenced, text_as_markdown

if TYPE_CHECKING:
    from markdown_it.token import Token


def tokens(text: str) -> list[Token]:
    """Parse with tables and with HTML, and give the tokens of every depth."""

    def all_of(level: list[Token]) -> Iterator[Token]:
        for token in level:
            yield token
            yield from all_of(token.children or [])

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return list(all_of(parser.parse(text)))


def headings(text: str) -> list[str]:
    """Give the text of each heading, behind its level."""
    found = tokens(text)
    return [
        f"{opening.tag} {inline.content}"
        for opening, inline in pairwise(found)
        if opening.type == "heading_open"
    ]


def test_the_verdict_comes_first_then_what_is_broken(failing: Report) -> None:
    """A reader who stops after the first lines knows what matters."""
    found = headings(markdown(failing))

    assert "h1 ❌ DOES NOT CONFORM" == found[0]
    assert ["h2 Broken", "h2 Known deviations", "h2 Not shown", "h2 Not applicable"] == [
        heading for heading in found if heading.startswith("h2")
    ]
    assert "h3 GC-1 An expiry that has passed" in found


def test_a_counterexample_is_a_block_of_steps_and_a_command(failing: Report) -> None:
    """The steps stand in one fence, the command to copy in another."""
    blocks = [token.content for token in tokens(markdown(failing)) if token.type == "fence"]
    steps = next(block for block in blocks if "expires in 1 hour" in block)

    assert steps.splitlines()[0].split() == ["step", "expected", "actual"]
    assert any(
        block.startswith("state-store replay ") and block.count("\n") == 1 for block in blocks
    )


def test_a_known_deviation_is_told_with_its_reason_and_its_link(failing: Report) -> None:
    """Who reads the summary sees what was accepted, and where to read on."""
    text = markdown(failing)
    links = [token.attrs["href"] for token in tokens(text) if token.type == "link_open"]

    assert "**known deviation: rows are kept for an audit**" in text
    assert ["https://example.org/7"] == links


def test_a_target_that_conforms_with_deviations_says_so(failing: Report) -> None:
    """The first line of a good report does not hide what was accepted."""
    good = replace(failing, verdict="PASS")

    assert "h1 ✅ CONFORMS, with 1 known deviation" == headings(markdown(good))[0]


def test_every_clause_has_a_row(failing: Report) -> None:
    """The table at the end holds the whole law."""
    found = tokens(markdown(failing))
    cells = [inline.content for opening, inline in pairwise(found) if opening.type == "td_open"]

    for clause in failing.clauses:
        assert clause.id in cells


def test_hostile_text_stays_text(hostile: Report) -> None:
    """No value, message, key, name or reason becomes markup, a link, a heading or a cell."""
    text = markdown(hostile)
    found = tokens(text)
    raw = [token.content.strip() for token in found if token.type.startswith("html")]

    assert ["<details>\n<summary>All clauses</summary>", "</details>"] == raw
    assert [] == [token for token in found if token.type in {"link_open", "image"}]
    assert ["th"] * 5 == [token.tag for token in found if token.type == "th_open"]
    assert not set(text) & {"\0", "\ud800", "\x1b", "\u202e"}
    assert any(r"\x00 alone \ud800 ]]> |" in token.content for token in found)
    assert text.encode()


def test_a_fence_is_longer_than_those_within() -> None:
    """Lines that look like the end of a block of code do not end it."""
    (block,) = tokens(fenced("before\n````\nafter"))

    assert "before\n````\nafter\n" == block.content


def test_a_line_break_does_not_end_a_cell() -> None:
    """A message of several lines is one cell."""
    assert "one<br>\\# two" == text_as_markdown("one\n# two")
