"""Whole traces, drawn by the same strategy, and what can be said of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from state_store_conformance.clock import FrozenClock
from state_store_conformance.side_by_side import SideBySide
from state_store_conformance.strategies import traces
from state_store_conformance.strategies.alphabets import drawn_from, weighted
from state_store_conformance.strategies.namings import (
    ASSET_NAMINGS,
    KEY_NAMINGS,
    TASK_NAMINGS,
    UNHOLDABLE_NAMINGS,
    VALUE_NAMINGS,
    merged,
)
from state_store_conformance.strategies.universes import SYMBOLS, UNIVERSES
from state_store_conformance.target import (
    COLLECTION,
    METASTORE_CAPABILITIES,
    SESSIONS,
    SIDE_DOOR,
)
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.limits import METASTORE_LIMITS
from state_store_spec.naming import text_of
from state_store_spec.operations import (
    ChangeSettings,
    Collect,
    DataOperation,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
)
from state_store_spec.oracle import beginning, step, stored_rows
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from state_store_spec.trace_files import dump_trace, load_trace
from state_store_spec.trace_rules import broken_rules
from tests.properties.chosen import EVERY_HEALTH_CHECK

PROFILE = find_profile("pr-67299")
SLOW_IS_FINE = settings(suppress_health_check=EVERY_HEALTH_CHECK)


@SLOW_IS_FINE
@given(traces())
def test_no_trace_breaks_a_rule_of_the_language(trace: Trace) -> None:
    """Whatever is drawn is well formed."""
    assert [] == list(broken_rules(trace))


@SLOW_IS_FINE
@given(traces(max_operations=10))
def test_traces_survive_their_file(trace: Trace) -> None:
    """A drawn trace is the same after it was written and read again."""
    assert trace == load_trace(dump_trace(trace))


@SLOW_IS_FINE
@given(traces(capabilities=frozenset({SIDE_DOOR})))
def test_what_a_target_cannot_do_is_not_drawn(trace: Trace) -> None:
    """Without capabilities there are sync calls below what exists, and time."""
    declared = {(dag_run.dag, dag_run.run) for dag_run in trace.universe.dag_runs}
    assets = {asset.asset for asset in trace.universe.assets}
    for operation in trace.operations:
        assert operation.op in {"get", "set", "delete", "clear", "advance"}
        if isinstance(operation, DataOperation):
            assert "sync" == operation.mode
            scope = operation.scope
            if isinstance(scope, SymbolicTaskScope):
                assert (scope.dag, scope.run) in declared
            else:
                assert SymbolicAssetScope(asset=scope.asset) == scope
                assert scope.asset in assets


@SLOW_IS_FINE
@given(traces(capabilities=METASTORE_CAPABILITIES - {COLLECTION, SESSIONS}))
def test_a_missing_capability_takes_its_operations_along(trace: Trace) -> None:
    """Without collection nobody changes its settings; without sessions there is none."""
    for operation in trace.operations:
        assert not isinstance(operation, Collect | Transaction)
        if isinstance(operation, ChangeSettings):
            # That of task instances is there.
            assert operation == ChangeSettings(clear_on_success=operation.clear_on_success)


@SLOW_IS_FINE
@given(traces())
def test_time_and_reads_change_no_row(trace: Trace) -> None:
    """In the oracle a step that only looks or waits leaves what is stored alone."""
    world = beginning(trace)
    for operation in trace.operations:
        after, _ = step(world, operation, PROFILE)
        looks = operation.op in {"get", "advance", "change_settings"}
        if looks or (isinstance(operation, Collect) and operation.dry_run):
            assert stored_rows(world) == stored_rows(after)
        world = after


@SLOW_IS_FINE
@given(traces())
def test_what_is_rolled_back_never_was(trace: Trace) -> None:
    """In the oracle a rolled back transaction leaves the world as it was."""
    world = beginning(trace)
    for operation in trace.operations:
        after, _ = step(world, operation, PROFILE)
        if isinstance(operation, Transaction) and operation.end == "rollback":
            assert world == after
        world = after


def test_random_traces_agree_with_the_metastore() -> None:
    """The plain strategy of traces, without a machine, finds nothing on SQLite either."""
    with ReferenceMetastore() as target, FrozenClock() as clock:
        side_by_side = SideBySide(target, clock, PROFILE)

        @SLOW_IS_FINE
        @given(traces())
        def judge(trace: Trace) -> None:
            assert () == side_by_side.run(trace).differences

        judge()


@pytest.mark.parametrize(
    "namings", [KEY_NAMINGS, VALUE_NAMINGS, TASK_NAMINGS, ASSET_NAMINGS, UNHOLDABLE_NAMINGS]
)
def test_namings_are_injective(namings: tuple[dict[str, object], ...]) -> None:
    """No two symbols of a hostile naming stand for one text; every part is kept when alone."""
    for part in namings:
        naming = merged(part)  # type: ignore[arg-type]
        texts = [text_of(naming, symbol) for symbol in SYMBOLS]

        assert part == naming
        assert len(texts) == len(set(texts))


def test_only_what_is_called_so_cannot_be_held() -> None:
    """The metastore holds every text of the namings but those of the unholdable symbols."""
    for part in KEY_NAMINGS:
        assert all(METASTORE_LIMITS.hold_key(text_of(part, symbol)) for symbol in part)
    for part in VALUE_NAMINGS:
        assert all(METASTORE_LIMITS.hold_value(text_of(part, symbol)) for symbol in part)
    for part in UNHOLDABLE_NAMINGS:
        assert not METASTORE_LIMITS.hold_key(text_of(part, "unholdable_key"))
        assert not METASTORE_LIMITS.hold_value(text_of(part, "unholdable_value"))


def test_a_part_that_would_name_two_symbols_alike_is_left_out() -> None:
    """The earlier part stands."""
    assert {"key_1": "x"} == merged({"key_1": "x"}, {"value_1": "x", "value_2": "y"})


def test_every_universe_has_assets_that_are_half_the_same() -> None:
    """Two assets share a name and two share a uri, in whatever order the fields are read."""
    for universe in UNIVERSES:
        halves = [half for asset in universe.assets for half in (asset.name, asset.uri)]

        assert len(set(halves)) < len(halves)


def test_weights_keep_the_simplest_first() -> None:
    """Every letter comes once before any comes twice, and a weight of 0 leaves it out."""
    assert ("a", "b", "b", "b") == weighted([("a", 1), ("b", 3), ("c", 0)])


@pytest.mark.parametrize("length", [0, 101])
def test_an_alphabet_that_a_seed_cannot_keep_stable_is_refused(length: int) -> None:
    """The message says how many letters there are and what to do."""
    with pytest.raises(ValueError, match=f"an alphabet of {length} letters; expected 1 to 100"):
        drawn_from(range(length))


DRAW = """
import hashlib, sys
{author}
from hypothesis import HealthCheck, given, seed, settings
from state_store_conformance.strategies import traces

digest = hashlib.sha256()

@seed(7)
@settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
@given(traces())
def draw(trace):
    digest.update(repr(trace).encode())

draw()
print(digest.hexdigest())
"""


def test_an_authors_module_cannot_change_what_a_seed_draws(tmp_path: Path) -> None:
    """Hypothesis harvests the constants of modules around it; the traces stay the same."""
    numbers = list(range(90, 40_000, 7))
    (tmp_path / "author.py").write_text(f"NUMBERS = {json.dumps(numbers)}\nTEXT = 'secret'\n")

    def drawn(author: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", DRAW.format(author=author)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert drawn("") == drawn("import author")
