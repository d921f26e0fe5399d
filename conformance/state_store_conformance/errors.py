"""The errors of the court itself: none of them says anything about the target's conformance."""

from __future__ import annotations

from typing import Final

from state_store_spec import StateStoreError


class ConformanceError(StateStoreError):
    """Something outside the target is wrong: what was asked for, or the engine."""


class UsageError(ConformanceError, ValueError):
    """What was asked for cannot be done: the message names the value, the rule, the remedy."""


class TargetUnavailableError(ConformanceError):
    """The target cannot be started: its server does not answer, or its driver is missing."""


class SchemaRefusedError(ConformanceError):
    """The database holds rows that are not ours, and judging is destructive."""


class BrokenFixtureError(ConformanceError):
    """What makes the backend broke, and not the backend: nothing is said about its conformance."""


class SessionEndedError(ConformanceError):
    """A backend ended the transaction of the caller's session (SESSION-1).

    It is never raised through a run: its name is the type of the answer that a target gives.
    """


EXIT_ERROR: Final = 2
"""The exit status of a usage or engine error."""
