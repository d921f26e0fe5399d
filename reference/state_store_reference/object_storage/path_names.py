"""Names of folders and files for any text: no two texts share one, on whatever storage.

A name is made of lower-case letters, digits, ``-``, ``_`` and ``!``, which begins the two
hexadecimal digits of any other byte of the text's UTF-8 form. So nothing is left that a storage
could fold, normalize, trim, reserve or read as a pattern. A name that would grow too long keeps its
beginning and ends with ``.`` and the SHA-256 of the text.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

# Five of them and the base path fit into the 1,024 bytes of a key of S3, and each into the 255
# bytes of a file's name.
MOST_CHARACTERS: Final = 150
PATTERN: Final = r"[a-z0-9_!-]*(?:\.[0-9a-f]{64})?"

_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")
_CHARACTERS: Final = tuple(chr(byte) if byte in _PLAIN else f"!{byte:02x}" for byte in range(0x100))
_SHORTENED: Final = "."
_ESCAPE: Final = re.compile(rb"!([0-9a-f]{2})")


def path_name(text: str) -> str:
    """Give the name of a text.

    Raises:
        UnicodeEncodeError: a lone surrogate, which has no UTF-8 form.
    """
    encoded = text.encode()
    name = "".join(_CHARACTERS[byte] for byte in encoded)
    if len(name) <= MOST_CHARACTERS:
        return name
    end = f"{_SHORTENED}{sha256(encoded).hexdigest()}"
    return f"{name[: MOST_CHARACTERS - len(end)]}{end}"


def text_of(name: str) -> str:
    """Give the text of a name that is not shortened."""
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), name.encode()).decode()


def is_shortened(path: str) -> bool:
    """Tell whether a name, or one of the names in a path, lost a part of its text."""
    return _SHORTENED in path
