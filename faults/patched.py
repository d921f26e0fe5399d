"""Copies of the reference package with one fault each."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
ROOT: Final = FOLDER.parent
PACKAGE: Final = ROOT / "reference" / "state_store_reference"


class PatchError(Exception):
    """A patch does not fit the package as it is now."""


def patches() -> list[Path]:
    """Give the patch files in their order."""
    return sorted(FOLDER.glob("*.patch"))


def patched_copy(patch: Path, folder: Path) -> Path:
    """Copy the package into the folder, with the fault; give the folder.

    Raises:
        PatchError: the patch does not apply; write it anew for the code as it is now.
    """
    shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", str(patch)],
        cwd=folder,
        # A repository around the folder would make paths relative to its root.
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PatchError(
            f"{patch.name} does not apply to {PACKAGE.name}: {done.stderr.strip()}. "
            "Write the fault anew for the code as it is now."
        )
    return folder
