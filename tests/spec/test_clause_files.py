"""Clause files: what is read from them, and the errors that name the line of what is wrong."""

# ruff: noqa: E501 - an expected error stands in one piece
from __future__ import annotations

import re
from dataclasses import replace
from textwrap import dedent

import pytest

from state_store_spec import (
    ClauseFileError,
    UnknownClauseError,
    UnknownProfileError,
    find_clause,
    load_clauses,
)
from state_store_spec.clause import Clause, Quote
from state_store_spec.clause_files import _require_unique_ids, read_chapter
from state_store_spec.operations import Get

FENCE = "```"
FACTS = f"""{FENCE}yaml clause
profiles: [pr-67299]
operations: [get, fly]
{FENCE}"""


def chapter(body: str) -> str:
    """Return a chapter whose clauses begin on line 3."""
    return f"# GC: Garbage collection\n\n{dedent(body).replace('FACTS', FACTS)}"


def error_of(text: str) -> str:
    """Return the words by which a chapter is refused."""
    with pytest.raises(ClauseFileError) as caught:
        read_chapter(text, "gc.md")
    return str(caught.value)


def test_every_part_of_a_clause_is_read() -> None:
    """Sentence, remarks, interpretation, quotes, facts and examples are told apart."""
    text = chapter(
        f"""\
        Words about the chapter.

        ## GC-1: An expiry
        that has passed

        A row goes,
        and that is all.

        A remark.

        **Interpretation**: it is
        plain.

        > Rows are deleted.
        > All of them.
        >
        > — Garbage collection

        {FENCE}yaml clause
        profiles: [pr-67299]
        operations: [get, fly]
        situations: [read-absent]
        needs: [collection]
        outside_traces: [tests/spec]
        {FENCE}

        {FENCE}yaml example
        title: Nothing is there
        steps:
        - operation: {{op: get, scope: {{name: n}}, key: k}}
        {FENCE}
        """.replace("An expiry\n        that", "An expiry that")
    )

    (clause,) = read_chapter(text, "gc.md")

    assert clause == Clause(
        id="GC-1",
        chapter="Garbage collection",
        title="An expiry that has passed",
        sentence="A row goes, and that is all.",
        remarks=("A remark.",),
        quotes=(Quote("Rows are deleted. All of them.", "Garbage collection"),),
        interpretation="it is plain.",
        profiles=("pr-67299",),
        operations=("get", "fly"),
        situations=("read-absent",),
        needs=("collection",),
        outside_traces=("tests/spec",),
        examples=clause.examples,
        source_file="gc.md",
        source_line=5,
    )
    assert isinstance(clause.examples[0].operations[0], Get)
    assert clause.missing_operations == ("fly",)
    assert clause.is_interpretation
    assert not clause.testable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "gc.md:1: expected at least one '## MARK-1: title'."),
        ("# Collection\n", "gc.md:1: expected one heading '# MARK: Title of the chapter'."),
        (
            "# GC: One\n\n# GC: Two\n",
            "gc.md:3: expected one heading '# MARK: Title of the chapter'.",
        ),
        (
            "# GC: One\n\n### Deep\n",
            "gc.md:3: expected one heading '# MARK: Title of the chapter'.",
        ),
        (
            "# GC: One\n\n> Words.\n",
            "gc.md:3: expected a heading '## MARK-1: title' before it.",
        ),
        ("## GC-1: No chapter\n", "gc.md:1: expected a heading '## MARK-1: title'."),
        (
            chapter("## RET-1: Of another chapter\n"),
            "gc.md:3: expected a heading '## GC-1: title'.",
        ),
        (chapter("## GC-01: Zero\n"), "gc.md:3: expected a heading '## GC-1: title'."),
        (
            chapter("## GC-1: Empty\n"),
            "gc.md:3: GC-1 has no sentence. Write one paragraph below it.",
        ),
        (
            chapter("## GC-1: No facts\n\nA sentence.\n"),
            "gc.md:3: GC-1 has no fenced block 'yaml clause'. Write its facts.",
        ),
        (
            chapter("## GC-1: On nothing\n\nA sentence.\n\nFACTS\n"),
            (
                "gc.md:3: GC-1 rests on nothing. Quote the documentation, or say why it is the law in a "
                "paragraph that begins with '**Interpretation**:'."
            ),
        ),
        (
            chapter("## GC-1: Twice\n\nA sentence.\n\nFACTS\n\nFACTS\n"),
            "gc.md:12: GC-1 has two blocks 'yaml clause'.",
        ),
        (
            chapter("## GC-1: No place\n\nA sentence.\n\n> Words.\n"),
            (
                "gc.md:7: expected words of the documentation, and as the last paragraph of the quote "
                "the heading they stand under: '— Heading'."
            ),
        ),
        (
            chapter("## GC-1: Place alone\n\nA sentence.\n\n> — Words\n"),
            (
                "gc.md:7: expected words of the documentation, and as the last paragraph of the quote "
                "the heading they stand under: '— Heading'."
            ),
        ),
        (
            chapter(f"## GC-1: A list\n\nA sentence.\n\n- one\n- two\n\n{FACTS}\n"),
            (
                "gc.md:7: expected a paragraph, a block quote, or a fenced block 'yaml clause' or "
                "'yaml example'."
            ),
        ),
        (
            chapter(f"## GC-1: Python\n\nA sentence.\n\n{FENCE}python\n1\n{FENCE}\n"),
            (
                "gc.md:7: expected a paragraph, a block quote, or a fenced block 'yaml clause' or "
                "'yaml example'."
            ),
        ),
        (
            chapter(f"## GC-1: Typo\n\nA sentence.\n\n{FENCE}yaml clause\nprofile: [p]\n{FENCE}\n"),
            (
                "gc.md:8: profiles: Field required.\ngc.md:8: profile: Unexpected keyword argument, "
                "got ['p']."
            ),
        ),
        (
            chapter(
                f"## GC-1: Need\n\nA sentence.\n\n{FENCE}yaml clause\nprofiles: [p]\n"
                f"needs:\n- money\n{FENCE}\n"
            ),
            (
                "gc.md:10: needs.0: Input should be 'accessors', 'collection', 'durable', "
                "'exact-limits', 'keeps-expired-rows', 'never-expire-flag', 'never-expire-pair', "
                "'orphan-sweep', 'own-collection', 'own-expiry', 'own-limits', 'prompt-expiry', "
                "'referential', 'sessions', 'stored-rows', 'task-instances', 'unicode-keys' or "
                "'worker-side', got 'money'."
            ),
        ),
        (
            chapter(f"## GC-1: YAML\n\nA sentence.\n\n{FENCE}yaml clause\nprofiles: [p\n{FENCE}\n"),
            "gc.md:9: did not find expected ',' or ']'. Expected YAML.",
        ),
        (
            chapter(
                f"## GC-1: Example\n\nA sentence.\n\n**Interpretation**: so.\n\nFACTS\n\n"
                f"{FENCE}yaml example\ntitle: t\nsettings: {{days: 1}}\n{FENCE}\n"
            ),
            "gc.md:16: settings.days: Unexpected keyword argument, got 1.",
        ),
    ],
)
def test_malformed_chapter(text: str, message: str) -> None:
    """What is wrong is said with file and line, and with what was expected there."""
    assert message == error_of(text)


def test_two_clauses_of_one_id() -> None:
    """The second of two clauses with one id is refused, with the place of the first."""
    clause = find_clause("GC-1")

    with pytest.raises(ClauseFileError) as caught:
        _require_unique_ids([clause, find_clause("GC-2"), replace(clause, source_line=999)])

    assert (
        f"clauses/collection.md:999: GC-1 is a clause already, at {clause.source_file}:"
        f"{clause.source_line}. Give it the next free number."
    ) == str(caught.value)


def test_find_clause() -> None:
    """A clause is found by its id, where it stands in the files."""
    clause = find_clause("GC-3")

    assert ("GC-3", "Garbage collection", "clauses/collection.md") == (
        clause.id,
        clause.chapter,
        clause.source_file,
    )


@pytest.mark.parametrize(
    ("given", "near"),
    [("GC-33", "GC-3"), ("gc-3", "GC-3"), ("ORPHANS-1", "ORPHAN-1"), ("", "CONF-1")],
)
def test_unknown_clause_names_those_that_are_near(given: str, near: str) -> None:
    """A typo in an id is answered with the ids that may have been meant."""
    with pytest.raises(UnknownClauseError) as caught:
        find_clause(given)

    message = str(caught.value)
    assert message.startswith(f"{given!r} is no clause of the specification. Did you mean ")
    assert re.search(rf"\b{near}\b", message)
    assert message.endswith("? `state-store spec` lists all clauses.")


def test_unknown_profile() -> None:
    """The clauses of a profile that does not exist are not the empty list."""
    with pytest.raises(UnknownProfileError, match="'pr-1' is no profile of the specification"):
        load_clauses("pr-1")


def test_clauses_are_read_once() -> None:
    """A second call costs nothing."""
    assert load_clauses() is load_clauses()
