"""What happens around a store in words: whose call it is, and what it asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from state_store_conformance.wording import observation_in_words, operation_in_words
from state_store_spec.answers import DONE, Listed, StoredObject, StoredRow, Value
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    ChangeSettings,
    ConfigureWorkerBackend,
    ListKeys,
    LoseObject,
    Operation,
    SetWorkerClock,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
)
from state_store_spec.trace import Observation

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
MAPPED = SymbolicTaskScope(dag="d", run="r", task="t", map_index=2)
ASSET = SymbolicAssetScope(uri="u")
DAY = timedelta(days=1)
TO_TASK = "reference to task/d/r/t/-1/k"


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (AccessorGet(scope=MAPPED, key="k", mode="async"), "the task: aget d/r/t[2] k"),
        (AccessorSet(scope=ASSET, key="k", value="v"), "the task: set asset(uri u) k = v"),
        (
            AccessorSet(scope=TASK, key="k", value="v", retention=DAY),
            "the task: set d/r/t k = v, retention 1 day",
        ),
        (
            AccessorSet(scope=TASK, key="k", value="v", retention="NEVER_EXPIRE"),
            "the task: set d/r/t k = v, retention NEVER_EXPIRE",
        ),
        (
            AccessorSet(scope=TASK, key="k", value="v", retention=timedelta(0)),
            "the task: set d/r/t k = v, retention no time",
        ),
        (AccessorDelete(scope=TASK, key="k"), "the task: delete d/r/t k"),
        (AccessorClear(scope=TASK), "the task: clear d/r/t"),
        (TaskInstanceMoves(scope=TASK, to="up_for_retry"), "d/r/t is now up for retry"),
        (
            TaskInstanceMoves(scope=MAPPED, to="success", by_hand=True),
            "d/r/t[2] is set to success by hand",
        ),
        (ListKeys(scope=TASK), "a person lists the keys of d/r/t"),
        (
            ListKeys(scope=TASK, mode="async"),
            "a person lists the keys of d/r/t, by an async call",
        ),
        (
            TaskInstanceMoves(scope=TASK, to="failed", mode="async"),
            "d/r/t is now failed, by an async call",
        ),
        (ConfigureWorkerBackend(on=True), "worker-side backend: configured"),
        (ConfigureWorkerBackend(on=False), "worker-side backend: taken away"),
        (SetWorkerClock(ahead=DAY), "the worker's clock is 1 day ahead"),
        (SetWorkerClock(ahead=-DAY), "the worker's clock is 1 day behind"),
        (
            LoseObject(scope=TASK, key="k"),
            "the worker-side store loses the object of d/r/t k",
        ),
        (ChangeSettings(clear_on_success=True), "settings: clear_on_success = True"),
    ],
)
def test_an_operation_around_the_store_is_one_line(operation: Operation, words: str) -> None:
    """Who does it, to what, and what makes it another operation than its neighbor."""
    assert words == operation_in_words(operation)


def row(key: str, value: str) -> StoredRow:
    """Return a row of the task."""
    return StoredRow(
        scope=TASK,
        key=key,
        value=value,
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
        expires_at=None,
        never_expire=False,
    )


@pytest.mark.parametrize(
    ("observation", "words"),
    [
        (Observation(answer=DONE), "done"),
        (Observation(answer=DONE, crossed=("v",)), "done\ncrossed the boundary: 'v'"),
        # What is read has crossed; it need not be said twice.
        (Observation(answer=Value("v"), crossed=("v",)), "'v'"),
        (Observation(answer=Value(None), crossed=()), "None"),
        (
            Observation(answer=Value("v"), crossed=(TO_TASK,)),
            f"'v'\ncrossed the boundary: '{TO_TASK}'",
        ),
        (
            Observation(answer=DONE, objects=(StoredObject(reference=TO_TASK, value="v"),)),
            f"done\nobject of the {TO_TASK}: 'v'",
        ),
        (
            Observation(answer=Listed((row("b", "w"), row("a", "v"))), crossed=("w", "v")),
            "a: 'v'\nb: 'w'",
        ),
        (Observation(answer=Listed(())), "no keys"),
    ],
)
def test_an_observation_shows_what_is_around_the_store(
    observation: Observation, words: str
) -> None:
    """What crossed the boundary and what the worker keeps stand below the answer."""
    assert words == observation_in_words(observation)
