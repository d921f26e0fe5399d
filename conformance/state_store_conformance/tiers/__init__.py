"""Tiers: where the traces come from."""

from __future__ import annotations

from typing import Final

TIERS: Final = {
    "examples": "the examples of the clauses, written by hand",
    "situations": "a short trace for each situation, found by the oracle",
    "names": "every scope and text that is easily taken for another, in turn",
    "crowds": "a few rows that go, among more than a hundred that stay",
    "exhaustive": "every transition of small universes, as far as the time allows",
    "random": "random traces, drawn from a seed for as long as the budget lasts",
}
"""The tiers in the order in which they run, each with one line for people."""
