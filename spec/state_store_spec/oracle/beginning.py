"""The beginning: the world that a trace starts from."""

from __future__ import annotations

from datetime import UTC, timedelta

from state_store_spec.limits import METASTORE_LIMITS, Limits
from state_store_spec.operations import AccessorSet, Set, SetNeverExpire
from state_store_spec.oracle.world import Asset, World
from state_store_spec.trace import Trace


def beginning(trace: Trace, limits: Limits = METASTORE_LIMITS) -> World:
    """Return an empty store in the universe of the trace."""
    universe = trace.universe
    catalog = {asset.asset: Asset(asset.name, asset.uri) for asset in universe.assets}
    writes = [
        call for call in trace.calls() if isinstance(call, Set | SetNeverExpire | AccessorSet)
    ]
    key_texts = {call.key: trace.text(call.key) for call in writes}
    value_texts = {call.value: trace.text(call.value) for call in writes}
    return World(
        now=trace.start.astimezone(UTC),
        settings=trace.settings,
        dag_runs=frozenset(
            (dag_run.dag, dag_run.run) for dag_run in universe.dag_runs if dag_run.exists
        ),
        catalog=catalog,
        assets=frozenset(asset.asset for asset in universe.assets if asset.state != "absent"),
        active_records=frozenset(
            catalog[asset.asset] for asset in universe.assets if asset.state == "active"
        ),
        task_state={},
        asset_state={},
        key_texts=key_texts,
        value_texts=value_texts,
        unrepresentable_keys=frozenset(
            key for key, text in key_texts.items() if not limits.hold_key(text)
        ),
        unrepresentable_values=frozenset(
            value for value, text in value_texts.items() if not limits.hold_value(text)
        ),
        task_instances={},
        worker_side=False,
        worker_ahead=timedelta(0),
        objects={},
    )
