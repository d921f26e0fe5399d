"""A store of whole objects on a local filesystem, where writing a file is not one step."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from state_store_reference.object_storage.store import ObjectStore


class LocalStore(ObjectStore):
    """Objects in files; folders are made when they are needed, and go when they are empty.

    A value is written to a file beside its target, which then takes the target's place. The file's
    bytes are forced to the disk before (a machine that fails leaves the old value or the new one,
    never an empty file), the folder's are not (it may leave the old value).
    """

    def _put(self, path: str, data: bytes) -> None:
        _replace(Path(path), data)

    def _drop(self, path: str) -> None:
        file = Path(path)
        file.unlink()
        for folder in file.parents:
            if folder == Path(self._root):
                return
            try:
                folder.rmdir()
            except OSError:
                # It is not empty, or another process was faster.
                return

    def _files(self, folder: str, prefix: str) -> list[str]:  # noqa: ARG002 - a walk sees all
        return [
            os.path.join(parent, name)  # noqa: PTH118 - paths are compared as texts
            for parent, _, names in os.walk(folder, onerror=_raise_unless_gone)
            for name in names
        ]


# Another process may remove an empty folder right after it was made, but hardly as often as this.
@retry(
    retry=retry_if_exception_type((FileNotFoundError, FileExistsError)),
    stop=stop_after_attempt(100),
    reraise=True,
)
def _replace(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".writing-{token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _raise_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
