"""Strategies: one strategy of operations that feeds every random test of a state store.

:func:`traces` draws whole programs; :func:`beginnings` and :func:`operations` are the same
strategy in parts, for state machines.
"""

from __future__ import annotations

from state_store_conformance.strategies.operations import neighborhoods, operations
from state_store_conformance.strategies.traces import beginnings, recorded, traces
from state_store_conformance.strategies.universes import UNIVERSES

__all__ = ["UNIVERSES", "beginnings", "neighborhoods", "operations", "recorded", "traces"]
