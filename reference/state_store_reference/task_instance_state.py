"""The states of a task instance that the rules of the state store know."""

from __future__ import annotations

from enum import StrEnum


class TaskInstanceState(StrEnum):
    """Where a task instance stands; before its first move it has no state.

    Airflow has more of them. These are the ones that a rule speaks of: only a move to ``SUCCESS``
    may clear task state, and each other one must not.
    """

    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    UP_FOR_RETRY = "up_for_retry"
