"""The settled twin of a trace: the settings are from the beginning what they become on the way.

A collection goes by the settings in force when it runs, whatever they were before (CONF-7). A
trace whose collection breaks a clause while its settled twin conforms has broken that as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from state_store_conformance.side_by_side import Run
from state_store_spec.operations import ChangeSettings, Collect
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace

_CLAUSE: Final = "CONF-7"
_OPTIONS: Final = ("default_retention_days", "clear_on_success", "state_cleanup_batch_size")


def settled_twin(trace: Trace) -> Trace | None:
    """Give the trace with its last settings alone.

    ``None`` where settings do not change, or where it does not end with a collection.
    """
    operations = trace.operations
    changes = [operation for operation in operations if isinstance(operation, ChangeSettings)]
    if not changes or not isinstance(operations[-1], Collect):
        return None
    settings = trace.settings
    for change in changes:
        settings = changed(settings, change)
    rest = tuple(operation for operation in operations if operation not in changes)
    return replace(trace, settings=settings).with_operations(rest)


def changed(settings: StateStoreSettings, change: ChangeSettings) -> StateStoreSettings:
    """Give the settings after a change."""
    options: dict[str, Any] = {
        option: value for option in _OPTIONS if (value := getattr(change, option)) is not None
    }
    return replace(settings, **options)


def blamed_on_the_change(run: Run) -> Run:
    """Give the run with its differences laid to the change of settings."""
    differences = tuple(replace(difference, clause=_CLAUSE) for difference in run.differences)
    return replace(run, differences=differences)
