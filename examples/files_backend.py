"""A state backend on plain files: one file for each key, one folder for each task instance.

Names of files and folders are digests. Dag ids and keys may hold what file systems keep for
themselves (``/``, ``..``, ``con``), fold (``Job`` and ``job``) or find too long, and a digest has
nothing of that. What a file belongs to, it says itself, for people who look.

Nothing is ever changed in its place: a value is written beside its target, which it then replaces,
and a folder is moved away as a whole before its files are deleted. So others see the old state or
the new one, and a process that is killed leaves at worst a file that nobody reads.
"""

# ruff: noqa: ARG002 - a session is a database's, and there is none here
from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import TYPE_CHECKING, ClassVar, Final

from state_store_spec import (
    BaseStateBackend,
    NaiveExpiryError,
    StateScope,
    TaskScope,
    UnrepresentableError,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

# A folder may be moved away between its making and the write, but hardly as often as this.
_ATTEMPTS: Final = 100


class FilesStateBackend(BaseStateBackend):
    """Task and asset state in the files of one folder, on a POSIX file system.

    Any text without lone surrogates is a name, a key or a value. A row is no longer read once its
    expiry has passed; its file stays until it is overwritten, deleted or cleared.

    Args:
        folder: where the files are; it is made if it is absent. By default
            the environment variable ``STATE_STORE_FILES_FOLDER``.

    Raises:
        KeyError: no folder is given, and the variable is not set.
    """

    state_store_claims: ClassVar[Mapping[str, object]] = {
        "expiry": "prompt",
        "durable": True,
        "key_alphabet": "unicode",
        "longest_key": 512,
        "largest_value_bytes": 1_000_000,
    }

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self._folder = Path(folder or os.environ["STATE_STORE_FILES_FOLDER"]).resolve()
        self._trash = self._folder / "trash"
        _make_folder(self._trash)

    def get(self, scope: StateScope, key: str, *, session: Session | None = None) -> str | None:
        """Return the stored value, or ``None``."""
        if not _is_text(scope, key):
            return None
        try:
            data = (self._rows_folder(scope) / _digest(key)).read_bytes()
        except FileNotFoundError:
            return None
        row = json.loads(data)
        if row["expires_at"] and datetime.fromisoformat(row["expires_at"]) < datetime.now(UTC):
            return None
        return str(row["value"])

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: Session | None = None,
    ) -> None:
        """Write or overwrite a key; ``expires_at`` is for tasks only.

        Raises:
            NaiveExpiryError: ``expires_at`` has no time zone.
            UnrepresentableError: a text has a lone surrogate.
        """
        _require_storable(scope, key, value, expires_at)
        ends = expires_at.isoformat() if expires_at and isinstance(scope, TaskScope) else None
        row = {"scope": repr(scope), "key": key, "expires_at": ends, "value": value}
        data = json.dumps(row, ensure_ascii=False).encode()
        folder = self._rows_folder(scope)
        for attempt in range(_ATTEMPTS):
            try:
                _make_folder(folder)
                _replace(folder / _digest(key), data)
            except (FileNotFoundError, FileExistsError):
                # Somebody clears the scope meanwhile: this write comes after that.
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def delete(self, scope: StateScope, key: str, *, session: Session | None = None) -> None:
        """Delete a key; do nothing where it is absent."""
        if not _is_text(scope, key):
            return
        folder = self._rows_folder(scope)
        with suppress(FileNotFoundError):
            (folder / _digest(key)).unlink()
            _sync_folder(folder)

    def clear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: Session | None = None,
    ) -> None:
        """Delete all keys under the scope, in one step."""
        if not _is_text(scope):
            return
        folder = self._rows_folder(scope)
        if all_map_indices and isinstance(scope, TaskScope):
            folder = folder.parent
        with suppress(FileNotFoundError):
            folder.rename(self._trash / token_hex(16))
            _sync_folder(folder.parent)
        # With what a process that was killed here before left behind.
        for leftover in self._trash.iterdir():
            shutil.rmtree(leftover, ignore_errors=True)

    async def aget(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> str | None:
        """Async variant of :meth:`get`, in a thread."""
        return await asyncio.to_thread(self.get, scope, key)

    async def aset(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`set`, in a thread."""
        await asyncio.to_thread(self.set, scope, key, value, expires_at=expires_at)

    async def adelete(
        self, scope: StateScope, key: str, *, session: AsyncSession | None = None
    ) -> None:
        """Async variant of :meth:`delete`, in a thread."""
        await asyncio.to_thread(self.delete, scope, key)

    async def aclear(
        self,
        scope: StateScope,
        *,
        all_map_indices: bool = False,
        session: AsyncSession | None = None,
    ) -> None:
        """Async variant of :meth:`clear`, in a thread."""
        await asyncio.to_thread(self.clear, scope, all_map_indices=all_map_indices)

    def _rows_folder(self, scope: StateScope) -> Path:
        """Give the folder of a scope's files; those of one task's map indices lie together."""
        if isinstance(scope, TaskScope):
            task = _digest(scope.dag_id, scope.run_id, scope.task_id)
            return self._folder / "task" / task / str(scope.map_index)
        if scope.asset_id is not None:
            return self._folder / "asset" / _digest(scope.asset_id)
        # Whether a name and a uri mean one asset, only a store that knows assets can tell.
        return self._folder / "asset" / _digest(scope.name, scope.uri)


def _digest(*parts: str | int | None) -> str:
    """Give a name for a file: JSON joins the parts without confusing them."""
    return sha256(json.dumps(parts).encode()).hexdigest()


def _replace(target: Path, data: bytes) -> None:
    """Put a whole file in the place of another; after a power failure it is the one or the other.

    Raises:
        FileNotFoundError: the folder is gone, and nothing was written.
    """
    temporary = target.with_name(f"writing-{token_hex(16)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    # A folder that is gone by now was cleared after this write: there is nothing to write again.
    with suppress(FileNotFoundError):
        _sync_folder(target.parent)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each of them recorded in the one that it lies in."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Force to the disk which files a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_text(scope: StateScope, *others: str) -> bool:
    """Tell whether all names and keys have a form in UTF-8: lone surrogates have none."""
    names = (
        (scope.dag_id, scope.run_id, scope.task_id)
        if isinstance(scope, TaskScope)
        else (scope.name or "", scope.uri or "")
    )
    try:
        "".join((*names, *others)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _require_storable(scope: StateScope, key: str, value: str, expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at.utcoffset() is None:
        raise NaiveExpiryError(
            f"expires_at = {expires_at.isoformat()} has no time zone and names no instant. "
            "Pass an aware datetime, such as datetime.now(UTC) + timedelta(days=1)."
        )
    if not _is_text(scope, key, value):
        raise UnrepresentableError(
            f"A lone surrogate in {scope!a}, the key {key[:60]!a} or the value {value[:60]!a}: "
            "files hold bytes, and it has no form in UTF-8. Encode it, for example as base64."
        )


def backend() -> FilesStateBackend:
    """Give a backend on a folder that the process keeps until it ends."""
    return FilesStateBackend(_temporary_folder())


@cache
def _temporary_folder() -> str:
    folder = mkdtemp(prefix="state_store_check_")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
