"""The first thing that a stranger types works, or says what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Stands for python, pip and state-store: writes down what it was asked.
RECORDER = '#!/bin/sh\necho "${0##*/}" "$@" >> calls\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a folder with what make looks at, and a .venv that only writes down its calls."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    for name in ("python", "state-store"):
        (commands / name).write_text(RECORDER)
        (commands / name).chmod(0o755)
    return tmp_path


def make(clone: Path, *arguments: str) -> tuple[int, str, list[str]]:
    """Run make; give its status, what it said, and the calls that it made."""
    calls = clone / "calls"
    calls.unlink(missing_ok=True)
    # Nothing else: the make that runs this test exports its own variables.
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    made = calls.read_text().splitlines() if calls.exists() else []
    return done.returncode, done.stdout + done.stderr, made


def test_make_alone_teaches(clone: Path) -> None:
    """Without a target, make lists the targets and does nothing."""
    status, output, calls = make(clone)

    assert (0, []) == (status, calls)
    for target in ("check", "test", "lint", "types", "format", "bench", "evidence", "clean"):
        assert f"make {target}" in output


def test_check_sets_up_once(clone: Path) -> None:
    """The first check installs, the second only judges, and a new pyproject.toml installs again."""
    installation = "python -m pip install -qq --editable ."

    assert [installation, "state-store check"] == make(clone, "check")[2]
    assert ["state-store check --seed 7"] == make(clone, "check", "ARGS=--seed 7")[2]

    later = (clone / ".venv" / ".runtime-installed").stat().st_mtime + 1
    os.utime(clone / "pyproject.toml", (later, later))
    assert [installation, "state-store check"] == make(clone, "check")[2]


def test_old_python_is_refused(clone: Path) -> None:
    """An interpreter that is too old is named, with what to do, before anything is made."""
    shutil.rmtree(clone / ".venv")
    old = clone / "old-python"
    old.write_text('#!/bin/sh\ntest "$1" = --version && echo Python 3.10.13\n')
    old.chmod(0o755)
    status, output, _ = make(clone, "check", f"PYTHON={old}")

    assert 2 == status
    assert f"'{old}' is Python 3.10.13; Python 3.11 or newer is needed" in output
    assert not (clone / ".venv").exists()


def test_absent_python_is_named(clone: Path) -> None:
    """An interpreter that does not exist is named, with what to do."""
    shutil.rmtree(clone / ".venv")
    status, output, _ = make(clone, "check", "PYTHON=no-such-python")

    assert 2 == status
    assert "there is no 'no-such-python'. Install Python 3.11 or newer" in output
