"""Limits: which keys, values and scopes a store has to hold, and which it may refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_KEY_CHARACTERS: Final = 250
LEAST_VALUE_BYTES: Final = 65_535
"""Keys of 1 to 250 printable ASCII characters and values of 65,535 bytes: what all must hold."""

MAP_INDICES: Final = range(-(2**31), 2**31)
"""Map indices of 32 bits: Airflow's tables have no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The longest key, in characters, the largest value, in bytes of UTF-8, and the like.

    NUL and lone surrogates are beyond every limit (VALUE-4).

    Attributes:
        key_characters: the most characters of a key.
        value_bytes: the most bytes of a value.
        task_id_characters: the most characters of the id of a task; ``None`` for those of a key.
        task_id_bytes: the most bytes of it in UTF-8; ``None`` for as many as there are.
        printable_ascii_keys: whether keys have to be of printable ASCII characters, and not empty.
        exact: whether what lies beyond has to be refused; where not, it may be held as well.
    """

    key_characters: int
    value_bytes: int
    task_id_characters: int | None = None
    task_id_bytes: int | None = None
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

    def hold_task(self, task_id: str, map_index: int) -> bool:
        """Say whether a store of these limits holds state of a task of that id and map index."""
        if map_index not in MAP_INDICES or not _is_plain_text(task_id):
            return False
        if self.task_id_characters is None:
            return self.hold_name(task_id)
        return len(task_id) <= self.task_id_characters and (
            self.task_id_bytes is None or len(task_id.encode()) <= self.task_id_bytes
        )


METASTORE_LIMITS: Final = Limits(
    key_characters=512,
    value_bytes=4 * 1024 * 1024,
    task_id_characters=250,
    task_id_bytes=600,
)
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
