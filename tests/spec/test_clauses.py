"""What holds of the clauses as a whole: ids, order, sources, and the code that speaks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import state_store_spec
from state_store_spec import Clause, load_clauses
from state_store_spec.clause import NEEDS, OPERATION_NAMES
from state_store_spec.clause_files import CHAPTERS
from state_store_spec.documents import DOCUMENTS
from state_store_spec.profiles import PROFILES, Profile
from state_store_spec.situations import SITUATIONS

ROOT = Path(__file__).resolve().parents[2]
SPEC = Path(state_store_spec.__file__).parent
CLAUSES = load_clauses()
CLAUSE_ID = re.compile(
    rf"\b(?:{'|'.join(sorted({clause.id.partition('-')[0] for clause in CLAUSES}))})-\d+\b"
)

# Clauses that no trace shows, whose tests are not written yet. A clause leaves this list when a
# test below one of its paths names it.
AWAITED: set[str] = set()


def by_id(clause: Clause) -> str:
    """Name a test after its clause."""
    return clause.id


def ids_in(*folders: str) -> dict[str, list[str]]:
    """Return the clause ids in the modules below folders of the spec, with the modules."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted((SPEC / folder).rglob("*.py")):
            for clause_id in CLAUSE_ID.findall(path.read_text(encoding="utf-8")):
                found.setdefault(clause_id, []).append(path.relative_to(SPEC).as_posix())
    return found


def modules_of(path: str) -> Iterator[Path]:
    """Yield the test modules at or below a path of the project."""
    found = ROOT / path
    if found.is_file():
        yield found
    else:
        yield from sorted(found.rglob("test_*.py"))


def test_there_are_clauses_of_every_kind() -> None:
    """The checks below have something to look at."""
    assert [clause for clause in CLAUSES if clause.testable]
    assert [clause for clause in CLAUSES if clause.outside_traces]
    assert [clause for clause in CLAUSES if clause.is_interpretation]


def test_traces_can_speak_of_every_clause() -> None:
    """Every operation that a clause names is in the trace language."""
    assert {c.id: c.missing_operations for c in CLAUSES if c.missing_operations} == {}


def test_ids_count_up_within_a_chapter() -> None:
    """The clauses of a chapter are numbered in their order, from 1 and without a gap."""
    chapters: dict[str, list[str]] = {}
    for clause in CLAUSES:
        chapters.setdefault(clause.source_file, []).append(clause.id)
    expected = {
        source: [f"{ids[0].partition('-')[0]}-{number}" for number in range(1, len(ids) + 1)]
        for source, ids in chapters.items()
    }

    assert expected == chapters


def test_every_file_is_a_chapter_that_is_read() -> None:
    """No clause file lies there unread."""
    files = {path.stem for path in (SPEC / "clauses").glob("*.md")}

    assert {*CHAPTERS, "not-testable"} == files


@pytest.mark.parametrize("clause", CLAUSES, ids=by_id)
def test_sentence_is_one_sentence(clause: Clause) -> None:
    """A clause says one thing: its sentence ends once, at its end."""
    assert re.fullmatch(r"[^.]*(?:\.(?! [A-Z`])[^.]*)*\.", clause.sentence)
    assert len(clause.sentence.split()) >= 7


@pytest.mark.parametrize("clause", CLAUSES, ids=by_id)
def test_clause_holds_in_known_profiles(clause: Clause) -> None:
    """A clause names at least one profile, and none that does not exist."""
    assert clause.profiles
    assert set(clause.profiles) - PROFILES.keys() == set()


@pytest.mark.parametrize("clause", CLAUSES, ids=by_id)
def test_clause_can_be_shown_or_says_why_not(clause: Clause) -> None:
    """A clause has examples and situations, or tests elsewhere, or operations still to come."""
    if clause.testable:
        assert clause.examples
        assert clause.situations
    else:
        assert () == clause.examples
        assert () == clause.situations
        assert clause.missing_operations or clause.outside_traces


@pytest.mark.parametrize("clause", CLAUSES, ids=by_id)
def test_tests_outside_traces_name_the_clause(clause: Clause) -> None:
    """Each path of tests leads to a test that names the clause, or the clause awaits it."""
    unnamed = [
        path
        for path in clause.outside_traces
        if not any(
            re.search(rf"\b{clause.id}\b", module.read_text(encoding="utf-8"))
            for module in modules_of(path)
        )
    ]

    if clause.id in AWAITED:
        assert list(clause.outside_traces) == unnamed, f"take {clause.id} off the list AWAITED"
    else:
        assert [] == unnamed


def test_awaited_clauses_exist() -> None:
    """The list of awaited tests names clauses whose tests lie outside traces."""
    assert AWAITED - {clause.id for clause in CLAUSES if clause.outside_traces} == set()


def test_the_code_names_clauses_that_exist() -> None:
    """Every clause id in a comment, docstring or judgment of the spec is one of the clauses."""
    known = {clause.id for clause in CLAUSES}

    assert {clause: places for clause, places in ids_in(".").items() if clause not in known} == {}


@pytest.mark.parametrize("clause", [clause for clause in CLAUSES if clause.testable], ids=by_id)
def test_the_oracle_or_the_judgment_names_the_clause(clause: Clause) -> None:
    """Whoever reads a clause finds its line in the code."""
    assert clause.id in ids_in("oracle", "judgment", "situations")


def test_situations_and_clauses_belong_together() -> None:
    """A clause names situations that exist, and each situation gives a clause its meaning."""
    named = {name for clause in CLAUSES for name in clause.situations}

    assert SITUATIONS.keys() == named


@pytest.mark.parametrize("clause", CLAUSES, ids=by_id)
def test_nothing_is_named_twice(clause: Clause) -> None:
    """Lists of a clause have no twins, and its examples have titles of their own."""
    for names in (clause.profiles, clause.operations, clause.situations, clause.needs):
        assert len(set(names)) == len(names)
    titles = [(example.profile, example.title) for example in clause.examples]
    assert len(set(titles)) == len(titles)
    assert len(set(clause.quotes)) == len(clause.quotes)


def test_needs_and_operations_have_words() -> None:
    """What clauses need is explained, and the operations are those of the trace language."""
    assert {need for clause in CLAUSES for need in clause.needs} <= NEEDS.keys()
    assert {"get", "set", "collect", "transaction", "rename_asset"} <= OPERATION_NAMES


@pytest.mark.parametrize("name", PROFILES)
def test_clauses_of_a_profile(name: str) -> None:
    """A profile has the clauses that name it, in the same order."""
    expected = [clause.id for clause in CLAUSES if name in clause.profiles]

    assert expected == [clause.id for clause in load_clauses(name)]


IN_FORCE = [
    pytest.param(profile, clause, id=f"{clause.id} in {profile}")
    for profile in PROFILES
    for clause in load_clauses(profile)
]


@pytest.mark.parametrize(("name", "clause"), IN_FORCE)
def test_a_clause_rests_on_something_in_each_profile(name: str, clause: Clause) -> None:
    """A clause quotes a document of each of its profiles, or says why it is the law there."""
    assert {DOCUMENTS[quote.document].profile for quote in clause.quotes} <= {name}
    assert clause.quotes or clause.interpretation


@pytest.mark.parametrize(("name", "clause"), IN_FORCE)
def test_a_clause_can_be_shown_in_each_profile(name: str, clause: Clause) -> None:
    """What a profile cannot reach leaves no clause of it without situations or examples."""
    assert {example.profile for example in clause.examples} <= {name}
    if clause.testable:
        assert clause.examples
        assert clause.situations


@pytest.mark.parametrize("clause", CLAUSES, ids=by_id)
def test_quotes_are_of_documents_of_the_profiles(clause: Clause) -> None:
    """No clause quotes the documents of a profile in which it does not hold."""
    quoted = {DOCUMENTS[quote.document].profile for quote in clause.quotes}

    assert quoted - set(clause.profiles) == set()


def test_every_document_is_quoted() -> None:
    """No document is listed that nothing rests on."""
    assert DOCUMENTS.keys() == {quote.document for clause in CLAUSES for quote in clause.quotes}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_profile_names_clauses_that_are_its_own(profile: Profile) -> None:
    """A clause stands in for one that does not hold in the profile, and holds itself."""
    held = {clause.id for clause in load_clauses(profile.name)}
    known = {clause.id for clause in CLAUSES}

    assert profile.named_otherwise.keys() - (known - held) == set()
    assert set(profile.named_otherwise.values()) - held == set()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_what_is_out_of_reach_is_named_by_shared_clauses(profile: Profile) -> None:
    """A situation is given up with a reason only where a clause of the profile names it."""
    named = {
        situation
        for clause in CLAUSES
        if profile.name in clause.profiles
        for situation in clause.situations
    }

    assert profile.out_of_reach.keys() - named == set()
    assert all(profile.out_of_reach.values())
