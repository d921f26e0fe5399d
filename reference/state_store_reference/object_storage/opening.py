"""From a base path to a store: which filesystem, and what it must not do."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, cast

from state_store_reference.configuration.secrecy import shown, without_passwords
from state_store_reference.object_storage.local_store import LocalStore
from state_store_reference.object_storage.places import LONGEST_PATH
from state_store_reference.object_storage.store import FileSystem, ObjectStore
from state_store_spec import SettingsError

_MOST_BYTES_OF_A_KEY: Final = 1024
# A listing from a cache would hide what another process has written.
_ALWAYS: Final[Mapping[str, object]] = {
    "skip_instance_cache": True,
    "use_listings_cache": False,
    "asynchronous": False,
}
_S3: Final = ("s3://", "s3a://")
# With more than one, s3fs reads a large object in ranges, each perhaps of another version.
_ON_S3: Final[Mapping[str, object]] = {"max_concurrency": 1}


def open_store(base_path: str, storage_options: Mapping[str, Any]) -> ObjectStore:
    """Open the store below a base path; nothing is read or written.

    Args:
        base_path: a URL that fsspec knows, or the path of a local folder.
        storage_options: arguments of the filesystem.

    Raises:
        SettingsError: the base path or the options are not usable, or a package is missing.
    """
    if "::" in base_path:
        raise SettingsError(
            f"The base path {shown(base_path)} is a chain of filesystems. Write the last one "
            "alone: a cache in between would give old values."
        )
    on_s3 = base_path.startswith(_S3)
    filesystem, root = _opened(
        base_path, {**storage_options, **_ALWAYS, **(_ON_S3 if on_s3 else {})}
    )
    root = root.rstrip("/")
    if on_s3 and not root:
        raise SettingsError(
            f"The base path {shown(base_path)} names no bucket. Write s3://bucket/folder."
        )
    url = base_path.rstrip("/")
    if getattr(filesystem, "local_file", False):
        return LocalStore(filesystem, root, url)
    spare = _MOST_BYTES_OF_A_KEY - LONGEST_PATH - len("/")
    if len(root.encode()) > spare:
        raise SettingsError(
            f"The base path {shown(base_path)} has {len(root.encode())} bytes. Choose one of up "
            f"to {spare}: with the names of tasks and keys, a path must not exceed "
            f"{_MOST_BYTES_OF_A_KEY} bytes."
        )
    return ObjectStore(filesystem, root, url)


def _opened(base_path: str, options: dict[str, Any]) -> tuple[FileSystem, str]:
    try:
        opened = import_module("fsspec.core").url_to_fs(base_path, **options)
    except ImportError as error:
        raise SettingsError(
            f"The base path {shown(base_path)} needs a package that is not installed: "
            f"{str(error).rstrip('.')}. "
            "Install state-store-oracle[object-storage], or the package that it names."
        ) from None
    except (TypeError, ValueError) as error:
        cause = without_passwords(str(error)).rstrip(".")
        raise SettingsError(
            f"The base path {shown(base_path)} or its storage options are not usable: {cause}. "
            "Write a URL such as s3://bucket/folder, or the path of a local folder."
        ) from None
    return cast("tuple[FileSystem, str]", opened)
