"""Each way to be wrong breaks the clause that a person would name."""

# ruff: noqa: E501 - a table reads best with a row to a line
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from state_store_spec.answers import (
    DONE,
    Answers,
    Collected,
    Deletion,
    Raised,
    Value,
)
from state_store_spec.clause_files import load_clauses
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Clear,
    Collect,
    DataOperation,
    DeactivateAsset,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    RenameAsset,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
)
from state_store_spec.oracle.world import TaskPlace
from state_store_spec.trace import START
from tests.spec.spoiled_steps import (
    ARCHIVE,
    COPY,
    DAY,
    IN_ARCHIVE,
    IN_COPY,
    IN_MAPPED,
    IN_ORDERS,
    IN_OTHER_TASK,
    IN_TASK,
    MAPPED,
    MICROSECOND,
    ORDERS,
    ORDERS_BY_NAME,
    OTHER_TASK,
    TASK,
    UNKNOWN_TASK,
    Wrong,
    judged,
)
from tests.spec.test_judgment_airflow import WRONGS as WRONGS_AIRFLOW
from tests.spec.test_judgment_around import WRONGS as WRONGS_AROUND
from tests.spec.test_judgment_own import WRONGS as WRONGS_OWN


def put(
    scope: SymbolicTaskScope | SymbolicAssetScope = TASK, key: str = "k", value: str = "v"
) -> Set:
    """Return a plain write."""
    return Set(scope=scope, key=key, value=value)


PUT_EXPIRING = Set(scope=TASK, key="k", value="v", expires_in=DAY)
PUT_FOR_EVER = SetNeverExpire(scope=TASK, key="k", value="v")


def in_session(*calls: DataOperation, end: str = "commit") -> Transaction:
    """Return the calls in one session of the caller."""
    return Transaction(operations=calls, end="commit" if end == "commit" else "rollback")


MONTH = Advance(by=timedelta(days=31))
NO_RETENTION = ChangeSettings(default_retention_days=0)
BATCHES_OF_ONE = ChangeSettings(state_cleanup_batch_size=1)
ERROR = Raised(("OperationalError", "Exception"), "no such table")
LATER = datetime(2027, 1, 1, tzinfo=UTC)

WRONGS = [
    # Answers
    Wrong("METHOD-1", Get(scope=TASK, key="k"), (put(),), Value(None)),
    Wrong("METHOD-1", Get(scope=TASK, key="k"), (), Value("v")),
    Wrong("METHOD-1", Get(scope=ORDERS, key="k"), (put(ORDERS),), ERROR),
    Wrong("RET-3", Get(scope=TASK, key="k"), (PUT_EXPIRING, Advance(by=DAY)), Value(None)),
    Wrong("RET-3", Get(scope=TASK, key="k"), (put(), MONTH), Value(None)),
    Wrong("VALUE-1", Get(scope=TASK, key="k"), (put(value="empty"),), Value(None)),
    Wrong("REF-3", Get(scope=ORDERS_BY_NAME, key="k"), (put(ORDERS),), Value(None)),
    Wrong("REF-4", Get(scope=ARCHIVE, key="k"), (put(ARCHIVE),), Value(None)),
    Wrong("REF-5", Get(scope=SymbolicAssetScope(asset="orders", uri="u-copy"), key="k"), (put(ORDERS),), Value("v")),
    Wrong("REF-6", Get(scope=SymbolicAssetScope(asset="absent"), key="k"), (), ERROR),
    Wrong("METHOD-2", put(), (), ERROR, lose=(IN_TASK,)),
    Wrong("RET-1", PUT_EXPIRING, (), ERROR, lose=(IN_TASK,)),
    Wrong("RET-4", PUT_FOR_EVER, (), ERROR, lose=(IN_TASK,)),
    Wrong("VALUE-1", put(value="empty"), (), ERROR),
    Wrong("VALUE-2", put(key="blank"), (), ERROR),
    Wrong("VALUE-3", put(key="accent"), (), ERROR),
    Wrong("REF-3", put(ORDERS_BY_NAME), (), ERROR),
    Wrong("REF-4", put(ARCHIVE), (), ERROR),
    Wrong("RET-8", Set(scope=ORDERS, key="k", value="v", expires_in=DAY), (), ERROR),
    Wrong("METHOD-3", Delete(scope=TASK, key="k"), (put(),), ERROR),
    Wrong("METHOD-4", Delete(scope=TASK, key="k"), (), ERROR),
    Wrong("REF-6", Delete(scope=SymbolicAssetScope(asset="absent"), key="k"), (), ERROR),
    Wrong("METHOD-5", Clear(scope=TASK), (put(),), ERROR),
    Wrong("REF-6", Clear(scope=SymbolicAssetScope(name="n-absent")), (), ERROR),
    # Refusals that were not
    Wrong("SCOPE-7", Get(scope=SymbolicAssetScope(), key="k"), (), Value(None)),
    Wrong("SCOPE-7", Get(scope=SymbolicAssetScope(), key="k"), (), Raised(("KeyError",), "")),
    Wrong("RET-7", Set(scope=TASK, key="k", value="v", expires_in=DAY, expires_zone="naive"), (), DONE),
    Wrong("REF-1", put(UNKNOWN_TASK), (), DONE),
    Wrong("REF-2", put(SymbolicAssetScope(asset="absent")), (), DONE),
    Wrong("REF-3", put(SymbolicAssetScope(uri="u-archive")), (), DONE),
    Wrong("REF-5", put(SymbolicAssetScope(asset="orders", name="n-copy")), (), DONE),
    Wrong("VALUE-4", put(key="nul"), (), DONE),
    Wrong("VALUE-4", put(value="nul"), (), DONE),
    Wrong("REF-1", put(UNKNOWN_TASK), invent=(TaskPlace("d", "nowhere", "t", -1, "k"),)),
    # Rows after a write
    Wrong("METHOD-2", put(), lose=(IN_TASK,)),
    Wrong("METHOD-2", put(value="w"), (put(),), keep=(IN_TASK,)),
    Wrong("VALUE-1", put(value="empty"), fields={"value": "null"}),
    Wrong("RET-10", put(), fields={"updated_at": LATER}),
    Wrong("RET-1", PUT_EXPIRING, fields={"expires_at": None}),
    Wrong("RET-5", put(), fields={"expires_at": LATER}),
    Wrong("RET-2", put(), (PUT_EXPIRING,), fields={"expires_at": START + DAY}),
    Wrong("RET-2", put(), (PUT_FOR_EVER,), fields={"never_expire": True}),
    Wrong("RET-4", PUT_FOR_EVER, fields={"never_expire": False}),
    Wrong("RET-8", put(ORDERS), at=IN_ORDERS, fields={"expires_at": LATER}),
    Wrong("SCOPE-3", put(), (put(OTHER_TASK, value="w"),), lose=(IN_OTHER_TASK,)),
    Wrong("SCOPE-8", put(ORDERS_BY_NAME), invent=(IN_ARCHIVE,)),
    Wrong("VALUE-2", put(key="upper"), (put(),), lose=(IN_TASK,)),
    Wrong("VALUE-3", put(key="accent"), (put(),), lose=(IN_TASK,)),
    # Rows after a delete and a clear
    Wrong("METHOD-3", Delete(scope=TASK, key="k"), (put(),), keep=(IN_TASK,)),
    Wrong("RET-9", Delete(scope=TASK, key="k"), (PUT_FOR_EVER,), keep=(IN_TASK,)),
    Wrong("METHOD-3", Delete(scope=TASK, key="x"), (put(), put(key="x")), lose=(IN_TASK,)),
    Wrong("VALUE-2", Delete(scope=TASK, key="upper"), (put(), put(key="upper")), lose=(IN_TASK,)),
    Wrong("SCOPE-3", Delete(scope=MAPPED, key="k"), (put(),), lose=(IN_TASK,)),
    Wrong("REF-6", Delete(scope=SymbolicAssetScope(asset="absent"), key="k"), (put(),), lose=(IN_TASK,)),
    Wrong("METHOD-5", Clear(scope=TASK), (put(), put(key="x")), keep=(IN_TASK,)),
    Wrong("RET-9", Clear(scope=TASK), (PUT_FOR_EVER,), keep=(IN_TASK,)),
    Wrong("SCOPE-4", Clear(scope=TASK), (put(), put(MAPPED)), lose=(IN_MAPPED,)),
    Wrong("SCOPE-5", Clear(scope=TASK, all_map_indices=True), (put(), put(MAPPED)), keep=(IN_MAPPED,)),
    Wrong("SCOPE-3", Clear(scope=TASK), (put(), put(OTHER_TASK)), lose=(IN_OTHER_TASK,)),
    Wrong("SCOPE-9", Clear(scope=ORDERS, all_map_indices=True), (put(ORDERS), put(COPY)), lose=(IN_COPY,)),
    Wrong("METHOD-1", Get(scope=TASK, key="k"), (put(),), lose=(IN_TASK,)),
    # Time, settings, collection
    Wrong("RET-3", Advance(by=DAY + MICROSECOND), (PUT_EXPIRING,), lose=(IN_TASK,)),
    Wrong("CONF-7", NO_RETENTION, (put(),), lose=(IN_TASK,)),
    Wrong("GC-1", Collect(), (PUT_EXPIRING, Advance(by=DAY)), lose=(IN_TASK,)),
    Wrong("GC-1", Collect(), (PUT_EXPIRING, Advance(by=2 * DAY)), keep=(IN_TASK,)),
    Wrong("GC-1", Collect(), (PUT_EXPIRING, Advance(by=2 * DAY)), ERROR),
    Wrong("GC-1", Collect(), (PUT_EXPIRING, Advance(by=2 * DAY)), Collected(0, 0, 0)),
    Wrong("GC-2", Collect(), (put(), Advance(by=30 * DAY)), lose=(IN_TASK,)),
    Wrong("GC-2", Collect(), (put(), MONTH), keep=(IN_TASK,)),
    Wrong("GC-3", Collect(), (Set(scope=TASK, key="k", value="v", expires_in=99 * DAY), MONTH), lose=(IN_TASK,)),
    Wrong("GC-4", Collect(), (PUT_FOR_EVER, MONTH), lose=(IN_TASK,)),
    Wrong("GC-5", Collect(), (NO_RETENTION, PUT_EXPIRING, MONTH), lose=(IN_TASK,)),
    Wrong("GC-7", Collect(), (BATCHES_OF_ONE, put(), put(MAPPED), MONTH), keep=(IN_TASK,)),
    Wrong("GC-7", Collect(), (BATCHES_OF_ONE, put(), put(MAPPED), MONTH), Collected(0, 2, 0, ((Deletion("task_state", 2),),))),
    Wrong("GC-7", Collect(), (BATCHES_OF_ONE, put(), put(MAPPED), MONTH), Collected(0, 2, 0, ((Deletion("task_state", 1), Deletion("task_state", 1)),))),
    Wrong("GC-7", Collect(), (put(), put(MAPPED), MONTH), Collected(0, 2, 0, ((Deletion("task_state", 1),), (Deletion("task_state", 1),)))),
    Wrong("GC-8", Collect(dry_run=True), (put(), MONTH), lose=(IN_TASK,)),
    Wrong("GC-8", Collect(dry_run=True), (put(), MONTH), Collected(0, 0, 0)),
    Wrong("GC-8", Collect(dry_run=True), (put(), MONTH), Collected(0, 1, 0, ((Deletion("task_state", 1),),))),
    Wrong("GC-10", Collect(), (put(ORDERS), MONTH), lose=(IN_ORDERS,)),
    Wrong("SCOPE-3", Collect(), (), invent=(IN_TASK,)),
    Wrong("ORPHAN-1", Collect(), (put(ARCHIVE),), keep=(IN_ARCHIVE,)),
    Wrong("ORPHAN-2", Collect(), (put(ORDERS),), lose=(IN_ORDERS,)),
    Wrong("ORPHAN-5", Collect(), (NO_RETENTION, put(ARCHIVE)), keep=(IN_ARCHIVE,)),
    Wrong("GC-7", Collect(), (BATCHES_OF_ONE, put(ARCHIVE), put(ARCHIVE, "x")), keep=(IN_ARCHIVE,)),
    # Parents
    Wrong("REF-7", DeleteDagRun(dag="d", run="r"), (put(),), keep=(IN_TASK,)),
    Wrong("RET-9", DeleteDagRun(dag="d", run="r"), (PUT_FOR_EVER,), keep=(IN_TASK,)),
    Wrong("SCOPE-3", DeleteDagRun(dag="d", run="q"), (put(),), lose=(IN_TASK,)),
    Wrong("REF-7", DeleteAsset(asset="orders"), (put(ORDERS),), keep=(IN_ORDERS,)),
    Wrong("REF-8", AddDagRun(dag="d", run="new"), (), invent=(TaskPlace("d", "new", "t", -1, "k"),)),
    Wrong("ORPHAN-3", DeactivateAsset(asset="orders"), (put(ORDERS),), lose=(IN_ORDERS,)),
    Wrong("ORPHAN-4", RenameAsset(asset="orders", to="archive"), (put(ORDERS),), lose=(IN_ORDERS,)),
    Wrong("ORPHAN-4", ActivateAsset(asset="archive"), (put(ARCHIVE),), lose=(IN_ARCHIVE,)),
    # Sessions
    Wrong("SESSION-1", in_session(put()), (), Raised(("SessionEnded",), "committed")),
    Wrong("SESSION-1", in_session(put(), end="rollback"), (), invent=(IN_TASK,)),
    Wrong("SESSION-1", in_session(put()), (put(MAPPED),), lose=(IN_MAPPED,)),
    Wrong("METHOD-2", in_session(put()), (), lose=(IN_TASK,)),
    Wrong("SESSION-2", in_session(put(), Get(scope=TASK, key="k")), (), Answers((DONE, Value(None)))),
    Wrong("METHOD-1", in_session(Get(scope=TASK, key="k")), (put(),), Answers((Value(None),))),
    Wrong("SESSION-3", in_session(put(UNKNOWN_TASK), put()), (), Answers((Raised(("ValueError", "Exception"), ""), ERROR))),

]  # fmt: skip
IDS = [f"{number:02}-{wrong.clause}" for number, wrong in enumerate(WRONGS)]


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_a_wrong_step_breaks_the_clause_that_a_person_would_name(wrong: Wrong) -> None:
    """A difference of a spoiled step names the clause of the table."""
    found = judged(wrong)

    assert wrong.clause in {difference.clause for difference in found}


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_the_same_step_unspoiled_differs_in_nothing(wrong: Wrong) -> None:
    """What the oracle itself observes conforms."""
    unspoiled = Wrong(wrong.clause, wrong.operation, wrong.earlier)

    assert () == judged(unspoiled)


def test_every_testable_clause_can_be_blamed() -> None:
    """A clause that nothing can break would pass for ever."""
    tables = (WRONGS, WRONGS_AROUND, WRONGS_AIRFLOW, WRONGS_OWN)
    blamed = {wrong.clause for table in tables for wrong in table}
    # Whether the blocking variant conforms is found out by running it, not by looking.
    blamed.add("METHOD-6")

    unblamed = {
        clause.id
        for clause in load_clauses()
        if clause.testable and not {clause.id, *clause.rests_on} & blamed
    }

    assert set() == unblamed


def test_clauses_rest_on_clauses_that_can_be_blamed() -> None:
    """What a clause rests on is a clause of the law, and is blamed for itself."""
    ids = {clause.id for clause in load_clauses()}
    blamed = {wrong.clause for wrong in (*WRONGS, *WRONGS_AROUND, *WRONGS_AIRFLOW)}

    unknown = {other for clause in load_clauses() for other in clause.rests_on} - (ids & blamed)

    assert set() == unknown
