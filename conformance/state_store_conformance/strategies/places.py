"""Places: the scopes of a neighborhood, each with its keys."""

from __future__ import annotations

from typing import Final, NamedTuple

from state_store_conformance.strategies.scopes import Neighborhood
from state_store_conformance.strategies.universes import UNHOLDABLE_KEY
from state_store_spec.operations import SymbolicScope


class Place(NamedTuple):
    """A scope and a key of it."""

    scope: SymbolicScope
    key: str


_KEY_WEIGHTS: Final = (2, 1, 1)
_MOST_LETTERS: Final = 90
_UNHOLDABLE_SHARE: Final = 20


def places(neighborhood: Neighborhood) -> tuple[tuple[Place, int], ...]:
    """Return the places with their weights, the simplest first; the last cannot be held."""
    known = [
        (Place(scope, key), scope_weight * key_weight)
        for key, key_weight in zip(neighborhood.keys, _KEY_WEIGHTS, strict=False)
        for scope, scope_weight in neighborhood.scopes
    ]
    total = sum(weight for _, weight in known)
    # Small neighborhoods say everything more often, so that refusals stay rare.
    times = max(1, _MOST_LETTERS // total)
    first_scope = neighborhood.scopes[0][0]
    unholdable = max(1, times * total // _UNHOLDABLE_SHARE)
    return (
        *((place, times * weight) for place, weight in known),
        (Place(first_scope, UNHOLDABLE_KEY), unholdable),
    )
