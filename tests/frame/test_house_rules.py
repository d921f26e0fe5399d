"""The rules of the house that no linter knows.

That everything public and every test has a docstring is ruff's to say.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    *("spec", "reference", "conformance", "zoo", "examples"),
    *("tests", "benchmarks", "docs", ".ci"),
)
MOST_LINES = 400
NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
# Written in pieces, so that this file obeys its own rule.
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME")
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:root|work|home/\w+)" + "/")


def files() -> Iterator[Path]:
    """Give every file that people write: not what tools leave behind."""
    for path in sorted(ROOT.iterdir()):
        if path.is_file() and path.name != "LICENSE" and not path.name.startswith(".coverage"):
            yield path
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def modules() -> list[Path]:
    """Give every Python module."""
    return [path for path in files() if path.suffix == ".py"]


def places(pattern: re.Pattern[str]) -> list[str]:
    """Give file and line of each place where the pattern is found."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]


def test_rules_see_files() -> None:
    """The rules look at something: all three packages, the tests and the root."""
    seen = {path.relative_to(ROOT).as_posix() for path in files()}

    assert {
        "pyproject.toml",
        "spec/state_store_spec/__init__.py",
        "reference/state_store_reference/__init__.py",
        "conformance/state_store_conformance/__init__.py",
        "tests/frame/test_house_rules.py",
    } <= seen


def test_modules_are_named_after_what_they_hold() -> None:
    """No module or folder of modules has a name that would fit anything."""
    offenders = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for part in path.relative_to(ROOT).with_suffix("").parts
        if NAMES_THAT_SAY_NOTHING & set(part.split("_"))
    ]

    assert [] == offenders


def test_modules_are_small() -> None:
    """No module is longer than a person reads in one sitting."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
    }

    assert {} == {name: length for name, length in lengths.items() if length > MOST_LINES}


@pytest.mark.parametrize("pattern", [UNFINISHED, MACHINE_PATH], ids=["unfinished", "machine path"])
def test_files_hold_no(pattern: re.Pattern[str]) -> None:
    """Nothing is marked as unfinished, and no file depends on where somebody had a clone."""
    assert [] == places(pattern)
