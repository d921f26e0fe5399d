"""Limits: which keys and values a store has to hold, and which it may refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_KEY_CHARACTERS: Final = 250
LEAST_VALUE_BYTES: Final = 65_535
"""Keys of 1 to 250 printable ASCII characters and values of 65,535 bytes: what all must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The longest key, in characters, and the largest value, in bytes of UTF-8.

    NUL and lone surrogates are beyond every limit (VALUE-4).

    Attributes:
        key_characters: the most characters of a key.
        value_bytes: the most bytes of a value.
        printable_ascii_keys: whether keys have to be of printable ASCII characters, and not empty.
        exact: whether what lies beyond has to be refused; where not, it may be held as well.
    """

    key_characters: int
    value_bytes: int
    printable_ascii_keys: bool = False
    exact: bool = True

    def hold_key(self, text: str) -> bool:
        """Say whether a store of these limits holds the key."""
        if self.printable_ascii_keys and not (text and text.isascii() and text.isprintable()):
            return False
        return _is_plain_text(text) and len(text) <= self.key_characters

    def hold_value(self, text: str) -> bool:
        """Say whether a store of these limits holds the value."""
        return _is_plain_text(text) and len(text.encode()) <= self.value_bytes

    def hold_name(self, text: str) -> bool:
        """Say whether a store of these limits holds the name of a dag, a run or a task.

        Names are told apart like keys, and those that Airflow gives can be as long.
        """
        return self.hold_key(text)


METASTORE_LIMITS: Final = Limits(key_characters=512, value_bytes=4 * 1024 * 1024)
"""What the metastore holds: all Unicode keys of up to 512 characters (VALUE-3)."""


def _is_plain_text(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        # Lone surrogates alone have no UTF-8.
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
