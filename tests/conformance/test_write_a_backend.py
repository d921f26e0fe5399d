"""The page on writing a backend does what it shows: every block of it is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "write-a-backend.md"
_FENCED: Final = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
# The page shows the commands that people type; a test need not look as long as they do.
_THRIFTY: Final = {"check": "--max-traces", "pytest": "--state-store-max-traces"}
_TO_CONFORM: Final = 230
_TO_BREAK: Final = 40


class Block(NamedTuple):
    """A fenced block: its language and its text."""

    language: str
    text: str


def blocks() -> list[Block]:
    """Give the blocks of the page, in their order."""
    return [Block(*found) for found in _FENCED.findall(PAGE.read_text(encoding="utf-8"))]


def test_every_block_of_the_page_does_what_it_shows(tmp_path: Path) -> None:
    """Files are written, changes made, commands run in order; the output is what is shown."""
    (tmp_path / "mypackage").mkdir()
    (tmp_path / "mypackage" / "__init__.py").touch()
    (tmp_path / "tests").mkdir()
    used = []
    for block in blocks():
        if block.language in {"python", "toml"}:
            write(block.text, tmp_path)
        elif block.language == "diff":
            change(block.text, tmp_path / "mypackage" / "state.py")
        elif block.language == "console":
            run_all(block.text, tmp_path)
        used.append(block.language)

    assert {"console", "diff", "python", "toml"} == set(used)
    assert 9 <= used.count("console")


def write(text: str, folder: Path) -> None:
    """Write a file, whose first line names it."""
    name = text.splitlines()[0].removeprefix("# ")
    (folder / name).write_text(text, encoding="utf-8")


def change(text: str, file: Path) -> None:
    """Make a change; what it takes away must be there once."""
    old = "".join(f"{line[1:]}\n" for line in text.splitlines() if line.startswith("-"))
    new = "".join(f"{line[1:]}\n" for line in text.splitlines() if line.startswith("+"))
    before = file.read_text(encoding="utf-8")

    assert before.count(old) == 1
    file.write_text(before.replace(old, new), encoding="utf-8")


def run_all(text: str, folder: Path) -> None:
    """Run each command, and compare what follows it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        if command.startswith("pip install"):
            # The wheel is tried in a project of its own elsewhere.
            continue
        traces = _TO_CONFORM if "CONFORMS" in shown else _TO_BREAK
        assert_shown(shown.splitlines(), run(command, folder, traces), command)


def run(command: str, folder: Path, traces: int) -> list[str]:
    """Run a command as it stands, for no more traces than these; give the lines it writes."""
    for word, option in _THRIFTY.items():
        if f" {word} " in command:
            command = f"{command} {option} {traces}"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
    }
    ended = subprocess.run(  # noqa: S602 - the page shows a shell
        command,
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stderr == ""
    return [line.rstrip() for line in ended.stdout.splitlines()]


def assert_shown(shown: list[str], lines: list[str], command: str) -> None:
    """Say whether the lines are there, each right after the one before unless `...` is between."""
    position, gap = 0, False
    for line in shown:
        if line == "...":
            gap = True
            continue
        while gap and position < len(lines) and not fnmatchcase(lines[position], literal(line)):
            position += 1
        found = position < len(lines) and fnmatchcase(lines[position], literal(line))

        assert found, f"{command}\nshows no {line!r} in\n" + "\n".join(lines)
        position, gap = position + 1, False
    if not gap:
        assert len(lines) == position, f"{command} shows more than the page"


def literal(line: str) -> str:
    """Give the pattern of a line in which only `*` stands for something else."""
    return line.replace("[", "[[]").replace("?", "[?]")
