"""Replaying: one trace on a target, by the profile that the trace names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from state_store_conformance.applicability import needed_to_run
from state_store_conformance.errors import UsageError
from state_store_conformance.side_by_side import Run
from state_store_conformance.target import CAPABILITIES, Described, Target
from state_store_conformance.watched import WatchedTarget
from state_store_conformance.watched.process import DEFAULT_CALL_TIMEOUT_SECONDS
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace


def replayed(
    target: Target, trace: Trace, call_timeout_seconds: float = DEFAULT_CALL_TIMEOUT_SECONDS
) -> Run:
    """Run the trace to its end, or to the first step that differs.

    Args:
        target: is entered and left in a child process; what it claims is what it is held to.
        trace: what it expects is not looked at: the oracle says it anew.
        call_timeout_seconds: how long one call of the target may take.

    Raises:
        UnknownProfileError: no profile has the name that the trace gives.
        TargetUnavailableError, SchemaRefusedError: the target cannot be started.
        BrokenFixtureError: what makes the backend broke.
        UsageError: the target does not offer what the trace needs.
    """
    with WatchedTarget(target, find_profile(trace.profile), call_timeout_seconds) as watched:
        _require_offered(trace, watched.target)
        return watched.run(trace)


def replay_words(
    file: str,
    target: str,
    *,
    claims_file: Path | None = None,
    call_timeout: float = DEFAULT_CALL_TIMEOUT_SECONDS,
) -> tuple[str, ...]:
    """Give the words of the command that runs a trace file again, as it was run before."""
    words = ["state-store", "replay", file, "--target", target]
    if claims_file is not None:
        words += ["--claims", str(claims_file)]
    if call_timeout != DEFAULT_CALL_TIMEOUT_SECONDS:
        words += ["--call-timeout", f"{call_timeout:g}s"]
    return tuple(words)


def _require_offered(trace: Trace, target: Described) -> None:
    # By the claims of the target, not by those it was recorded under: they may have changed.
    missing = needed_to_run(replace(trace, claims=target.claims)) - target.capabilities
    if missing:
        needs = "; ".join(CAPABILITIES[name] for name in CAPABILITIES if name in missing)
        raise UsageError(
            f"{target.title} cannot be asked for this trace, which needs: {needs}. Run it on a "
            "target that offers this, or claim what the backend does."
        )
