"""Pinned traces: each trace file of a folder becomes a test, which fails while the trace does."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from state_store_conformance.errors import UsageError
from state_store_conformance.pytest_plugin.options import chosen_path, option_given

FOLDER: Final = "state_store_traces"
"""The folder beside a module of tests whose traces are run on each backend of the module."""

_SUFFIXES: Final = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A trace file, and the words that run it again."""

    file: Path
    words: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that runs it again."""
        return shlex.join(self.words)


def traces_of_class(collector: pytest.Class) -> list[Path]:
    """Give the traces of a test class: those the session names, its own, or those beside it.

    Raises:
        pytest.Collector.CollectError: what is named does not exist.
    """
    folder = collector.path.parent
    own = getattr(collector.obj, "traces", None)
    named = chosen_path(collector.config, "traces")
    if own is not None and option_given(collector.config, "traces") is None:
        named = folder / own
    if named is None:
        beside = folder / FOLDER
        return trace_files(beside) if beside.is_dir() else []
    try:
        return trace_files(named)
    except UsageError as error:
        raise pytest.Collector.CollectError(f"{collector.name}: {error}") from error


def has_no_traces(collector: pytest.Class) -> bool:
    """Say whether a class of tests of a backend has no traces, and so no use for their test."""
    return hasattr(collector.obj, "state_store_abstract") and not traces_of_class(collector)


def trace_files(path: Path) -> list[Path]:
    """Give the trace files of a folder, by name; a file stands for itself.

    Raises:
        UsageError: there is no such file or folder.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError(
            f"There is no folder {path} to take traces from. Make it, or name another."
        )
    return sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
