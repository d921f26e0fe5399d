"""Rare openings: random traces are steered to what hardly any of them would reach by chance."""

from __future__ import annotations

from typing import Final

from state_store_conformance.applicability import needed_by
from state_store_conformance.exhaustive.rarity import shares
from state_store_conformance.strategies.openings import Opening, opening_of
from state_store_conformance.target import REFERENTIAL
from state_store_conformance.tiers.situation_traces import situation_traces, without_sessions
from state_store_spec.claims import NO_CLAIMS

RARE: Final = 0.002
"""The share of transitions under which a situation is rare."""


def rare_openings(profile: str, capabilities: frozenset[str]) -> tuple[Opening, ...]:
    """Give the openings that lead to rare situations, the rarest first.

    A situation that no small universe holds is the rarest of all.

    Args:
        profile: the name of the law.
        capabilities: what the target can be asked for.
    """
    share = shares(profile)
    rare = sorted(
        (share.get(name, 0.0), name, trace)
        for name, trace in situation_traces(profile)
        if share.get(name, 0.0) < RARE and trace.claims == NO_CLAIMS
    )
    found: list[Opening] = []
    for _, _, trace in rare:
        for variant in (trace, without_sessions(trace)):
            if needed_by(variant) <= capabilities:
                found.append(opening_of(variant, referential=REFERENTIAL in capabilities))
                break
    return tuple(found)
