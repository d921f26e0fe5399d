"""Namings: plain ones, and the hostile ones that real storage trips over.

Four parts are drawn, for keys, values, task instances and assets, each of them plain or hostile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from hypothesis import strategies as st

from state_store_conformance.strategies.alphabets import drawn_from, weighted
from state_store_conformance.strategies.key_texts import (
    OTHER_KEYS,
    PRINTABLE_KEYS,
    UNHOLDABLE_KEYS,
)
from state_store_conformance.strategies.name_texts import ASSET_TEXTS, TASK_TEXTS
from state_store_conformance.strategies.universes import (
    DAGS,
    KEYS,
    NAMES,
    RUNS,
    SYMBOLS,
    TASKS,
    UNHOLDABLE_KEY,
    UNHOLDABLE_VALUE,
    URIS,
    VALUES,
)
from state_store_conformance.strategies.value_texts import HOLDABLE_VALUES, UNHOLDABLE_VALUES
from state_store_spec.naming import NamedText, Naming, text_of

Part: TypeAlias = dict[str, NamedText]

PLAIN: Final[Part] = {}

KEY_NAMINGS: Final[tuple[Part, ...]] = tuple(
    dict(zip(KEYS, texts, strict=True)) for texts in (*PRINTABLE_KEYS, *OTHER_KEYS)
)
VALUE_NAMINGS: Final[tuple[Part, ...]] = tuple(
    dict(zip(VALUES, texts, strict=True)) for texts in HOLDABLE_VALUES
)
TASK_NAMINGS: Final[tuple[Part, ...]] = tuple(
    dict(zip((*DAGS, *RUNS, *TASKS), (*texts.dags, *texts.runs, *texts.tasks), strict=True))
    for texts in TASK_TEXTS
)
ASSET_NAMINGS: Final[tuple[Part, ...]] = tuple(
    dict(zip((*NAMES, *URIS), (*texts.names, *texts.uris), strict=True)) for texts in ASSET_TEXTS
)
# Always named, because a plain text can be held.
UNHOLDABLE_NAMINGS: Final[tuple[Part, ...]] = tuple(
    {UNHOLDABLE_KEY: key, UNHOLDABLE_VALUE: value}
    for value in UNHOLDABLE_VALUES
    for key in UNHOLDABLE_KEYS
)


def namings() -> st.SearchStrategy[Naming]:
    """Draw a naming: injective, and the simplest is plain."""
    return st.builds(
        merged,
        drawn_from(UNHOLDABLE_NAMINGS),
        _plain_or(KEY_NAMINGS),
        _plain_or(VALUE_NAMINGS),
        _plain_or(TASK_NAMINGS),
        _plain_or(ASSET_NAMINGS),
    )


def merged(*parts: Part) -> Naming:
    """Join the parts; one that would name two symbols alike is left out whole."""
    naming: Part = {}
    for part in parts:
        together = {**naming, **part}
        texts = [text_of(together, symbol) for symbol in SYMBOLS]
        if len(set(texts)) == len(texts):
            naming = together
    return naming


def _plain_or(hostile: Sequence[Part]) -> st.SearchStrategy[Part]:
    return drawn_from(weighted([(PLAIN, len(hostile) // 3), *((part, 1) for part in hostile)]))
