"""What is drawn around the store: within the rules, within the capabilities, and all of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings

from state_store_conformance.applicability import needed_by
from state_store_conformance.plainer_around import plainer_around
from state_store_conformance.strategies import UNIVERSES, operations, traces
from state_store_conformance.strategies.around import NEIGHBORHOODS_AROUND, operations_around
from state_store_conformance.strategies.universes import KEYS, VALUES
from state_store_conformance.target import (
    ACCESSORS,
    CAPABILITIES,
    TASK_INSTANCES,
    WORKER_SIDE,
)
from state_store_spec.limits import METASTORE_LIMITS
from state_store_spec.operations import (
    AccessorGet,
    AccessorOperation,
    AccessorSet,
    AroundOperation,
    ListKeys,
    LoseObject,
    SetWorkerClock,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules

EVERYTHING = frozenset(CAPABILITIES)
AROUND = (ACCESSORS, TASK_INSTANCES, WORKER_SIDE)
TASK = SymbolicTaskScope(dag="d", run="r", task="t")
MAPPED = SymbolicTaskScope(dag="d", run="r", task="t", map_index=2)

drawn_often = settings(
    max_examples=200,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@drawn_often
@given(trace=traces())
def test_no_rule_of_the_trace_language_is_broken(trace: Trace) -> None:
    """Whatever is drawn around the store can be written to a file and read again."""
    assert list(broken_rules(trace)) == []


@drawn_often
@given(trace=traces())
def test_accessors_are_given_what_can_be_stored(trace: Trace) -> None:
    """No hook is asked to keep what the server would refuse for its text."""
    for operation in trace.operations:
        if isinstance(operation, AccessorSet):
            assert METASTORE_LIMITS.hold_key(trace.text(operation.key))
            assert METASTORE_LIMITS.hold_value(trace.text(operation.value))


@drawn_often
@given(trace=traces())
def test_no_asset_is_accessed_by_a_text_that_is_a_name_and_a_uri(trace: Trace) -> None:
    """Of two assets that hooks cannot tell apart nothing is asked."""
    texts = {
        "name": {trace.text(asset.name) for asset in trace.universe.assets},
        "uri": {trace.text(asset.uri) for asset in trace.universe.assets},
    }
    for operation in trace.operations:
        if not isinstance(operation, AccessorOperation) and not isinstance(operation, LoseObject):
            continue
        if isinstance(operation.scope, SymbolicAssetScope):
            symbol = operation.scope.name or operation.scope.uri or ""
            assert not all(trace.text(symbol) in known for known in texts.values())


@pytest.mark.parametrize("missing", AROUND)
def test_what_a_target_has_not_is_not_drawn(missing: str) -> None:
    """Each capability can be missing alone."""
    capabilities = EVERYTHING - {missing}

    @drawn_often
    @given(trace=traces(capabilities=capabilities))
    def look(trace: Trace) -> None:
        assert needed_by(trace) <= capabilities

    look()


def test_every_operation_around_the_store_is_drawn() -> None:
    """Nothing that can happen around the store is left out."""
    found: set[type] = set()

    @settings(max_examples=300, database=None, derandomize=True)
    @given(trace=traces())
    def look(trace: Trace) -> None:
        found.update(map(type, trace.operations))

    look()

    assert set(get_args(AroundOperation)) - found == set()


def test_every_alphabet_is_short_enough_to_keep_a_seed_stable() -> None:
    """No neighborhood, universe and set of capabilities makes an alphabet too long."""
    for neighborhood, universe in product(NEIGHBORHOODS_AROUND, UNIVERSES):
        for capability in (None, *CAPABILITIES):
            operations(neighborhood, universe, capabilities=EVERYTHING - {capability})


def test_nothing_is_drawn_where_nothing_is_around() -> None:
    """A store alone has no such operations."""
    law = find_profile(DEFAULT_PROFILE)
    for neighborhood in NEIGHBORHOODS_AROUND:
        assert operations_around(neighborhood, UNIVERSES[0], EVERYTHING - set(AROUND), law) is None


@pytest.mark.parametrize(
    ("operation", "plainest"),
    [
        (
            AccessorSet(
                scope=MAPPED,
                key=KEYS[0],
                value=VALUES[0],
                retention=timedelta(-1),
                mode="async",
            ),
            AccessorSet(scope=TASK, key=KEYS[0], value=VALUES[0]),
        ),
        (AccessorGet(scope=MAPPED, key="k", mode="async"), AccessorGet(scope=TASK, key="k")),
        (
            TaskInstanceMoves(scope=MAPPED, to="failed", by_hand=True, mode="async"),
            TaskInstanceMoves(scope=TASK, to="failed"),
        ),
        (ListKeys(scope=MAPPED, mode="async"), ListKeys(scope=TASK)),
        (SetWorkerClock(ahead=timedelta(minutes=5)), SetWorkerClock(ahead=timedelta(days=1))),
        (LoseObject(scope=MAPPED, key="k"), LoseObject(scope=TASK, key="k")),
    ],
)
def test_an_operation_has_a_plainest_form(
    operation: AroundOperation, plainest: AroundOperation
) -> None:
    """Taking the first plainer form again and again ends, at the form without anything special."""
    steps = 0
    while (plainer := next(plainer_around(operation), None)) is not None:
        operation, steps = plainer, steps + 1
        assert steps < 10

    assert plainest == operation
