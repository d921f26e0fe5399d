"""What pages show of the command's output is what it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from fnmatch import fnmatchcase
from io import StringIO
from pathlib import Path

import pytest

from state_store_conformance import command_line
from tests.docs.blocks import Block, blocks

FORGETS_THE_RUN = """
from state_store_spec import TaskScope
from state_store_zoo.custom.memory import MemoryBackend


class MyBackend(MemoryBackend):
    def place(self, scope):
        if isinstance(scope, TaskScope):
            return scope.dag_id, scope.task_id, scope.map_index
        return scope

    def is_cleared(self, place, scope, *, all_map_indices):
        if all_map_indices and isinstance(scope, TaskScope):
            return isinstance(place, tuple) and place[:2] == (scope.dag_id, scope.task_id)
        return place == self.place(scope)
"""
CLASSES = {
    "redis": "RedisStateBackend",
    "files": "FilesStateBackend",
    "sqlite3": "SQLiteStateBackend",
}
TRACES = Path(__file__).resolve().parents[1] / "examples" / "first_versions" / "traces"


def printed(folder: Path, *words: str) -> str:
    """Run the command in a folder and give what it printed."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("state-store")), *words],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def is_shown(shown: str, output: str) -> None:
    """Find the lines of a page in the output, in their order; ``...`` stands for any others."""
    lines = iter(output.splitlines())
    for wanted in shown.splitlines():
        if wanted.strip() in {"", "..."}:
            continue
        pattern = re.sub(r"[\[\]?*]", "?", wanted.rstrip())
        assert any(fnmatchcase(line.rstrip(), pattern) for line in lines), wanted


def block_of(page: str, beginning: str) -> Block:
    """Give the one block of a page that begins so."""
    (found,) = (
        block for block in blocks("text") if block.page == page and block.text.startswith(beginning)
    )
    return found


def test_the_readme_shows_what_make_check_prints(tmp_path: Path) -> None:
    """The verdict and the chapter, whatever the tiers."""
    output = printed(tmp_path, "check", "--tier", "examples", "--tier", "situations")

    is_shown(block_of("README.md", "Garbage collection").text, output)


def test_the_readme_shows_what_a_broken_backend_is_told(tmp_path: Path) -> None:
    """The counterexample, the clause and the command are those that anybody gets."""
    package = tmp_path / "mypackage"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "state.py").write_text(FORGETS_THE_RUN, encoding="utf-8")
    output = printed(tmp_path, "check", "mypackage.state:MyBackend", "--tier", "examples")

    is_shown(block_of("README.md", "SCOPE-3").text, output)


@pytest.fixture(scope="module")
def replayed(redis_url: str) -> list[str]:
    """What the command prints of each trace that the first version of an example still breaks."""
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STATE_STORE_REDIS_URL", redis_url)
        patched.setenv("COLUMNS", "80")
        for file in sorted(TRACES.glob("*.json")):
            example = file.stem.partition("-")[0]
            target = f"tests.examples.first_versions.{example}_first:{CLASSES[example]}"
            with redirect_stdout(StringIO()) as written:
                command_line.run(["replay", str(file), "--target", target])
            shown.append(" ".join(written.getvalue().split()))
    return shown


@pytest.mark.parametrize(
    "block",
    [block for block in blocks("text") if block.page.startswith("docs/stories/")],
    ids=lambda block: block.text.splitlines()[1].strip(),
)
def test_a_story_shows_what_is_printed_today(block: Block, replayed: list[str]) -> None:
    """Each table of steps is what the replay of a trace prints, which is kept and run by tests."""
    wanted = " ".join(block.text.split())

    assert any(wanted in shown for shown in replayed)
