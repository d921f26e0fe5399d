"""What was shown of small universes, in words."""

from __future__ import annotations

from state_store_conformance.exhaustive.shard import WHOLE
from state_store_conformance.report import UniverseReport


def universe_in_words(universe: UniverseReport) -> str:
    """Say how many transitions agree, and what is missing from all."""
    of, number = f"universe {universe.name}", universe.transitions_of_shard
    if universe.shard != str(WHOLE):
        of = f"shard {universe.shard} of {of}"
    if universe.proved:
        return f"all {number:,} transitions of {of} agree"
    rest = number - universe.agreed - universe.differing
    return (
        f"{universe.agreed:,} of {number:,} transitions of {of} agree, "
        f"{universe.differing:,} differ, {rest:,} were not looked at"
    )
