"""What an object holds: a line that says whose it is, and then the value's bytes as they are.

Paths of long names are shortened, so the path alone does not say whose object it is. The number of
bytes shows an object that was cut.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, cast

from state_store_reference.object_storage.errors import DamagedObjectError
from state_store_reference.object_storage.places import Place

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Contents:
    """An object: its place, its key and its value."""

    place: Place
    key: str
    value: str

    @property
    def path(self) -> str:
        """Where the object belongs, relative to the base path."""
        return self.place.path(self.key)


def packed(contents: Contents) -> bytes:
    """Give the bytes of an object.

    Raises:
        UnicodeEncodeError: the value has a lone surrogate.
    """
    value = contents.value.encode()
    header = {
        "state_store_object": _FORMAT,
        "kind": contents.place.kind,
        "names": dict(contents.place.names),
        "key": contents.key,
        "bytes": len(value),
    }
    return json.dumps(header).encode() + b"\n" + value


def unpacked(data: bytes, path: str) -> Contents:
    """Give the object of these bytes, which were read at ``path``.

    Raises:
        DamagedObjectError: they are no object of ours, are cut, or belong elsewhere.
    """
    line, _, value = data.partition(b"\n")
    try:
        contents = _contents(json.loads(line), value)
        belongs_to = contents.path
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise DamagedObjectError(
            f"The object {path} is not one that this backend wrote, or is cut: "
            f"{type(error).__name__}: {error}. "
            "Restore it, or delete it; keep other files out of the base path."
        ) from None
    if belongs_to != path:
        raise DamagedObjectError(
            f"The object {path} belongs to {belongs_to}. Objects must not be moved: put it back, "
            "or delete it."
        )
    return contents


def _contents(header: Any, value: bytes) -> Contents:  # noqa: ANN401 - checked piece by piece
    if header["state_store_object"] != _FORMAT:
        raise ValueError(f"its format is {header['state_store_object']!r}, not {_FORMAT}")
    if header["bytes"] != len(value):
        raise ValueError(f"it has {len(value)} bytes, not {header['bytes']!r}")
    names = cast("dict[str, str]", header["names"])
    return Contents(Place(header["kind"], tuple(names.items())), header["key"], value.decode())
