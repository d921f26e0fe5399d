"""Installed files: where a distribution keeps a file, and which version of it that is."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import NamedTuple, Protocol

from state_store_conformance.errors import UsageError


class NotInstalledError(UsageError):
    """A distribution whose files are to be read is not installed here."""


class Installed(NamedTuple):
    """A file of a distribution; there may be none at its path."""

    path: Path
    version: str


class InstalledFiles(Protocol):
    """Finds a file by the name of its distribution and its path in it."""

    def __call__(self, distribution: str, path: str) -> Installed:
        """Give the file.

        Raises:
            NotInstalledError: there is no such distribution.
        """
        ...


def installed_file(distribution: str, path: str) -> Installed:
    """Give a file of a distribution that is installed beside this project.

    Raises:
        NotInstalledError: there is no such distribution.
    """
    try:
        found = metadata.distribution(distribution)
    except metadata.PackageNotFoundError as error:
        raise NotInstalledError(
            f"{distribution} is not installed here, so nothing can be said of its files. "
            "Install it first: pip install 'state-store-oracle[airflow]'."
        ) from error
    return Installed(Path(str(found.locate_file(path))), found.version)
