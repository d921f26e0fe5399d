"""A store of whole objects on any filesystem of fsspec.

An object is written by one call, and read by one call: on S3 a PutObject (or a multipart upload,
which appears when it is complete) and a GetObject without a range. Nothing is taken from a cache.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

from state_store_reference.configuration.secrecy import without_passwords
from state_store_reference.object_storage.errors import ObjectStorageError

_CHECK: Final = "Check the base path, the storage options and the permissions."


class FileSystem(Protocol):
    """What is used of an fsspec filesystem; none of it reads its argument as a pattern."""

    def cat_file(self, path: str) -> bytes:
        """Read a whole file."""
        ...

    def pipe_file(self, path: str, value: bytes) -> object:
        """Write a whole file."""
        ...

    def rm_file(self, path: str) -> object:
        """Remove a file."""
        ...

    def find(self, path: str, *, prefix: str) -> list[str]:
        """List all files below a folder whose relative paths begin with the prefix."""
        ...


class ObjectStore:
    """Objects below a root.

    Args:
        filesystem: where they lie.
        root: the path there that all others begin with, without a slash at its end.
        url: the root as people write it, for messages.
    """

    def __init__(self, filesystem: FileSystem, root: str, url: str) -> None:
        self._filesystem = filesystem
        self._root = root
        self.url = without_passwords(url)

    def read(self, path: str) -> bytes | None:
        """Give the bytes of an object, or ``None`` where there is none.

        Raises:
            ObjectStorageError: the storage cannot say.
        """
        try:
            with self._clear_errors(path):
                return self._filesystem.cat_file(self._absolute(path))
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write an object in place of the one that was there; readers see either of the two.

        Raises:
            ObjectStorageError: the storage cannot take it.
        """
        try:
            with self._clear_errors(path):
                self._put(self._absolute(path), data)
        except FileNotFoundError as error:
            raise self._unusable(path, error, _CHECK) from error

    def remove(self, path: str) -> None:
        """Remove an object; do nothing where there is none.

        Raises:
            ObjectStorageError: the storage cannot remove it.
        """
        with suppress(FileNotFoundError), self._clear_errors(path):
            self._drop(self._absolute(path))

    def paths(self, folder: str, prefix: str, pattern: str) -> list[str]:
        """List the objects in a folder.

        Args:
            folder: a path relative to the root.
            prefix: what all paths begin with, relative to the folder; it spares a storage work.
            pattern: a regular expression of the paths, relative to the folder.

        Returns:
            Their paths, relative to the root.

        Raises:
            ObjectStorageError: the storage cannot be listed.
        """
        matches = re.compile(pattern).fullmatch
        beginning = f"{self._absolute(folder)}/"
        try:
            with self._clear_errors(folder):
                files = self._files(self._absolute(folder), prefix)
        except FileNotFoundError:
            return []
        below = [file.removeprefix(beginning) for file in files if file.startswith(beginning)]
        return [f"{folder}/{path}" for path in below if matches(path)]

    def _put(self, path: str, data: bytes) -> None:
        """Write a file in one step."""
        self._filesystem.pipe_file(path, data)

    def _drop(self, path: str) -> None:
        """Remove a file; one that is absent may be an error."""
        self._filesystem.rm_file(path)

    def _files(self, folder: str, prefix: str) -> list[str]:
        """List the files below a folder, at least those that begin with the prefix."""
        return self._filesystem.find(folder, prefix=prefix)

    def _absolute(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextmanager
    def _clear_errors(self, path: str) -> Generator[None]:
        """Explain every error but that something is not there."""
        try:
            yield
        except FileNotFoundError as error:
            if _is_without_bucket(error):
                remedy = "Create the bucket, or correct the base path."
                raise self._unusable(path, error, remedy) from error
            raise
        except Exception as error:  # each filesystem has errors of its own
            raise self._unusable(path, error, _CHECK) from error

    def _unusable(self, path: str, error: Exception, remedy: str) -> ObjectStorageError:
        cause = " ".join(without_passwords(str(error)).split()).rstrip(".")
        return ObjectStorageError(
            f"The storage {self.url} cannot serve {path}: {type(error).__name__}: {cause}. {remedy}"
        )


def _is_without_bucket(error: FileNotFoundError) -> bool:
    # s3fs makes one error of a missing object and a missing bucket; the latter is no answer.
    response = getattr(error.__cause__, "response", None)
    return response is not None and response["Error"].get("Code") == "NoSuchBucket"
