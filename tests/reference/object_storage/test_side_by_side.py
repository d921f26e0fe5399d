"""Object storage beside the oracle, as a custom backend: the same strategy, hostile names included.

Nothing is collected and no dag run or asset is known, so neither the clock nor the parents matter:
what is compared after every step is the answer, and every key of every scope of the program.
"""

from __future__ import annotations

from itertools import product
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings

from state_store_conformance import event_loop
from state_store_conformance.applicability import needed_by
from state_store_conformance.strategies import traces
from state_store_conformance.strategies.universes import UNHOLDABLE_KEY, UNHOLDABLE_VALUE
from state_store_conformance.target import ASYNC
from state_store_conformance.targets.backend_calls import BackendCalls
from state_store_conformance.targets.symbols import Symbols
from state_store_conformance.tiers.situation_traces import situation_traces
from state_store_reference.object_storage import ObjectStorageStateBackend
from state_store_spec.answers import Refused
from state_store_spec.judgment import differences
from state_store_spec.operations import (
    Advance,
    ChangeSettings,
    Clear,
    DataOperation,
    Get,
    SymbolicAssetScope,
)
from state_store_spec.oracle import World, beginning, step
from state_store_spec.places import place_of, row_at
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import Observation, Trace
from tests.reference.object_storage.conftest import Storage

PROFILE = find_profile(DEFAULT_PROFILE)
STEPS = 12


def can_be_judged(trace: Trace) -> bool:
    """Say whether the trace keeps to what every backend has to hold, and to assets by their id."""
    return all(
        getattr(call, "key", "") != UNHOLDABLE_KEY
        and getattr(call, "value", "") != UNHOLDABLE_VALUE
        and (not isinstance(call.scope, SymbolicAssetScope) or call.scope.asset is not None)
        for call in trace.calls()
    )


def knows_its_parents(trace: Trace) -> bool:
    """Say whether every dag run and asset that is written to exists, by the oracle."""
    world = beginning(trace)
    for operation in trace.operations:
        world, answer = step(world, operation, PROFILE)
        if isinstance(answer, Refused) and answer.reason.startswith("unknown"):
            return False
    return True


class SideBySide:
    """A backend beside the oracle, one trace after the other, in a store that is cleared between.

    Attributes:
        steps: calls that were compared.
    """

    def __init__(self, backend: ObjectStorageStateBackend) -> None:
        self.backend = backend
        self.steps = 0
        self._asset_ids: dict[str, int] = {}

    def run(self, trace: Trace) -> None:
        """Run the trace; fail at the first step that differs."""
        calls = BackendCalls(self.backend, Symbols(trace), self._asset_id)
        spoken_of = [call for call in trace.calls() if isinstance(call, DataOperation)]
        scopes = {call.scope for call in spoken_of}
        keys = {call.key for call in spoken_of if not isinstance(call, Clear)}
        for scope in scopes:
            calls.call(Clear(scope=scope, all_map_indices=True))
        world = beginning(trace)
        for operation in trace.operations:
            after, expected = step(world, operation, PROFILE)
            if isinstance(operation, DataOperation):
                actual = (
                    calls.call(operation)
                    if operation.mode == "sync"
                    else event_loop.run(calls.acall(operation))
                )
                observed = Observation(answer=actual)
                self.steps += 1

                assert () == differences(world, operation, after, expected, observed, PROFILE)
                for scope, key in product(scopes, keys):
                    assert held(after, scope, key) == calls.call(Get(scope=scope, key=key)).value  # type: ignore[union-attr]
            else:
                assert isinstance(operation, Advance | ChangeSettings)
            world = after

    def _asset_id(self, symbol: str) -> int:
        return self._asset_ids.setdefault(symbol, len(self._asset_ids) + 1)


def held(world: World, scope: object, key: str) -> str | None:
    """Give the value that the oracle holds."""
    row = row_at(world, place_of(world, scope, key))  # type: ignore[arg-type]
    return None if row is None else row.value


@pytest.mark.parametrize(("name", "examples"), [("local", 400), ("s3", 12)])
def test_object_storage_agrees_with_the_oracle(
    name: str, examples: int, request: pytest.FixtureRequest
) -> None:
    """As a custom backend it answers like the oracle, and keeps every key of every scope apart."""
    storage: Storage = request.getfixturevalue(name)
    pair = SideBySide(storage.backend())

    # What is rare in random programs is met for certain in those that were made for it.
    made = [
        trace
        for _, trace in situation_traces(DEFAULT_PROFILE)
        if needed_by(trace) <= {ASYNC} and can_be_judged(trace) and knows_its_parents(trace)
    ]
    for trace in made:
        pair.run(trace)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        # A storage is slow, and two thirds of the programs speak of what it knows nothing of.
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )
    @given(traces(capabilities=frozenset({ASYNC}), max_operations=STEPS).filter(can_be_judged))
    def agrees(trace: Trace) -> None:
        pair.run(trace)

    agrees()

    assert len(made) > 20
    assert pair.steps >= examples
