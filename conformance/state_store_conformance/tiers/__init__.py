"""Tiers: where the traces come from."""

from __future__ import annotations

from typing import Final

TIERS: Final = {
    "examples": "the examples of the clauses, written by hand",
    "random": "random traces, drawn by Hypothesis from a seed and shrunk",
}
"""The tiers in the order in which they run, each with one line for people."""
