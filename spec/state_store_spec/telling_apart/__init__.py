"""Telling two profiles apart: the clauses that differ, and the shortest traces that show it.

What two readings of the law disagree on is computed, by asking both oracles the same: one is the
law, the other obeys its own law and is judged by the first.
"""

from __future__ import annotations

from state_store_spec.telling_apart.differing import Differing, differing_clauses
from state_store_spec.telling_apart.search import ToldApart, shortest_traces, told_apart

__all__ = ["Differing", "ToldApart", "differing_clauses", "shortest_traces", "told_apart"]
