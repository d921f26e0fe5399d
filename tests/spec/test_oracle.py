"""What the examples of the clauses do not reach in the oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from state_store_spec import StateStoreSettings, Trace, UnknownProfileError
from state_store_spec.answers import DONE, Answers, Collected, Refused, Value
from state_store_spec.limits import Limits
from state_store_spec.naming import CodePoints
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Clear,
    Collect,
    DeactivateAsset,
    DeclaredAsset,
    DeclaredDagRun,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    Operation,
    RenameAsset,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
    Universe,
)
from state_store_spec.oracle import World, beginning, step, stored_rows
from state_store_spec.oracle.retention import refused_past_the_end_of_time
from state_store_spec.oracle.scopes import is_active, resolve_asset
from state_store_spec.profiles import DEFAULT_PROFILE, PROFILES, find_profile

PROFILE = find_profile(DEFAULT_PROFILE)
TASK = SymbolicTaskScope(dag="d", run="r", task="t")
ASSET = SymbolicAssetScope(asset="a")
UNIVERSE = Universe(
    dag_runs=(DeclaredDagRun(dag="d", run="r"), DeclaredDagRun(dag="d", run="s", exists=False)),
    assets=(
        DeclaredAsset(asset="a", name="n", uri="u"),
        DeclaredAsset(asset="b", name="n", uri="v", state="inactive"),
        DeclaredAsset(asset="c", name="m", uri="u", state="absent"),
    ),
)
TRACE = Trace(universe=UNIVERSE)


def after(*operations: Operation, trace: Trace = TRACE) -> World:
    """Return the world after the operations."""
    world = beginning(trace.with_operations(operations))
    for operation in operations:
        world, _ = step(world, operation, PROFILE)
    return world


def test_the_beginning_is_empty_and_as_declared() -> None:
    """Nothing is stored; what exists and what is active is what the universe says."""
    world = after()

    assert ({}, {}) == (world.task_state, world.asset_state)
    assert frozenset({("d", "r")}) == world.dag_runs
    assert frozenset({"a", "b"}) == world.assets
    assert [True, False, False] == [is_active(world, asset) for asset in "abc"]


def test_the_clock_starts_in_utc() -> None:
    """The start of a trace may be said in any zone; the world's clock says it in UTC."""
    start = datetime(2026, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    world = beginning(Trace(start=start))

    assert (start, UTC) == (world.now, world.now.tzinfo)


@pytest.mark.parametrize(
    "operation",
    [
        Set(scope=TASK, key="k", value="w"),
        Set(scope=ASSET, key="k", value="w"),
        SetNeverExpire(scope=TASK, key="k", value="w"),
        Delete(scope=TASK, key="k"),
        Delete(scope=ASSET, key="k"),
        Clear(scope=TASK),
        Clear(scope=ASSET),
        Advance(by=timedelta(days=1)),
        Collect(),
        ChangeSettings(default_retention_days=1),
        DeleteDagRun(dag="d", run="r"),
        DeleteAsset(asset="a"),
        DeactivateAsset(asset="a"),
        RenameAsset(asset="a", to="c"),
    ],
    ids=lambda operation: f"{operation.op} {getattr(operation, 'scope', '')}",
)
def test_worlds_are_values(operation: Operation) -> None:
    """An operation makes another world and leaves the one before as it was."""
    setup = (
        Set(scope=TASK, key="k", value="v", expires_in=timedelta(0)),
        Set(scope=ASSET, key="k", value="v"),
        Advance(by=timedelta(days=40)),
    )
    world = after(*setup)
    task_state, asset_state = dict(world.task_state), dict(world.asset_state)
    before = world._replace(task_state=dict(task_state), asset_state=dict(asset_state))

    following, _ = step(world, operation, PROFILE)

    assert before == world
    assert following != world


def test_a_change_of_one_setting_leaves_the_other() -> None:
    """What a change of settings does not name stays, clearing on success included."""
    settings = StateStoreSettings(30, clear_on_success=True, state_cleanup_batch_size=10)
    trace = Trace(settings=settings)

    world = after(
        ChangeSettings(default_retention_days=0),
        ChangeSettings(state_cleanup_batch_size=5),
        ChangeSettings(),
        trace=trace,
    )

    assert (
        StateStoreSettings(0, clear_on_success=True, state_cleanup_batch_size=5) == world.settings
    )


def test_events_that_change_nothing() -> None:
    """What exists cannot begin again, and what does not exist cannot end."""
    world = after(Set(scope=ASSET, key="k", value="v"))

    for event in (
        AddDagRun(dag="d", run="r"),
        DeleteDagRun(dag="d", run="s"),
        ActivateAsset(asset="a"),
        DeactivateAsset(asset="b"),
        DeactivateAsset(asset="c"),
        DeleteAsset(asset="c"),
    ):
        assert (world, DONE) == step(world, event, PROFILE)


def test_records_in_the_way_end() -> None:
    """A name and a uri belong to at most one active asset, the one activated last."""
    by_name = after(ActivateAsset(asset="b"))
    by_uri = after(ActivateAsset(asset="c"))

    assert [False, True, False] == [is_active(by_name, asset) for asset in "abc"]
    assert [False, False, True] == [is_active(by_uri, asset) for asset in "abc"]


def test_a_deleted_asset_takes_its_record_along() -> None:
    """The name of a deleted asset means no asset, and its id neither."""
    world = after(DeleteAsset(asset="a"))

    assert resolve_asset(world, SymbolicAssetScope(name="n")) is None
    assert resolve_asset(world, ASSET) is None


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (SymbolicAssetScope(asset="a"), "a"),
        (SymbolicAssetScope(asset="b"), "b"),
        (SymbolicAssetScope(asset="c"), None),
        (SymbolicAssetScope(asset="z"), None),
        (SymbolicAssetScope(name="n"), "a"),
        (SymbolicAssetScope(uri="u"), "a"),
        (SymbolicAssetScope(uri="v"), None),
        (SymbolicAssetScope(name="m"), None),
        (SymbolicAssetScope(name="n", uri="u"), "a"),
        (SymbolicAssetScope(name="n", uri="v"), None),
        (SymbolicAssetScope(asset="b", name="n"), "b"),
        (SymbolicAssetScope(asset="b", name="n", uri="v"), "b"),
        (SymbolicAssetScope(asset="b", name="n", uri="u"), None),
        (SymbolicAssetScope(asset="b", uri="u"), None),
    ],
    ids=repr,
)
def test_which_asset_a_scope_means(scope: SymbolicAssetScope, found: str | None) -> None:
    """Ids mean their asset, names and uris the active one, and all fields agree (REF-3 to 5)."""
    assert found == resolve_asset(after(), scope)


def test_limits_of_another_store() -> None:
    """What a store refuses follows from its own limits (VALUE-4)."""
    operations = (
        Set(scope=TASK, key="four", value="v"),
        Set(scope=TASK, key="k", value="large"),
        SetNeverExpire(scope=ASSET, key="NUL", value="v"),
    )
    trace = Trace(universe=UNIVERSE, naming={"NUL": CodePoints(code_points=(0,))})
    world = beginning(trace.with_operations(operations), Limits(key_characters=3, value_bytes=4))

    assert [
        Refused("unrepresentable-key"),
        Refused("unrepresentable-value"),
        Refused("unrepresentable-key"),
    ] == [step(world, operation, PROFILE)[1] for operation in operations]


def test_a_transaction_answers_call_by_call() -> None:
    """A transaction answers with one answer for each of its calls, an empty one with none."""
    world = after()
    whole = Transaction(
        operations=(
            Set(scope=TASK, key="k", value="v"),
            Get(scope=TASK, key="k"),
            Clear(scope=TASK),
        )
    )

    assert (world, Answers((DONE, Value("v"), DONE))) == step(world, whole, PROFILE)
    assert (world, Answers(())) == step(world, Transaction(operations=()), PROFILE)


def test_rows_are_listed_in_the_order_of_their_places() -> None:
    """Task state comes first; rows follow their dag, run, task, map index and key."""
    mapped = SymbolicTaskScope(dag="d", run="r", task="t", map_index=2)
    world = after(
        Set(scope=ASSET, key="a", value="1"),
        Set(scope=mapped, key="a", value="2"),
        Set(scope=TASK, key="b", value="3"),
        Set(scope=TASK, key="a", value="4"),
    )

    assert ["4", "3", "2", "1"] == [row.value for row in stored_rows(world)]


def test_collection_counts_by_rule() -> None:
    """A row is counted by the rule that takes it, and by one rule only."""
    hour = timedelta(hours=1)
    trace = Trace(universe=UNIVERSE)
    world = after(
        Set(scope=TASK, key="expired", value="v", expires_in=hour),
        Set(scope=TASK, key="plain", value="v"),
        Set(scope=TASK, key="later", value="v", expires_in=timedelta(days=90)),
        SetNeverExpire(scope=TASK, key="never", value="v"),
        Set(scope=SymbolicAssetScope(asset="b"), key="orphan", value="v"),
        Set(scope=ASSET, key="active", value="v"),
        Advance(by=timedelta(days=31)),
        trace=trace,
    )

    following, answer = step(world, Collect(), PROFILE)

    assert Collected(expired=1, fallback=1, orphaned=1) == answer
    assert ["later", "never", "active"] == [row.key for row in stored_rows(following)]


def test_profiles() -> None:
    """The default profile is the documentation under review, and its title is one line."""
    assert DEFAULT_PROFILE in PROFILES
    assert all(profile.name == name and profile.title for name, profile in PROFILES.items())
    with pytest.raises(UnknownProfileError) as caught:
        find_profile("airflow-1")
    assert str(caught.value).startswith(
        "'airflow-1' is no profile of the specification. Known profiles: "
    )


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("end", [FIRST, LAST], ids=["first", "last"])
def test_the_ends_of_time_can_be_asked_for_and_nothing_beyond(end: datetime) -> None:
    """In the release a retention may end at the first or the last date there is (ACCESS-10)."""
    now, moment = datetime(2026, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
    beyond = end - now + (moment if end == LAST else -moment)

    assert refused_past_the_end_of_time(now, end - now) is None
    assert Refused("impossible-retention") == refused_past_the_end_of_time(now, beyond)
