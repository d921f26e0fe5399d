"""What surrounds Airflow's metastore: rows that the kit writes are no matter of what is judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from state_store_conformance.targets.finding import find_target
from state_store_conformance.watched.process import WatchedTarget
from state_store_spec.operations import (
    AccessorGet,
    ActivateAsset,
    AddDagRun,
    Advance,
    DeclaredAsset,
    DeclaredDagRun,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.airflow.servers import SERVERS

# Airflow is imported in a child that inherits the filters, and warns of much.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_mysql_takes_what_begins_after_2038(mysql_url: str) -> None:  # noqa: ARG001 - is a server
    """Its timestamps end there; a run or an asset of a later day of the trace still begins."""
    asset = DeclaredAsset(asset="a", name="orders", uri="s3://orders", state="absent")
    run = DeclaredDagRun(dag="shop", run="monday", exists=False)
    trace = Trace(
        profile="airflow-3.3",
        universe=Universe(dag_runs=(run,), assets=(asset,)),
    ).with_operations(
        (
            Advance(by=timedelta(days=20 * 365)),
            ActivateAsset(asset="a"),
            AddDagRun(dag="shop", run="monday"),
            AccessorGet(scope=SymbolicTaskScope(dag="shop", run="monday", task="load"), key="job"),
            AccessorGet(scope=SymbolicAssetScope(name="orders"), key="watermark"),
        )
    )
    target = find_target(f"airflow-metastore@{SERVERS['mysql']}")

    with WatchedTarget(target, find_profile("airflow-3.3"), call_timeout_seconds=60) as watched:
        judged = watched.run(trace)

    assert None is judged.clause
    assert len(trace.operations) == len(judged.moments)
