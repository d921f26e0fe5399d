"""Which statements a collection may run (GC-7, GC-8)."""

from __future__ import annotations

import pytest

from state_store_spec.answers import Collected, Deletion
from state_store_spec.oracle.collection import forbidden_statements

EXPECTED = Collected(expired=3, fallback=2, orphaned=1)
NOTHING = Collected(expired=0, fallback=0, orphaned=0)

Transactions = tuple[tuple[Deletion, ...], ...]


def task(rows: int) -> Deletion:
    """Return a statement that took rows from the task state."""
    return Deletion("task_state", rows)


def asset(rows: int) -> Deletion:
    """Return a statement that took rows from the asset state."""
    return Deletion("asset_state", rows)


@pytest.mark.parametrize(
    ("batch_size", "transactions"),
    [
        (2, ((task(2),), (task(1),), (task(2),), (asset(1),))),
        (2, ((task(2),), (task(1),), (task(0),), (), (task(2), task(0)), (asset(1),))),
        (100, ((task(3),), (task(2),), (asset(1),))),
        (0, ((task(3), task(2), asset(1)),)),
        (0, ((task(3),), (task(2),), (asset(1),), (asset(0),))),
        (0, ((task(5),), (asset(1),))),
        (0, ()),
    ],
    ids=[
        "full and partial batches",
        "statements that found nothing",
        "batches larger than the rules' rows",
        "one transaction for all rules",
        "one transaction for each rule",
        "one statement for both time-based rules",
        "nothing was seen",
    ],
)
def test_permitted(batch_size: int, transactions: Transactions) -> None:
    """Batches of at most N rows committed one by one, or a single statement for each rule."""
    assert (
        forbidden_statements(EXPECTED, transactions, batch_size=batch_size, dry_run=False) is None
    )


@pytest.mark.parametrize(
    ("batch_size", "transactions", "wrong"),
    [
        (2, ((task(3),),), "one statement deleted 3 rows, the batch size is 2"),
        (2, ((task(2), task(1)),), "2 batches were committed together"),
        (2, ((task(2), task(0), asset(1)),), "2 batches were committed together"),
        (
            0,
            ((task(2),), (task(2),), (task(1),)),
            "task_state: statements that deleted rows: 3; rules that had rows: 2",
        ),
        (
            0,
            ((asset(1),), (asset(1),)),
            "asset_state: statements that deleted rows: 2; rules that had rows: 1",
        ),
    ],
    ids=[
        "a batch too large",
        "two batches in one transaction",
        "two tables in one transaction",
        "a rule in two statements",
        "a sweep in two statements",
    ],
)
def test_forbidden(batch_size: int, transactions: Transactions, wrong: str) -> None:
    """What breaks the rule is said in words."""
    assert wrong == forbidden_statements(
        EXPECTED, transactions, batch_size=batch_size, dry_run=False
    )


def test_a_rule_without_rows_has_no_statement() -> None:
    """At 0 nothing may be deleted by a rule that has nothing to delete."""
    assert (
        "task_state: statements that deleted rows: 1; rules that had rows: 0"
        == forbidden_statements(NOTHING, ((task(1),),), batch_size=0, dry_run=False)
    )


@pytest.mark.parametrize("batch_size", [0, 2])
def test_dry_run(batch_size: int) -> None:
    """A dry run may look and may not delete."""
    looked: Transactions = ((task(0), asset(0)), ())
    deleted: Transactions = ((task(1),),)

    assert forbidden_statements(EXPECTED, looked, batch_size=batch_size, dry_run=True) is None
    assert "a dry run deleted rows: [Deletion(table='task_state', rows=1)]" == forbidden_statements(
        EXPECTED, deleted, batch_size=batch_size, dry_run=True
    )


@pytest.mark.parametrize(
    ("expected", "batch_size", "transactions"),
    [
        (Collected(expired=1, fallback=0, orphaned=0), 0, ((task(1),),)),
        (Collected(expired=0, fallback=1, orphaned=0), 0, ((task(1),),)),
        (Collected(expired=2, fallback=0, orphaned=0), 1, ((task(1),), (task(1),))),
        (NOTHING, 1, ()),
    ],
    ids=["one row that expired", "one row by the fallback", "batches of one", "no batch"],
)
def test_one_row_is_a_rule_with_rows(
    expected: Collected, batch_size: int, transactions: Transactions
) -> None:
    """The least that a rule or a batch can have is one row."""
    assert (
        forbidden_statements(expected, transactions, batch_size=batch_size, dry_run=False) is None
    )


def test_a_sweep_without_orphans_has_no_statement() -> None:
    """At 0 nothing may be deleted from the asset state where nothing is orphaned."""
    assert (
        "asset_state: statements that deleted rows: 1; rules that had rows: 0"
        == forbidden_statements(NOTHING, ((asset(1),),), batch_size=0, dry_run=False)
    )
