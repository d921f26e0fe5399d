"""Judging in a child process: a backend that hangs, exits or crashes is an answer like any other.

The child enters the target, takes whole traces and sends what it observes, step by step. The
parent keeps the oracle, draws the traces, and watches: it kills a child whose call takes too long,
and makes another one.
"""

from __future__ import annotations

from state_store_conformance.watched.process import WatchedTarget

__all__ = ["WatchedTarget"]
