"""Contents: keys, and keys with values, that overwrite each other."""

from __future__ import annotations

from typing import Final

from state_store_conformance.strategies.universes import (
    UNHOLDABLE_KEY,
    UNHOLDABLE_VALUE,
    VALUES,
)

_KEY_WEIGHTS: Final = (9, 5, 3)


def readable_keys(keys: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return the keys to read and delete with their weights, and one that cannot be held."""
    return (*zip(keys, _KEY_WEIGHTS, strict=False), (UNHOLDABLE_KEY, 1))


def writable_keys_with_values(keys: tuple[str, ...]) -> tuple[tuple[tuple[str, str], int], ...]:
    """Return what can be written with its weights, and what is to be refused."""
    return (
        *(
            ((key, value), 9 // (1 + place + VALUES.index(value)))
            for place, key in enumerate(keys)
            for value in VALUES
        ),
        ((UNHOLDABLE_KEY, VALUES[0]), 1),
        ((keys[0], UNHOLDABLE_VALUE), 1),
    )


def several_keys_with_values(keys: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return what is written together: two keys or all of them, where there are as many."""
    together = tuple((key, VALUES[0]) for key in keys)
    return (together[:2], together, together)
