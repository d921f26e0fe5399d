"""Limits: which keys and values a store has to hold, and which it may refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The longest key, in characters, and the largest value, in bytes of UTF-8.

    NUL and lone surrogates are beyond every limit (VALUE-4).
    """

    key_characters: int
    value_bytes: int

    def hold_key(self, text: str) -> bool:
        """Say whether a store of these limits holds the key."""
        return _is_plain_text(text) and len(text) <= self.key_characters

    def hold_value(self, text: str) -> bool:
        """Say whether a store of these limits holds the value."""
        return _is_plain_text(text) and len(text.encode()) <= self.value_bytes


METASTORE_LIMITS: Final = Limits(key_characters=512, value_bytes=4 * 1024 * 1024)
"""What the metastore holds: all Unicode keys of up to 512 characters (VALUE-3)."""


def _is_plain_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
