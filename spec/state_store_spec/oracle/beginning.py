"""The beginning: the world that a trace starts from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import MAP_INDICES, METASTORE_LIMITS, Limits
from state_store_spec.operations import (
    AccessorClear,
    AccessorSet,
    Clear,
    Set,
    SetNeverExpire,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.oracle.world import Asset, World
from state_store_spec.trace import Trace


def beginning(trace: Trace, limits: Limits | None = None, claims: Claims | None = None) -> World:
    """Return an empty store in the universe of the trace.

    Args:
        trace: says what exists, and which texts will be written.
        limits: the keys and values that the store has to hold; by default those that the trace
            takes for granted, or those of a metastore.
        claims: what the store promises; by default what the trace takes for granted.
    """
    if limits is None:
        limits = METASTORE_LIMITS if trace.claims == NO_CLAIMS else trace.claims.limits()
    universe = trace.universe
    catalog = {asset.asset: Asset(asset.name, asset.uri) for asset in universe.assets}
    writes = [
        call for call in trace.calls() if isinstance(call, Set | SetNeverExpire | AccessorSet)
    ]
    # Keys that are only read differ from others in their texts as well (VALUE-2).
    key_texts = {
        call.key: trace.text(call.key)
        for call in trace.calls()
        if not isinstance(call, Clear | AccessorClear)
    }
    # VALUE-6: of a value that is a JSON document, the text is what the document says.
    value_texts = {call.value: trace.text(call.value) for call in writes}
    beyond_keys = {key for key, text in key_texts.items() if not limits.hold_key(text)}
    beyond_values = {value for value, text in value_texts.items() if not limits.hold_value(text)}
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
        unrepresentable_tasks=frozenset(_beyond_tasks(trace, limits) if limits.exact else ()),
        unrepresentable_keys=frozenset(beyond_keys if limits.exact else ()),
        unrepresentable_values=frozenset(beyond_values if limits.exact else ()),
        refusable=frozenset(() if limits.exact else (*beyond_values, *_refusable(trace, limits))),
        claims=trace.claims if claims is None else claims,
        began=trace.start.astimezone(UTC),
        ended={},
        task_instances={},
        worker_side=False,
        worker_ahead=timedelta(0),
        objects={},
    )


def _beyond_tasks(trace: Trace, limits: Limits) -> Iterator[tuple[str, int]]:
    """Yield the tasks, each with a map index, of which the store cannot hold state."""
    moves = (call for call in trace.operations if isinstance(call, TaskInstanceMoves))
    for call in (*trace.calls(), *moves):
        scope = call.scope
        if isinstance(scope, SymbolicTaskScope) and not limits.hold_task(
            trace.text(scope.task), scope.map_index
        ):
            yield scope.task, scope.map_index


def _refusable(trace: Trace, limits: Limits) -> Iterator[str | int]:
    """Yield the keys, the names and the map indices that a store of these limits may refuse."""
    for call in trace.calls():
        if not isinstance(call, Clear | AccessorClear) and not limits.hold_key(
            trace.text(call.key)
        ):
            yield call.key
        if isinstance(call.scope, SymbolicTaskScope):
            for name in (call.scope.dag, call.scope.run, call.scope.task):
                if not limits.hold_name(trace.text(name)):
                    yield name
            if call.scope.map_index not in MAP_INDICES:
                yield call.scope.map_index
