"""Which rows go, to the microsecond."""

from __future__ import annotations

import pytest
from freezegun import freeze_time

from state_store_reference import CollectionProgress, CollectionSummary, collect_garbage
from state_store_reference.collection.rules import EXPIRED, DueRule
from state_store_reference.collection.windows import (
    Extent,
    InstantWalk,
    TableWalk,
    choose_walk,
)
from state_store_spec import StateStoreSettings
from tests.reference.collection.store import DAY, MICROSECOND, NOW, Store

BATCH_SIZES = (0, 1, 10**30)


def collect(
    store: Store,
    *,
    dry_run: bool = False,
    default_retention_days: int = 30,
    state_cleanup_batch_size: int = 0,
) -> CollectionSummary:
    """Run collection at the frozen instant."""
    settings = StateStoreSettings(
        default_retention_days=default_retention_days,
        state_cleanup_batch_size=state_cleanup_batch_size,
    )
    with freeze_time(NOW):
        return collect_garbage(store.engine, settings, dry_run=dry_run)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_expiry_is_strict(store: Store, batch_size: int) -> None:
    """A row goes when its expiry lies before now, and not when it is now."""
    store.add_tasks(
        {"key": "a microsecond ago", "expires_at": NOW - MICROSECOND},
        {"key": "a day ago", "expires_at": NOW - DAY},
        {"key": "now", "expires_at": NOW},
        {"key": "in a microsecond", "expires_at": NOW + MICROSECOND},
    )

    summary = collect(store, state_cleanup_batch_size=batch_size)

    assert ["in a microsecond", "now"] == store.task_keys()
    assert (2, 0, 0) == (summary.expired, summary.fallback, summary.orphaned)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_fallback_is_strict(store: Store, batch_size: int) -> None:
    """A row without expiry goes when its last update plus the retention lies before now."""
    store.add_tasks(
        {"key": "older", "updated_at": NOW - 7 * DAY - MICROSECOND},
        {"key": "exactly", "updated_at": NOW - 7 * DAY},
        {"key": "younger", "updated_at": NOW - 7 * DAY + MICROSECOND},
    )

    summary = collect(store, default_retention_days=7, state_cleanup_batch_size=batch_size)

    assert ["exactly", "younger"] == store.task_keys()
    assert (0, 1, 0) == (summary.expired, summary.fallback, summary.orphaned)


@pytest.mark.parametrize("batch_size", [0, 1])
def test_now_is_read_once(store: Store, batch_size: int) -> None:
    """What becomes due while a run goes on waits for the next one (GC-6)."""
    store.add_tasks(
        {"key": "due", "expires_at": NOW - DAY},
        {"key": "due as well", "expires_at": NOW - DAY},
        {"key": "expires meanwhile", "expires_at": NOW + MICROSECOND},
        {"key": "grows too old meanwhile", "updated_at": NOW - 30 * DAY},
    )
    settings = StateStoreSettings(state_cleanup_batch_size=batch_size)

    with freeze_time(NOW) as clock:

        def a_day_passes(_: CollectionProgress) -> None:
            clock.tick(DAY)

        collect_garbage(store.engine, settings, progress=a_day_passes)

    assert ["expires meanwhile", "grows too old meanwhile"] == store.task_keys()


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_explicit_expiry_wins_over_the_fallback(store: Store, batch_size: int) -> None:
    """A row with an expiry ahead stays, however long ago it was written."""
    store.add_tasks(
        {"key": "stays", "updated_at": NOW - 900 * DAY, "expires_at": NOW + 900 * DAY},
        {"key": "goes", "updated_at": NOW, "expires_at": NOW - MICROSECOND},
    )

    collect(store, default_retention_days=1, state_cleanup_batch_size=batch_size)

    assert ["stays"] == store.task_keys()


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_rows_that_never_expire_are_skipped(store: Store, batch_size: int) -> None:
    """NEVER_EXPIRE shields a row from the fallback, whatever the settings."""
    store.add_tasks(
        {"key": "never", "updated_at": NOW - 900 * DAY, "never_expire": True},
        {"key": "plain", "updated_at": NOW - 900 * DAY},
    )

    collect(store, default_retention_days=1, state_cleanup_batch_size=batch_size)

    assert ["never"] == store.task_keys()


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_zero_retention_disables_time_based_cleanup_only(store: Store, batch_size: int) -> None:
    """With 0 days neither expired nor old rows go, and the orphan sweep still runs."""
    store.add_tasks(
        {"key": "expired", "expires_at": NOW - DAY},
        {"key": "old", "updated_at": NOW - 900 * DAY},
    )
    store.add_asset(1, "a", "u", ["orphan"])

    summary = collect(store, default_retention_days=0, state_cleanup_batch_size=batch_size)

    assert ["expired", "old"] == store.task_keys()
    assert [] == store.asset_keys()
    assert not summary.time_based_cleanup
    assert (0, 0, 1) == (summary.expired, summary.fallback, summary.orphaned)


@pytest.mark.parametrize("days", [NOW.toordinal(), 999_999_999, 10**12])
@pytest.mark.parametrize("batch_size", [0, 2])
def test_a_retention_beyond_the_calendar_keeps_old_rows(
    store: Store, batch_size: int, days: int
) -> None:
    """Where now minus the retention lies before the year 1 no row is that old; expiries count."""
    store.add_tasks(
        {"key": "old", "updated_at": NOW - 9_000 * DAY},
        {"key": "expired", "expires_at": NOW - DAY},
    )

    collect(store, default_retention_days=days, state_cleanup_batch_size=batch_size)

    assert ["old"] == store.task_keys()


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_an_asset_is_active_by_name_and_uri(store: Store, batch_size: int) -> None:
    """State stays where one record has both name and uri, and goes where only half is there."""
    store.add_asset(1, "name", "uri", ["a", ""])
    store.add_asset(2, "name", "other uri", ["a"])
    store.add_asset(3, "other name", "uri", ["a", "b"])
    store.add_asset(4, "Name", "URI", ["a"])
    store.activate("name", "uri")

    summary = collect(store, state_cleanup_batch_size=batch_size)

    assert [(1, ""), (1, "a")] == store.asset_keys()
    assert (0, 0, 4) == (summary.expired, summary.fallback, summary.orphaned)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_an_asset_that_came_back_keeps_its_state(store: Store, batch_size: int) -> None:
    """An asset that was renamed and renamed back before a sweep is active again."""
    store.add_asset(1, "name", "uri", ["a"])
    store.add_asset(2, "new name", "uri", ["b"])
    store.activate("name", "uri")

    collect(store, state_cleanup_batch_size=batch_size)

    assert [(1, "a")] == store.asset_keys()


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_asset_state_has_no_age(store: Store, batch_size: int) -> None:
    """No time-based rule touches the state of an active asset."""
    store.add_asset(1, "name", "uri", ["a"])
    store.activate("name", "uri")
    with freeze_time(NOW + 9_000 * DAY):
        collect_garbage(
            store.engine,
            StateStoreSettings(default_retention_days=1, state_cleanup_batch_size=batch_size),
        )

    assert [(1, "a")] == store.asset_keys()


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_a_dry_run_counts_and_deletes_nothing(store: Store, batch_size: int) -> None:
    """A dry run gives the counts of the run after it, and leaves every row."""
    store.add_tasks(
        *({"key": f"expired {n}", "expires_at": NOW - n * DAY} for n in range(5)),
        *({"key": f"old {n}", "updated_at": NOW - n * 10 * DAY} for n in range(7)),
        {"key": "never", "updated_at": NOW - 900 * DAY, "never_expire": True},
    )
    store.add_asset(1, "a", "u", ["x", "y"])
    store.add_asset(2, "b", "v", ["x"])
    store.activate("b", "v")

    with store.watched() as seen:
        foretold = collect(store, dry_run=True, state_cleanup_batch_size=batch_size)
    rows_left = len(store.task_keys()) + len(store.asset_keys())
    done = collect(store, state_cleanup_batch_size=batch_size)

    assert [] == seen.events
    assert 16 == rows_left
    assert (4, 3, 2) == (foretold.expired, foretold.fallback, foretold.orphaned)
    assert (4, 3, 2) == (done.expired, done.fallback, done.orphaned)
    assert 9 == foretold.total
    assert foretold.dry_run
    assert 0 == foretold.batches
    assert not done.dry_run


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_an_empty_store_is_no_trouble(store: Store, batch_size: int) -> None:
    """Where nothing is due nothing is deleted, and a second run finds nothing."""
    with store.watched() as seen:
        summary = collect(store, state_cleanup_batch_size=batch_size)

    assert (0, 0) == (summary.total, summary.batches)
    assert [] == seen.events


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_few_rows_of_a_large_table_go_by_the_same_rules(store: Store, batch_size: int) -> None:
    """Where the ids of what is due lie far apart, each boundary is the same."""
    month = NOW - 30 * DAY
    goes = [
        {"key": "expired", "expires_at": NOW - MICROSECOND},
        {"key": "expired long ago", "expires_at": NOW - 9 * DAY},
        {"key": "old", "updated_at": month - MICROSECOND},
        {"key": "very old", "updated_at": month - 9 * DAY},
    ]
    stays = [
        {"key": "a never", "updated_at": month - DAY, "never_expire": True},
        {"key": "b later", "updated_at": month - DAY, "expires_at": NOW + DAY},
        {"key": "c now", "updated_at": month - DAY, "expires_at": NOW},
        {"key": "d exactly", "updated_at": month},
    ]
    pairs = zip(goes, stays, strict=True)
    rows = [row for pair in pairs for row in pair]
    store.add_tasks(*({"id": 1 + 10_000 * n} | row for n, row in enumerate(rows)))

    summary = collect(store, state_cleanup_batch_size=batch_size)

    assert ["a never", "b later", "c now", "d exactly"] == store.task_keys()
    assert (2, 2, 0) == (summary.expired, summary.fallback, summary.orphaned)


@pytest.mark.parametrize(
    ("rows", "walk"), [(1, InstantWalk), (2_500, InstantWalk), (2_501, TableWalk)]
)
def test_the_cheaper_walk_is_chosen(rows: int, walk: type) -> None:
    """Few rows are found by the rule's index, more than one in forty in the order of the table."""
    extent = Extent(rows, first_id=1, last_id=100_001, first_instant=NOW)

    assert isinstance(choose_walk(DueRule(EXPIRED, NOW), extent, "sqlite"), walk)
