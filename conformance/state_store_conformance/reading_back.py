"""Reading back: which keys are read after each step, where no side door shows the rows.

Every key that a trace speaks of is read in every scope that it speaks of, so that a call which
touches a neighbor is seen at once. In a large trace that would be many reads; then each key is
read where calls speak of it, and in as many other scopes as there is room for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from state_store_spec.operations import (
    AccessorClear,
    Clear,
    Get,
    SymbolicScope,
    SymbolicTaskScope,
)
from state_store_spec.trace import Trace

MOST_READS: Final = 24
"""Reads after one step, unless the trace itself speaks of more."""


def places_to_read(trace: Trace) -> tuple[Get, ...]:
    """Give the reads of a trace, those of places it speaks of first."""
    spoken_of = dict.fromkeys(_spoken_of(trace))
    scopes = dict.fromkeys(call.scope for call in trace.calls() if _can_be_read(call.scope))
    keys = dict.fromkeys(key for _, key in spoken_of)
    everywhere = dict.fromkeys((scope, key) for key in keys for scope in scopes)
    others = [place for place in everywhere if place not in spoken_of]
    room = max(0, MOST_READS - len(spoken_of))
    return tuple(Get(scope=scope, key=key) for scope, key in (*spoken_of, *others[:room]))


def _spoken_of(trace: Trace) -> Iterator[tuple[SymbolicScope, str]]:
    for call in trace.calls():
        if not isinstance(call, Clear | AccessorClear) and _can_be_read(call.scope):
            yield call.scope, call.key


def _can_be_read(scope: SymbolicScope) -> bool:
    """Say whether the scope is a place by itself; the empty scope is none."""
    return isinstance(scope, SymbolicTaskScope) or scope.asset is not None
