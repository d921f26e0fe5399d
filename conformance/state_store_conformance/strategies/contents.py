"""Contents: keys, and keys with values, that overwrite each other."""

from __future__ import annotations

from typing import Final

from state_store_conformance.strategies.alphabets import weighted
from state_store_conformance.strategies.universes import (
    KEYS,
    UNHOLDABLE_KEY,
    UNHOLDABLE_VALUE,
    VALUES,
)

READABLE_KEYS: Final = weighted([(KEYS[0], 4), (KEYS[1], 3), (KEYS[2], 1), (UNHOLDABLE_KEY, 1)])

WRITABLE_KEYS_WITH_VALUES: Final = weighted(
    [
        *(((key, value), 9 // (1 + KEYS.index(key) + VALUES.index(value)))
          for key in KEYS for value in VALUES),
        ((UNHOLDABLE_KEY, VALUES[0]), 1),
        ((KEYS[0], UNHOLDABLE_VALUE), 1),
    ]
)  # fmt: skip
