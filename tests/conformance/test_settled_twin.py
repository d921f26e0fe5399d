"""The settled twin: what only a change of settings brings out is laid to the change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from state_store_conformance.settled_twin import settled_twin
from state_store_spec.operations import Advance, ChangeSettings, Collect, Operation
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace

SHORTER = ChangeSettings(default_retention_days=7)
DAY = Advance(by=timedelta(days=1))


def trace(*operations: Operation) -> Trace:
    """Give the trace of these operations."""
    return Trace(settings=StateStoreSettings(state_cleanup_batch_size=2)).with_operations(
        operations
    )


def test_the_last_settings_are_those_of_the_start() -> None:
    """Of several changes the last one counts, and what no change names stays."""
    changing = trace(ChangeSettings(default_retention_days=1), DAY, SHORTER, Collect())
    twin = settled_twin(changing)

    assert twin is not None
    assert (DAY, Collect()) == twin.operations
    assert twin.settings == StateStoreSettings(default_retention_days=7, state_cleanup_batch_size=2)


@pytest.mark.parametrize(
    "settled", [trace(DAY, Collect()), trace(SHORTER, Collect(), DAY), trace(SHORTER)]
)
def test_others_have_none(settled: Trace) -> None:
    """Without a change, or without a collection at the end, there is nothing to compare."""
    assert settled_twin(settled) is None
