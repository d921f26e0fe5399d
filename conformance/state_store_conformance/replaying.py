"""Replaying: one trace on a target, by the profile that the trace names."""

from __future__ import annotations

from state_store_conformance.side_by_side import Run
from state_store_conformance.target import Target
from state_store_conformance.watched import WatchedTarget
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace


def replayed(target: Target, trace: Trace) -> Run:
    """Run the trace to its end, or to the first step that differs.

    Args:
        target: is entered and left in a child process.
        trace: what it expects is not looked at: the oracle says it anew.

    Raises:
        UnknownProfileError: no profile has the name that the trace gives.
        TargetUnavailableError, SchemaRefusedError: the target cannot be started.
    """
    with WatchedTarget(target, find_profile(trace.profile)) as watched:
        return watched.run(trace)
