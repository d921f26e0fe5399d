"""The backend on plain files: power failures, killed processes, names that are changed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from examples.files_backend import FilesStateBackend
from state_store_spec import AssetScope, TaskScope

if TYPE_CHECKING:
    import pytest

SCOPE = TaskScope("shop", "monday", "load", 1)
HOSTILE = ("..", "../..", "/", "con", "Job", "job", "job ", "k" * 250, "\u00e9", "e\u0301", "")


def killed_in(folder: Path, method: str, statement: str) -> None:
    """Let a process call the backend, and end it where it calls a method of the library."""
    script = f"""
import os, pathlib, shutil
from examples.files_backend import FilesStateBackend
from state_store_spec import TaskScope
backend = FilesStateBackend({str(folder)!r})
scope = TaskScope("shop", "monday", "load", 1)
{method} = lambda *arguments, **named: os._exit(9)
{statement}
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert 9 == ended.returncode


def files_below(folder: Path) -> list[Path]:
    """List the files, with those that nobody reads."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_killed_before_the_file_takes_its_place(tmp_path: Path) -> None:
    """The old value stays, and what was left of the new one goes with the next clear."""
    backend = FilesStateBackend(tmp_path)
    backend.set(SCOPE, "job", "old")

    killed_in(tmp_path, "pathlib.Path.replace", "backend.set(scope, 'job', 'new')")

    assert "old" == backend.get(SCOPE, "job")
    assert 2 == len(files_below(tmp_path))
    backend.clear(SCOPE)
    assert [] == files_below(tmp_path)


def test_killed_in_the_midst_of_a_clear(tmp_path: Path) -> None:
    """All keys are gone, none is half gone, and the next clear deletes their files."""
    backend = FilesStateBackend(tmp_path)
    for key in ("job", "rows"):
        backend.set(SCOPE, key, "17")

    killed_in(tmp_path, "shutil.rmtree", "backend.clear(scope, all_map_indices=True)")

    assert [None, None] == [backend.get(SCOPE, key) for key in ("job", "rows")]
    assert 2 == len(files_below(tmp_path))
    backend.clear(AssetScope(name="orders"))
    assert [] == files_below(tmp_path)


def test_power_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are on the disk before they take their place, and the folders after it."""
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path).parts
        events.append("fsync " + "/".join(part if len(part) < 20 else part[:8] for part in name))
        fsync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        events.append("replace")
        return replace(self, target)

    backend = FilesStateBackend(tmp_path)
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)

    backend.set(SCOPE, "job", "17")

    task = next((tmp_path / "task").iterdir()).name[:8]
    folders = ["fsync ", "fsync task", f"fsync task/{task}"]
    assert [*folders, f"fsync task/{task}/1/writing-", "replace", f"fsync task/{task}/1"] == events


def test_names_that_no_file_system_changes(tmp_path: Path) -> None:
    """All files lie in the folder of the backend, under names of lower-case digits and letters."""
    folder = tmp_path / "state"
    backend = FilesStateBackend(folder)
    for text in HOSTILE:
        backend.set(TaskScope(text, text, text), text, "17")

    names = [name for path in files_below(tmp_path) for name in path.relative_to(folder).parts]

    assert 4 * len(HOSTILE) == len(names)
    assert [] == [name for name in names if not re.fullmatch(r"task|-1|[0-9a-f]{64}", name)]


def test_clear_overtakes_a_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write whose folder is moved away under its hands is made again, once."""
    backend = FilesStateBackend(tmp_path)
    backend.set(SCOPE, "job", "17")
    replace = Path.replace

    def clear_and_replace(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        backend.clear(SCOPE)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", clear_and_replace)

    backend.set(SCOPE, "rows", "40")

    assert [None, "40"] == [backend.get(SCOPE, key) for key in ("job", "rows")]
    assert 1 == len(files_below(tmp_path))


def test_clear_follows_a_write_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that was cleared right after it took effect does not come back."""
    backend = FilesStateBackend(tmp_path)
    replace = Path.replace

    def replace_and_clear(self: Path, target: Path) -> Path:
        replaced = replace(self, target)
        backend.clear(SCOPE)
        return replaced

    monkeypatch.setattr(Path, "replace", replace_and_clear)

    backend.set(SCOPE, "job", "17")

    assert backend.get(SCOPE, "job") is None
