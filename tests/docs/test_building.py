"""The generated pages: nothing of the law is left out, and nothing is made up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.building.oracle_lines import MOST_LINES, PACKAGE, lines_for
from docs.building.pages import write_pages
from docs.building.terminal_picture import PICTURE
from state_store_spec.clause_files import load_clauses

# Whether a call comes back is no matter of what is stored: the oracle always answers.
WITHOUT_LINES = {"METHOD-7"}
TESTABLE = [clause.id for clause in load_clauses() if clause.testable]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages."""
    folder = tmp_path_factory.mktemp("specification")
    write_pages(folder)
    return folder


@pytest.mark.parametrize("clause", TESTABLE)
def test_the_oracle_says_it(clause: str) -> None:
    """The lines that are shown name the clause, and stand where it is said."""
    lines = lines_for(clause)
    if clause in WITHOUT_LINES:
        assert lines is None
        return

    assert lines is not None
    assert re.search(rf"\b{clause}\b", lines.text)
    assert lines.text.count("\n") <= MOST_LINES
    source = (PACKAGE / lines.file).read_text(encoding="utf-8").splitlines()
    assert lines.text.splitlines()[0] == source[lines.first - 1].strip()


def test_every_clause_has_its_anchor_its_drawings_and_its_steps(written: Path) -> None:
    """Once each, on the page of its chapter."""
    text = "".join(page.read_text(encoding="utf-8") for page in written.glob("*.md"))
    anchors = re.findall(r"^\(([a-z]+-\d+)\)=$", text, flags=re.MULTILINE)
    examples = sum(len({example.title for example in one.examples}) for one in load_clauses())

    assert sorted(clause.id.lower() for clause in load_clauses()) == sorted(anchors)
    assert examples == text.count('<div class="drawn"') == text.count('class="timeline wide"')
    assert examples == text.count("| | step | must be |")


def test_the_matrix_has_a_row_for_every_clause(written: Path) -> None:
    """And the page of both profiles names each clause that only one of them has."""
    matrix = (written / "traceability.md").read_text(encoding="utf-8")
    both = (written / "profiles.md").read_text(encoding="utf-8")

    for clause in load_clauses():
        assert f"{{ref}}`{clause.id} <{clause.id.lower()}>`" in matrix
        if len(clause.profiles) == 1:
            assert f"### {{ref}}`{clause.id} <" in both


def test_the_picture_of_a_terminal_loads_nothing() -> None:
    """It is drawn with the letters of whoever reads it."""
    picture = PICTURE.read_text(encoding="utf-8")

    assert "DOES" in picture
    assert "@font-face" not in picture
    assert not re.search(r"(?:url\(|href=|src=)['\"]?https?:", picture)
