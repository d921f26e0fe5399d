"""Situations: the moments that give a clause its meaning, one module per chapter.

They are recognized from the oracle's worlds and never from the names of operations alone: an
overwrite is one because a row was there. A property that never reached its situations has
proved nothing.
"""

from __future__ import annotations

from state_store_spec.situations import (
    accessors,
    collection,
    custom_backends,
    methods,
    orphans,
    parents,
    retention,
    scopes,
    sessions,
    success,
    values,
    worker_side,
)
from state_store_spec.situations.moment import Past
from state_store_spec.situations.past import no_past
from state_store_spec.situations.reached import situations_reached
from state_store_spec.situations.registry import SITUATIONS, Situation

CHAPTERS = (
    methods,
    scopes,
    values,
    sessions,
    retention,
    collection,
    orphans,
    parents,
    success,
    accessors,
    worker_side,
    custom_backends,
)
"""The modules that recognize situations; importing one registers what it recognizes."""

__all__ = ["CHAPTERS", "SITUATIONS", "Past", "Situation", "no_past", "situations_reached"]
