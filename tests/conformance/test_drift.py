"""The drift alarm: what has changed in an installed release is named, and nothing else rings it."""

# ruff: noqa: E501 - a table reads best with a row to a line
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from state_store_conformance.drift import (
    Described,
    Installed,
    NotInstalledError,
    alarms,
    described_parts,
    in_words,
)
from state_store_conformance.drift.__main__ import main, recorded
from state_store_conformance.drift.described import as_file, digest
from state_store_conformance.drift.installed import installed_file
from state_store_conformance.errors import UsageError
from state_store_spec.clause_files import load_clauses
from state_store_spec.documents import DOCUMENTS, RELEASE
from state_store_spec.profiles import PROFILES

PROFILE = "airflow-3.3"
PYTHON = '''
LIMIT = 1
WIDE: int = 2


class Store:
    """Words."""

    @property
    def size(self):
        return 1

    def sweep(self):
        return LIMIT


def other():
    return 3
'''
YAML = "store:\n  days:\n    default: '30'\nother: 1\n"


@dataclass
class Release:
    """Installed files that are made up: every quote stands in its document, and as it is told."""

    folder: Path
    version: str = RELEASE

    def __call__(self, distribution: str, path: str) -> Installed:
        """Find a file."""
        return Installed(self.folder / distribution / path, self.version)

    def write(self, distribution: str, path: str, text: str) -> None:
        """Write a file."""
        file = self.folder / distribution / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Give a release that has the words of every quote, in lines and comments of its own."""
    made = Release(tmp_path)
    words: dict[str, list[str]] = {}
    for clause in load_clauses(PROFILE):
        for quote in clause.quotes:
            words.setdefault(quote.document, []).append(quote.text)
    for name, texts in words.items():
        if DOCUMENTS[name].distribution:
            lines = (word for text in texts for word in text.split(" "))
            made.write(DOCUMENTS[name].distribution, name, "#: " + "\n    # ".join(lines))
    return made


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch, release: Release) -> tuple[Described, ...]:
    """Let a profile describe three parts and a whole file of a distribution that is made up."""
    parts = []
    for path, part, text in (
        ("store.py", "Store.sweep", PYTHON),
        ("store.py", "LIMIT", PYTHON),
        ("store.yml", "store.days", YAML),
        ("whole.txt", "", "words"),
    ):
        release.write("made-up", path, text)
        sha256 = digest(text, path, part)
        assert sha256 is not None
        parts.append(
            Described(distribution="made-up", version="1.0", path=path, part=part, sha256=sha256)
        )
    made = tuple(parts)
    monkeypatch.setattr("state_store_conformance.drift.alarm.described_parts", lambda _: made)
    return made


@pytest.mark.usefixtures("described")
def test_nothing_rings_while_nothing_has_changed(release: Release) -> None:
    """A release whose files are as they were is silent, whatever its version is."""
    release.version = "3.3.9"

    assert () == alarms(PROFILE, release)
    assert in_words((), PROFILE) == ""


@pytest.mark.usefixtures("described")
def test_what_is_beside_a_part_rings_nothing(release: Release) -> None:
    """A change of another definition, and of another section, is no alarm."""
    changed = PYTHON.replace("return 3", "return 4")
    release.write("made-up", "store.py", f"import os\n{changed}")
    release.write("made-up", "store.yml", YAML.replace("other: 1", "other: 2"))

    assert () == alarms(PROFILE, release)


@pytest.mark.parametrize(
    ("path", "text", "subject", "state"),
    [
        ("store.py", PYTHON.replace("return LIMIT", "return 0"), "Store.sweep in store.py", "has changed"),
        ("store.py", PYTHON.replace("LIMIT = 1", "LIMIT = 9"), "LIMIT in store.py", "has changed"),
        ("store.py", PYTHON.replace("def sweep", "def clean"), "Store.sweep in store.py", "is gone"),
        ("store.yml", YAML.replace("'30'", "'31'"), "store.days in store.yml", "has changed"),
        ("store.yml", YAML.replace("days", "weeks"), "store.days in store.yml", "is gone"),
        ("whole.txt", "word", "whole.txt", "has changed"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("described")
def test_a_changed_part_is_named(
    release: Release, path: str, text: str, subject: str, state: str
) -> None:
    """The message says which part of which file, and what it was written from."""
    release.version = "3.3.9"
    release.write("made-up", path, text)
    (alarm,) = alarms(PROFILE, release)

    assert subject == alarm.subject
    assert alarm.message == (
        f"{subject} {state}: profile {PROFILE} was written from made-up 1.0, and 3.3.9 is "
        f"installed ({release.folder / 'made-up' / path})."
    )


@pytest.mark.usefixtures("described")
def test_a_file_that_is_gone_is_named(release: Release) -> None:
    """A file that the release has no more rings for each of its parts."""
    (release.folder / "made-up" / "store.py").unlink()

    assert ["Store.sweep in store.py", "LIMIT in store.py"] == [
        alarm.subject for alarm in alarms(PROFILE, release)
    ]


@pytest.mark.usefixtures("described")
def test_words_that_are_gone_are_named_with_their_clause(release: Release) -> None:
    """A quote that its file no longer has rings for the clause that rests on it."""
    document = "airflow/models/asset_state_store.py"
    release.write("apache-airflow-core", document, "Persists key/value state.")
    found = alarms(PROFILE, release)

    assert {"REF-2", "REF-7"} == {alarm.subject for alarm in found}
    assert found[0].message.startswith(
        f"REF-2 quotes words that {document} of apache-airflow-core {RELEASE} does not have: "
        "“Persists key/value state scoped to an asset identity.” (AssetStateStoreModel; the "
        "clause stands in clauses/parents.md, line "
    )
    assert "mend the clauses" in in_words(found, PROFILE)
    assert f"--profile {PROFILE} --record" in in_words(found, PROFILE)


def test_a_part_is_its_whole_definition() -> None:
    """A decorator and an annotated assignment are part of what is described."""
    before = digest(PYTHON, "store.py", "Store.size")

    assert before != digest(PYTHON.replace("@property", "@cached_property"), "a.py", "Store.size")
    assert digest(PYTHON, "store.py", "WIDE") is not None
    assert digest(PYTHON, "store.py", "WIDE.size") is None
    assert digest(PYTHON, "store.py", "Store.other") is None


def test_digests_are_written_anew(described: tuple[Described, ...], release: Release) -> None:
    """What is recorded has the version and the digests of what is installed."""
    release.version = "3.3.9"
    release.write("made-up", "whole.txt", "other words")
    *same, whole = recorded(described, release)

    assert [part.sha256 for part in same] == [part.sha256 for part in described[:-1]]
    assert {"3.3.9"} == {part.version for part in (*same, whole)}
    assert digest("other words", "whole.txt", "") == whole.sha256
    assert as_file((whole,)).splitlines()[0] == "["


def test_a_part_that_is_gone_cannot_be_recorded(
    described: tuple[Described, ...], release: Release
) -> None:
    """Whoever records is told what to take off the list."""
    release.write("made-up", "store.py", "")

    with pytest.raises(UsageError, match=r"made-up 3\.3\.2 has no Store\.sweep in store\.py"):
        recorded(described, release)


def test_without_the_release_nothing_is_said() -> None:
    """Where the release is not installed the check is an error, and not a pass."""
    with pytest.raises(NotInstalledError, match=r"no-such-thing is not installed here"):
        installed_file("no-such-thing", "a.py")


def test_a_file_of_an_installed_distribution_is_found() -> None:
    """A file lies where its distribution is installed, in the version that is installed."""
    found = installed_file("click", "click/__init__.py")

    assert found.path.is_file()
    assert found.version


def test_the_command_cannot_be_asked_without_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit status 2 says that there was nothing to look at."""

    def missing(_profile: str) -> tuple[()]:
        raise NotInstalledError("apache-airflow-core is not installed here")

    monkeypatch.setattr("state_store_conformance.drift.__main__.alarms", missing)
    ran = CliRunner().invoke(main, [])

    assert ran.exit_code == 2
    assert "Error: apache-airflow-core is not installed here" in ran.output


def test_the_command_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, described: tuple[Described, ...], release: Release
) -> None:
    """The exit status 1 says that something has drifted, 0 that nothing has."""
    assert described
    monkeypatch.setattr(
        "state_store_conformance.drift.__main__.alarms", lambda profile: alarms(profile, release)
    )
    same = CliRunner().invoke(main, [])
    release.write("made-up", "whole.txt", "other words")
    drifted = CliRunner().invoke(main, [])

    assert (same.exit_code, drifted.exit_code) == (0, 1)
    assert f"are as profile {PROFILE} describes them" in same.output
    assert "whole.txt has changed" in drifted.output
    assert "Read what has changed" in drifted.output


def test_the_release_is_described_and_the_seed_is_not() -> None:
    """Every file that clauses quote is described, and no part twice."""
    parts = described_parts(PROFILE)
    quoted = {name for name, document in DOCUMENTS.items() if document.distribution}

    assert quoted - {part.path for part in parts} == set()
    assert len({part.name for part in parts}) == len(parts)
    assert {len(part.sha256) for part in parts} == {64}
    assert [name for name in PROFILES if described_parts(name)] == [PROFILE]
