"""How many rows one statement deletes, and when it is committed."""

from __future__ import annotations

import tracemalloc

import pytest
from freezegun import freeze_time

from state_store_reference import CollectionProgress, CollectionRule, collect_garbage
from state_store_spec import StateStoreSettings
from tests.reference.collection.store import DAY, NOW, Store

MANY = 40_000


def batches_of(rows: int, batch_size: int) -> list[int]:
    """Give the rows that each statement should delete."""
    if batch_size == 0:
        return [rows]
    full, rest = divmod(rows, batch_size)
    return [batch_size] * full + [rest] * (rest > 0)


def collect(store: Store, batch_size: int) -> None:
    """Run collection at the frozen instant."""
    with freeze_time(NOW):
        collect_garbage(store.engine, StateStoreSettings(state_cleanup_batch_size=batch_size))


# Ids that follow on each other are walked in the order of the table, strewn ones in that of the
# expiry.
@pytest.mark.parametrize("distance", [1, 1_000], ids=["close", "strewn"])
@pytest.mark.parametrize("ties", [True, False], ids=["ties", "distinct"])
@pytest.mark.parametrize("batch_size", [0, 1, 5, 6, 13])
def test_no_statement_deletes_more_than_the_batch(
    store: Store, batch_size: int, *, ties: bool, distance: int
) -> None:
    """Each rule deletes in full batches and a rest, each committed; nothing due is left."""
    late = [NOW - DAY * (1 if ties else 1 + number * 5 % 12) for number in range(12)]
    store.add_tasks(
        *(
            {"id": 1 + n * distance, "key": f"expired {n}", "expires_at": late[n]}
            for n in range(12)
        ),
        *(
            {"id": 100_000 + n * distance, "key": f"old {n}", "updated_at": late[n] - 30 * DAY}
            for n in range(12)
        ),
        {"id": 200_000, "key": "stays"},
    )

    with store.watched() as seen:
        collect(store, batch_size)

    assert ["stays"] == store.task_keys()
    assert batches_of(12, batch_size) * 2 == seen.rows("task_state")
    assert ["commit"] * len(seen.rows("task_state")) == seen.events[1::2]


@pytest.mark.parametrize("batch_size", [0, 1, 2, 4, 9, 10])
def test_the_sweep_keeps_to_the_batch(store: Store, batch_size: int) -> None:
    """Batches of the sweep may hold several assets, or a part of one."""
    for number, keys in ((1, "abcd"), (2, "xyz"), (4, "a"), (7, "é"), (9, "Aa")):
        store.add_asset(number, f"asset {number}", f"uri {number}", [*keys])
    store.activate("asset 9", "uri 9")

    with store.watched() as seen:
        collect(store, batch_size)

    assert [(9, "A"), (9, "a")] == store.asset_keys()
    assert batches_of(9, batch_size) == seen.rows("asset_state")


@pytest.mark.parametrize("batch_size", [0, 700])
def test_the_sweep_takes_more_assets_than_a_page_holds(store: Store, batch_size: int) -> None:
    """However many assets are orphaned, all of their state goes, in statements of bounded size."""
    store.add_orphans(1_202)
    store.activate("asset 600", "uri 600")

    with store.watched() as seen:
        collect(store, batch_size)

    assert [(600, "a"), (600, "b")] == store.asset_keys()
    assert 2_402 == sum(seen.rows("asset_state"))
    assert max(seen.rows("asset_state")) <= (batch_size or MANY)


@pytest.mark.parametrize("batch_size", [0, 33_000])
def test_many_rows_need_neither_long_statements_nor_memory(store: Store, batch_size: int) -> None:
    """More rows than a statement may have parameters go without one parameter for each."""
    rows = [
        {"key": f"key {number}", "expires_at": NOW - DAY, "task_id": "t"} for number in range(MANY)
    ]
    collect(store, batch_size)  # what is compiled and imported once is not what rows cost
    store.add_tasks(*rows)

    with store.watched() as seen:
        tracemalloc.start()
        collect(store, batch_size)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert [] == store.task_keys()
    assert batches_of(MANY, batch_size) == [rows for rows in seen.rows("task_state") if rows]
    assert seen.longest_statement < 2_000
    assert peak_bytes < 1_000_000


def test_progress_is_told_after_each_commit(store: Store) -> None:
    """Each commit is reported with the rows so far, and their total where it was counted."""
    store.add_tasks(*({"key": f"{number}", "expires_at": NOW - DAY} for number in range(5)))
    store.add_asset(1, "a", "u", ["x", "y", "z"])
    told: list[CollectionProgress] = []
    expired, orphaned = CollectionRule.EXPIRED, CollectionRule.ORPHANED

    with freeze_time(NOW):
        collect_garbage(
            store.engine, StateStoreSettings(state_cleanup_batch_size=2), progress=told.append
        )

    assert [
        CollectionProgress(expired, 2, 5),
        CollectionProgress(expired, 4, 5),
        CollectionProgress(expired, 5, 5),
        CollectionProgress(orphaned, 2, None),
        CollectionProgress(orphaned, 3, None),
    ] == told
