"""A worker-side backend that keeps each object in a file of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import NamedTuple

from state_store_spec import BaseStateBackend, StateScope


class FoundObject(NamedTuple):
    """What a file holds: a value, and the reference that leads to it."""

    reference: str
    value: str


class WorkerSideFiles:
    """Looks past the backend into its folder, which goes at the end.

    Args:
        make: makes what accessors are given, on an empty folder.
        read: gives what a file holds, from its bytes and its path relative to the folder.
    """

    def __init__(
        self,
        make: Callable[[str], BaseStateBackend],
        read: Callable[[bytes, str], FoundObject],
    ) -> None:
        self._temporary = TemporaryDirectory(prefix="state-store-objects-")
        self._folder = Path(self._temporary.name)
        self._read = read
        self.backend = make(self._temporary.name)

    def objects(self) -> Mapping[str, str]:
        """Give every value that is kept, by its reference."""
        return {found.reference: found.value for found, _ in self._found()}

    def lose(self, reference: str, scope: StateScope, key: str) -> None:  # noqa: ARG002
        """Remove an object; do nothing where there is none."""
        for found, file in self._found():
            if found.reference == reference:
                file.unlink()

    def empty(self) -> None:
        """Remove every object."""
        for below in self._folder.glob("*"):
            if below.is_dir():
                rmtree(below)
            else:
                below.unlink()

    def close(self) -> None:
        """Remove the folder."""
        self._temporary.cleanup()

    def _found(self) -> Iterator[tuple[FoundObject, Path]]:
        for file in sorted(self._folder.rglob("*")):
            if file.is_file():
                path = file.relative_to(self._folder).as_posix()
                yield self._read(file.read_bytes(), path), file
