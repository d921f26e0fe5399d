"""Each way to be wrong around the store breaks the clause that a person would name."""

# ruff: noqa: E501 - a table reads best with a row to a line
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from state_store_spec.answers import DONE, Listed, Raised, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Advance,
    ChangeSettings,
    Collect,
    ConfigureWorkerBackend,
    DeleteAsset,
    DeleteDagRun,
    Get,
    ListKeys,
    LoseObject,
    Retention,
    Set,
    SetNeverExpire,
    SetWorkerClock,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    TaskInstanceState,
)
from state_store_spec.oracle.world import TaskPlace
from state_store_spec.trace import START
from tests.spec.spoiled_steps import (
    DAY,
    IN_ARCHIVE,
    IN_MAPPED,
    IN_ORDERS,
    IN_OTHER_TASK,
    IN_TASK,
    MAPPED,
    ORDERS,
    ORDERS_BY_NAME,
    OTHER_TASK,
    TASK,
    UNKNOWN_TASK,
    Wrong,
    invented,
    judged,
)

ORDERS_BY_URI = SymbolicAssetScope(uri="u-orders")
COPY_BY_NAME = SymbolicAssetScope(name="n-copy")
INACTIVE = SymbolicAssetScope(uri="u-archive")
IN_UNKNOWN_TASK = TaskPlace("d", "nowhere", "t", -1, "k")

TO_TASK = "reference to task/d/r/t/-1/k"
TO_SIBLING_KEY = "reference to task/d/r/t/-1/x"
TO_MAPPED = "reference to task/d/r/t/0/k"
TO_UNKNOWN_TASK = "reference to task/d/nowhere/t/-1/k"
TO_ORDERS = "reference to asset/n-orders/k"
TO_COPY = "reference to asset/n-copy/k"

ERROR = Raised(("OperationalError", "Exception"), "no such table")
LATER = datetime(2027, 1, 1, tzinfo=UTC)
NEVER: Final = "NEVER_EXPIRE"
NO_TIME = timedelta(0)

ON = ConfigureWorkerBackend(on=True)
OFF = ConfigureWorkerBackend(on=False)
CLEARING = ChangeSettings(clear_on_success=True)
FOR_EVER = SetNeverExpire(scope=TASK, key="k", value="v")
LOSE = LoseObject(scope=TASK, key="k")
GET = AccessorGet(scope=TASK, key="k")
DELETE = AccessorDelete(scope=TASK, key="k")
CLEAR = AccessorClear(scope=TASK)
CLOCK = SetWorkerClock(ahead=DAY)
LIST = ListKeys(scope=TASK)


def put(
    scope: SymbolicScope = TASK, key: str = "k", value: str = "v", retention: Retention = None
) -> AccessorSet:
    """Return a write of an accessor."""
    return AccessorSet(scope=scope, key=key, value=value, retention=retention)


def get(scope: SymbolicScope) -> AccessorGet:
    """Return a read of an accessor."""
    return AccessorGet(scope=scope, key="k")


def moves(
    to: TaskInstanceState, scope: SymbolicTaskScope = TASK, *, by_hand: bool = False
) -> TaskInstanceMoves:
    """Return a move of a task instance."""
    return TaskInstanceMoves(scope=scope, to=to, by_hand=by_hand)


WRONGS = [
    # Answers to a read of an accessor
    Wrong("ACCESS-7", GET, (put(),), Value(None)),
    Wrong("ACCESS-7", GET, (), Value("v")),
    Wrong("ACCESS-6", get(ORDERS_BY_URI), (put(ORDERS_BY_NAME),), Value(None)),
    Wrong("BOUND-3", get(INACTIVE), (), Value("v")),
    Wrong("BOUND-6", get(UNKNOWN_TASK), (), ERROR),
    Wrong("SCOPE-2", GET, (put(), moves("up_for_retry")), Value(None)),
    Wrong("SCOPE-2", GET, (put(), moves("up_for_retry"), moves("running")), Value(None)),
    Wrong("WORKER-3", GET, (ON,), ERROR),
    Wrong("WORKER-3", GET, (ON, put()), Value(TO_TASK)),
    Wrong("WORKER-5", get(ORDERS_BY_NAME), (ON, put(ORDERS_BY_NAME)), Value(TO_ORDERS)),
    Wrong("WORKER-8", get(ORDERS_BY_URI), (ON, put(ORDERS_BY_NAME)), ERROR),
    Wrong("WORKER-12", GET, (put(), ON), ERROR),
    Wrong("WORKER-15", GET, (ON, put(), OFF), Value("v")),
    # Other answers
    Wrong("ACCESS-1", put(retention=DAY), (), ERROR),
    Wrong("ACCESS-2", put(), (), ERROR),
    Wrong("ACCESS-3", put(retention=NEVER), (), ERROR),
    Wrong("ACCESS-6", put(ORDERS_BY_URI), (), ERROR),
    Wrong("WORKER-1", put(), (ON,), ERROR),
    Wrong("WORKER-5", put(ORDERS_BY_NAME), (ON,), ERROR),
    Wrong("ACCESS-7", DELETE, (), ERROR),
    Wrong("ACCESS-7", CLEAR, (put(),), ERROR),
    Wrong("BOUND-3", AccessorDelete(scope=INACTIVE, key="k"), (), ERROR),
    Wrong("BOUND-6", AccessorClear(scope=UNKNOWN_TASK), (), ERROR),
    Wrong("SUCCESS-1", moves("success"), (), ERROR),
    Wrong("BOUND-5", LIST, (put(),), Listed(())),
    Wrong("WORKER-1", ON, (), ERROR),
    Wrong("ACCESS-1", CLOCK, (), ERROR),
    Wrong("WORKER-13", LOSE, (ON, put()), ERROR),
    # Refusals that were not
    Wrong("ACCESS-5", put(retention=NO_TIME), (), DONE),
    Wrong("ACCESS-5", put(retention=-DAY), (), Raised(("TypeError", "Exception"), "")),
    Wrong("ACCESS-5", put(retention=NO_TIME), invent=(IN_TASK,)),
    Wrong("BOUND-3", put(INACTIVE), (), DONE),
    Wrong("BOUND-6", put(UNKNOWN_TASK), (), DONE),
    Wrong("BOUND-6", put(UNKNOWN_TASK), invent=(IN_UNKNOWN_TASK,)),
    Wrong("SUCCESS-8", moves("success", UNKNOWN_TASK), (), DONE),
    Wrong("SUCCESS-8", moves("success", UNKNOWN_TASK), (CLEARING, put()), lose=(IN_TASK,)),
    Wrong("VALUE-4", put(key="nul"), (), DONE),
    Wrong("WORKER-13", GET, (ON, put(), LOSE), Value(None)),
    Wrong("WORKER-13", GET, (ON, put(), LOSE), Value(TO_TASK)),
    # Rows after a write of an accessor
    Wrong("ACCESS-7", put(), lose=(IN_TASK,)),
    Wrong("ACCESS-7", put(), fields={"value": "w"}),
    Wrong("WORKER-2", put(), (ON,), fields={"value": "v"}),
    Wrong("BOUND-1", put(ORDERS_BY_NAME), lose=(IN_ORDERS,)),
    Wrong("BOUND-1", put(ORDERS_BY_NAME), invent=(IN_ARCHIVE,)),
    Wrong("SCOPE-3", put(ORDERS_BY_NAME), (put(),), lose=(IN_TASK,)),
    Wrong("SCOPE-3", put(), (put(OTHER_TASK),), lose=(IN_OTHER_TASK,)),
    Wrong("RET-10", put(), fields={"updated_at": LATER}),
    Wrong("RET-8", put(ORDERS_BY_NAME), at=IN_ORDERS, fields={"expires_at": LATER}),
    Wrong("RET-2", put(), (FOR_EVER,), fields={"never_expire": True}),
    Wrong("RET-2", put(), (put(retention=DAY),), fields={"expires_at": START + DAY}),
    Wrong("ACCESS-1", put(retention=DAY), (CLOCK,), fields={"expires_at": START + DAY}),
    Wrong("ACCESS-1", put(retention=DAY), (put(retention=2 * DAY),), fields={"expires_at": START + 2 * DAY}),
    Wrong("ACCESS-2", put(), fields={"expires_at": LATER}),
    Wrong("ACCESS-3", put(retention=NEVER), fields={"expires_at": LATER}),
    Wrong("BOUND-4", put(retention=NEVER), fields={"never_expire": False}),
    # Rows after another call of an accessor
    Wrong("ACCESS-7", GET, (put(),), lose=(IN_TASK,)),
    Wrong("ACCESS-7", DELETE, (put(),), keep=(IN_TASK,)),
    Wrong("SCOPE-3", DELETE, (put(), put(MAPPED)), lose=(IN_MAPPED,)),
    Wrong("ACCESS-7", CLEAR, (put(),), keep=(IN_TASK,)),
    Wrong("SCOPE-4", CLEAR, (put(), put(MAPPED)), lose=(IN_MAPPED,)),
    Wrong("SCOPE-3", CLEAR, (put(), put(OTHER_TASK)), lose=(IN_OTHER_TASK,)),
    # Rows after a move of a task instance
    Wrong("SUCCESS-1", moves("success"), (CLEARING, put()), keep=(IN_TASK,)),
    Wrong("SUCCESS-2", moves("success"), (CLEARING, put(), put(MAPPED)), lose=(IN_MAPPED,)),
    Wrong("SUCCESS-2", moves("success"), (CLEARING, put(), put(OTHER_TASK)), lose=(IN_OTHER_TASK,)),
    Wrong("SUCCESS-3", moves("success"), (CLEARING, put(ORDERS_BY_NAME)), lose=(IN_ORDERS,)),
    Wrong("SUCCESS-4", moves("failed"), (CLEARING, put()), lose=(IN_TASK,)),
    Wrong("SUCCESS-4", moves("up_for_retry"), (CLEARING, put()), lose=(IN_TASK,)),
    Wrong("SUCCESS-4", moves("success"), (CLEARING, moves("success"), put()), lose=(IN_TASK,)),
    Wrong("SUCCESS-4", moves("skipped"), (put(),), lose=(IN_TASK,)),
    Wrong("SUCCESS-5", moves("success", by_hand=True), (CLEARING, put()), keep=(IN_TASK,)),
    Wrong("SUCCESS-6", moves("success"), (CLEARING, FOR_EVER), keep=(IN_TASK,)),
    Wrong("CONF-4", moves("success"), (put(),), lose=(IN_TASK,)),
    Wrong("SCOPE-2", moves("up_for_retry"), (put(),), lose=(IN_TASK,)),
    Wrong("SCOPE-2", moves("running"), (put(), moves("up_for_retry")), lose=(IN_TASK,)),
    # Rows after an event
    Wrong("WORKER-1", ON, (put(),), lose=(IN_TASK,)),
    Wrong("ACCESS-1", CLOCK, (put(),), lose=(IN_TASK,)),
    Wrong("WORKER-13", LOSE, (ON, put()), lose=(IN_TASK,)),
    Wrong("BOUND-5", LIST, (put(),), lose=(IN_TASK,)),
    # Objects after a write
    Wrong("WORKER-1", put(), objects={TO_TASK: "v"}),
    Wrong("WORKER-1", put(), (ON, put(), OFF), objects={TO_TASK: None}),
    Wrong("WORKER-2", put(), (ON,), objects={TO_TASK: None}),
    Wrong("WORKER-2", put(), (ON,), objects={TO_TASK: "w"}),
    Wrong("WORKER-7", put(), (ON, put(MAPPED)), objects={TO_MAPPED: None}),
    Wrong("WORKER-7", put(), (ON, put(MAPPED, value="w")), objects={TO_MAPPED: "v"}),
    Wrong("WORKER-8", put(ORDERS_BY_NAME), (ON, put(COPY_BY_NAME)), objects={TO_COPY: None}),
    Wrong("WORKER-9", put(value="w"), (ON, put()), objects={TO_TASK: "v"}),
    Wrong("WORKER-9", put(), (ON,), objects={"bucket/17.txt": "v"}),
    Wrong("WORKER-9", put(), (ON, put(key="x")), objects={TO_SIBLING_KEY: None}),
    Wrong("ACCESS-5", put(retention=NO_TIME), (ON,), objects={TO_TASK: "v"}),
    Wrong("WORKER-14", put(UNKNOWN_TASK), (ON,), objects={TO_UNKNOWN_TASK: None}),
    # Objects after anything else
    Wrong("WORKER-3", GET, (ON, put()), objects={TO_TASK: None}),
    Wrong("WORKER-10", DELETE, (ON, put()), objects={TO_TASK: "v"}),
    Wrong("WORKER-10", CLEAR, (ON, put()), objects={TO_TASK: "v"}),
    Wrong("WORKER-7", CLEAR, (ON, put(), put(MAPPED)), objects={TO_MAPPED: None}),
    Wrong("WORKER-8", AccessorClear(scope=ORDERS_BY_NAME), (ON, put(COPY_BY_NAME)), objects={TO_COPY: None}),
    Wrong("WORKER-1", DELETE, (ON, put(), OFF), objects={TO_TASK: None}),
    Wrong("WORKER-11", Collect(), (ON, put(), Advance(by=31 * DAY)), objects={TO_TASK: None}),
    Wrong("WORKER-11", moves("success"), (CLEARING, ON, put()), objects={TO_TASK: None}),
    Wrong("WORKER-11", DeleteDagRun(dag="d", run="r"), (ON, put()), objects={TO_TASK: None}),
    Wrong("WORKER-11", DeleteAsset(asset="orders"), (ON, put(ORDERS_BY_NAME)), objects={TO_ORDERS: None}),
    Wrong("WORKER-1", OFF, (ON, put()), objects={TO_TASK: None}),
    Wrong("WORKER-13", LOSE, (ON, put()), objects={TO_TASK: "v"}),
    Wrong("WORKER-6", Set(scope=TASK, key="k", value="v"), (ON, put()), objects={TO_TASK: None}),
    Wrong("WORKER-6", Get(scope=ORDERS, key="k"), (ON, put(ORDERS_BY_NAME)), objects={TO_ORDERS: "w"}),
    # What crosses the boundary
    Wrong("WORKER-1", put(), crossed=()),
    Wrong("WORKER-1", GET, (put(),), crossed=("w",)),
    Wrong("WORKER-2", put(), (ON,), crossed=("v",)),
    Wrong("WORKER-2", put(), (ON,), crossed=(TO_TASK, "v")),
    Wrong("WORKER-2", GET, (ON, put()), crossed=("v",)),
    Wrong("WORKER-6", LIST, (ON, put()), crossed=("v",)),
    Wrong("ACCESS-5", put(retention=NO_TIME), crossed=("v",)),
]  # fmt: skip
IDS = [f"{number:03}-{wrong.clause}" for number, wrong in enumerate(WRONGS)]


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_a_wrong_step_breaks_the_clause_that_a_person_would_name(wrong: Wrong) -> None:
    """Each difference of a spoiled step names the clause of the table, and no other."""
    assert {wrong.clause} == {difference.clause for difference in judged(wrong)}


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_the_same_step_unspoiled_differs_in_nothing(wrong: Wrong) -> None:
    """What the oracle itself observes conforms."""
    assert () == judged(Wrong(wrong.clause, wrong.operation, wrong.earlier))


def test_listed_keys_have_no_order() -> None:
    """Rows in another order are the same answer (BOUND-5)."""
    earlier = (put(), put(key="x"))
    rows = (invented(IN_TASK._replace(key="x")), invented(IN_TASK))

    assert () == judged(Wrong("BOUND-5", LIST, earlier, Listed(rows)))
    assert () == judged(Wrong("BOUND-5", LIST, earlier, Listed(rows[::-1])))
    assert judged(Wrong("BOUND-5", LIST, earlier, Listed((rows[0], rows[0]))))


def test_values_cross_in_any_order() -> None:
    """What crosses is compared as a bag: the order in which people are shown rows is free."""
    earlier = (put(), put(key="x", value="w"))

    assert () == judged(Wrong("WORKER-6", LIST, earlier, crossed=("w", "v")))
    assert judged(Wrong("WORKER-6", LIST, earlier, crossed=("w",)))
