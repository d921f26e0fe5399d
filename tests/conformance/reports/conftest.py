"""Reports to be written: each is of a run."""

from __future__ import annotations

import pytest

from state_store_conformance.checking import CheckOptions, check, save_counterexamples
from state_store_conformance.deviations.entries import Deviation, Deviations
from state_store_conformance.report import Report
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from tests.conformance.broken_backends import leaves_expired_rows
from tests.conformance.reports.hostile import hostile_report


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on a collection that deletes nothing; one clause of many is known to be broken.

    Without random traces, so that every verdict but ERROR is there.
    """
    known = Deviation(
        clause="GC-2", reason="rows are kept for an audit", link="https://example.org/7"
    )
    report = check(
        ReferenceMetastore(collect=leaves_expired_rows),
        CheckOptions(
            budget_seconds=30, tiers=("examples",), deviations=Deviations(entries=(known,))
        ),
    )
    return save_counterexamples(report, tmp_path_factory.mktemp("traces"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on a backend that answers in text that breaks out of documents."""
    return hostile_report(tmp_path_factory.mktemp("hostile"))
