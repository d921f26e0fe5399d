"""By profile ``airflow-3.3`` each way to be wrong breaks the clause that stands in that law."""

# ruff: noqa: E501 - a table reads best with a row to a line
from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from state_store_spec.answers import DONE, Raised, Value
from state_store_spec.clause_files import load_clauses
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    Advance,
    ChangeSettings,
    Collect,
    ConfigureWorkerBackend,
    DeactivateAsset,
    DeleteDagRun,
    Get,
    Retention,
    Set,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.trace import START
from tests.spec.spoiled_steps import (
    ARCHIVE,
    DAY,
    IN_ARCHIVE,
    IN_ORDERS,
    IN_TASK,
    MAPPED,
    ORDERS,
    ORDERS_BY_NAME,
    TASK,
    UNKNOWN_TASK,
    Wrong,
    judged,
)

PROFILE: Final = "airflow-3.3"
INACTIVE = SymbolicAssetScope(uri="u-archive")
COPY_BY_NAME = SymbolicAssetScope(name="n-copy")
TO_TASK = "reference to task/d/r/t/-1/k"
TO_MAPPED = "reference to task/d/r/t/0/k"
TO_COPY = "reference to asset/n-copy/k"
TO_ORDERS = "reference to asset/n-orders/k"
ERROR = Raised(("OperationalError", "Exception"), "no such table")

ON = ConfigureWorkerBackend(on=True)
ZERO = ChangeSettings(default_retention_days=0)
CLEARING = ChangeSettings(clear_on_success=True)
MONTH = Advance(by=31 * DAY)
SUCCESS = TaskInstanceMoves(scope=TASK, to="success")
GET = AccessorGet(scope=TASK, key="k")


def put(scope: SymbolicScope = TASK, value: str = "v", expires_in: timedelta | None = None) -> Set:
    """Return a write on the server's side."""
    return Set(scope=scope, key="k", value=value, expires_in=expires_in)


def keep(scope: SymbolicScope = TASK, retention: Retention = None, value: str = "v") -> AccessorSet:
    """Return a write of a task."""
    return AccessorSet(scope=scope, key="k", value=value, retention=retention)


def naive(scope: SymbolicTaskScope | SymbolicAssetScope) -> Set:
    """Return a write whose expiry has no zone."""
    return Set(scope=scope, key="k", value="v", expires_in=DAY, expires_zone="naive")


WRONGS = [
    Wrong("CONF-9", ZERO, (keep(),), lose=(IN_TASK,)),
    Wrong("CONF-9", ChangeSettings(default_retention_days=1), (keep(),), fields={"expires_at": START + DAY}),
    Wrong("RET-11", put(), (put(expires_in=DAY),), fields={"expires_at": START + DAY}),
    Wrong("RET-12", put(), fields={"expires_at": START + 30 * DAY}),
    Wrong("RET-13", naive(TASK), (), DONE),
    Wrong("RET-14", naive(ORDERS), (), ERROR),
    Wrong("RET-14", put(ORDERS), at=IN_ORDERS, fields={"expires_at": START}),
    Wrong("VALUE-6", Get(scope=TASK, key="k"), (put(value="empty"),), Value(None)),
    Wrong("VALUE-5", Set(scope=TASK, key="accent", value="v"), (), ERROR),
    Wrong("GC-1", Collect(), (put(expires_in=DAY), MONTH), keep=(IN_TASK,)),
    Wrong("GC-14", Collect(), (put(), MONTH), lose=(IN_TASK,)),
    Wrong("GC-14", Collect(), (put(expires_in=99 * DAY), MONTH), lose=(IN_TASK,)),
    Wrong("GC-14", Collect(), (ZERO, put(), MONTH), lose=(IN_TASK,)),
    Wrong("GC-15", Collect(), (ZERO, put(expires_in=DAY), MONTH), keep=(IN_TASK,)),
    Wrong("GC-16", Collect(), (put(ARCHIVE),), lose=(IN_ARCHIVE,)),
    Wrong("GC-16", Collect(), (put(ORDERS),), lose=(IN_ORDERS,)),
    Wrong("GC-10", Collect(), (put(ORDERS), MONTH), lose=(IN_ORDERS,)),
    Wrong("ORPHAN-6", SweepOrphans(), (put(ARCHIVE),), keep=(IN_ARCHIVE,)),
    Wrong("ORPHAN-6", SweepOrphans(), (put(ARCHIVE),), ERROR),
    Wrong("ORPHAN-7", SweepOrphans(), (put(ORDERS), put(ARCHIVE)), lose=(IN_ORDERS,)),
    Wrong("SCOPE-3", SweepOrphans(), (put(),), lose=(IN_TASK,)),
    Wrong("ORPHAN-8", DeactivateAsset(asset="orders"), (put(ORDERS),), lose=(IN_ORDERS,)),
    Wrong("ACCESS-8", keep(), fields={"expires_at": None}),
    Wrong("ACCESS-8", keep(), (), ERROR, lose=(IN_TASK,)),
    Wrong("ACCESS-9", keep(retention="NEVER_EXPIRE"), fields={"expires_at": START + 30 * DAY}),
    Wrong("ACCESS-10", keep(retention=timedelta.max), (), DONE),
    Wrong("ACCESS-10", keep(retention=timedelta.max), crossed=("v",)),
    Wrong("ACCESS-11", GET, (keep(),), Value(None)),
    Wrong("ACCESS-11", AccessorDelete(scope=TASK, key="k"), (keep(),), keep=(IN_TASK,)),
    Wrong("BOUND-7", keep(INACTIVE), (), DONE),
    Wrong("BOUND-7", AccessorClear(scope=INACTIVE), (put(ARCHIVE),), DONE),
    Wrong("BOUND-7", AccessorGet(scope=INACTIVE, key="k"), (put(ARCHIVE),), Value("v")),
    Wrong("BOUND-8", AccessorDelete(scope=UNKNOWN_TASK, key="k"), (), DONE),
    Wrong("BOUND-8", AccessorGet(scope=UNKNOWN_TASK, key="k"), (), ERROR),
    Wrong("WORKER-17", keep(), (ON, keep(MAPPED)), objects={TO_MAPPED: None}),
    Wrong("WORKER-18", keep(ORDERS_BY_NAME), (ON, keep(COPY_BY_NAME)), objects={TO_COPY: None}),
    Wrong("WORKER-19", SUCCESS, (CLEARING, ON, keep()), objects={TO_TASK: "v"}),
    Wrong("WORKER-19", Collect(), (ON, keep(), MONTH), objects={TO_TASK: None}),
    Wrong("WORKER-19", SweepOrphans(), (ON, keep(ORDERS_BY_NAME), DeactivateAsset(asset="orders")), objects={TO_ORDERS: None}),
    Wrong("WORKER-19", DeleteDagRun(dag="d", run="r"), (ON, keep()), objects={TO_TASK: None}),
]  # fmt: skip
IDS = [f"{number:02}-{wrong.clause}" for number, wrong in enumerate(WRONGS)]


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_a_wrong_step_breaks_the_clause_of_the_release(wrong: Wrong) -> None:
    """A difference of a spoiled step names the clause of the table, and the law has that clause."""
    found = {difference.clause for difference in judged(wrong, PROFILE)}

    assert wrong.clause in found
    assert found - {clause.id for clause in load_clauses(PROFILE)} == set()


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_the_same_step_unspoiled_differs_in_nothing(wrong: Wrong) -> None:
    """What the oracle itself observes conforms."""
    assert () == judged(Wrong(wrong.clause, wrong.operation, wrong.earlier), PROFILE)
