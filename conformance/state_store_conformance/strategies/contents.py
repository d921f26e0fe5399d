"""Contents: what a write writes, and for how long."""

from __future__ import annotations

from typing import Final, NamedTuple

from state_store_conformance.strategies.calls import DAY, Retention, retentions
from state_store_conformance.strategies.universes import UNHOLDABLE_VALUE, VALUES


class Content(NamedTuple):
    """A value and its retention."""

    value: str
    retention: Retention


class Filling(NamedTuple):
    """How many keys are written together, so that they come due together, and for how long."""

    keys: int
    retention: Retention


_VALUE_WEIGHTS: Final = (2, 1, 1)


def contents(*, never_expire: bool) -> tuple[tuple[Content, int], ...]:
    """Return what can be written with its weights, the simplest first; the last is refused."""
    return (
        *(
            (Content(value, retention), value_weight * weight)
            for value, value_weight in zip(VALUES, _VALUE_WEIGHTS, strict=True)
            for retention, weight in retentions(never_expire=never_expire)
        ),
        (Content(UNHOLDABLE_VALUE, Retention()), 2),
    )


def fillings(*, never_expire: bool) -> tuple[tuple[Filling, int], ...]:
    """Return what is written together with its weights."""
    forever = Retention(never_expire=True)
    return (
        (Filling(2, Retention()), 2),
        (Filling(3, Retention()), 3),
        (Filling(3, Retention(DAY)), 2),
        (Filling(2, forever), 1 if never_expire else 0),
    )
