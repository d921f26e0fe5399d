"""The metastore as a target: fresh stores, symbols on both sides, nothing taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.clock import FrozenClock
from state_store_conformance.side_by_side import SideBySide
from state_store_conformance.target import Target
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_reference.metastore import MetastoreStateBackend
from state_store_spec.answers import DONE, Answers, Collected, Deletion, Raised, Value
from state_store_spec.naming import RepeatedText
from state_store_spec.operations import (
    ActivateAsset,
    Advance,
    ChangeSettings,
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
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
    Universe,
)
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.conformance.broken_backends import CommitsForItsCaller

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
UNIVERSE = Universe(
    dag_runs=(DeclaredDagRun(dag="d", run="r"), DeclaredDagRun(dag="d", run="r2", exists=False)),
    assets=(
        DeclaredAsset(asset="A", name="name", uri="uri"),
        DeclaredAsset(asset="B", name="name", uri="uri2", state="inactive"),
        DeclaredAsset(asset="C", name="name3", uri="uri", state="absent"),
    ),
)


@pytest.fixture(scope="module")
def metastore() -> Iterator[ReferenceMetastore]:
    """The reference on an embedded SQLite, entered once."""
    with ReferenceMetastore() as target:
        yield target


def trace(*operations: Operation, **fields: object) -> Trace:
    """Give a trace of these operations in the universe above."""
    return Trace(universe=UNIVERSE, **fields).with_operations(operations)  # type: ignore[arg-type]


def answers(target: Target, program: Trace) -> list[object]:
    """Run a trace that conforms and give what the target answered."""
    with FrozenClock() as clock:
        run = SideBySide(target, clock, find_profile("pr-67299")).run(program)
    assert run.differences == ()
    return [moment.actual for moment in run.moments]


def test_each_trace_gets_an_empty_store(metastore: ReferenceMetastore) -> None:
    """What one trace wrote is gone in the next, and an id never means two assets."""
    asset = SymbolicAssetScope(asset="A")
    program = trace(
        Get(scope=TASK, key="k"),
        Get(scope=asset, key="k"),
        Set(scope=TASK, key="k", value="v"),
        Set(scope=asset, key="k", value="v"),
    )

    for _ in range(2):
        assert answers(metastore, program) == [Value(None), Value(None), DONE, DONE]


def test_texts_that_were_never_given_are_shown_shortened(metastore: ReferenceMetastore) -> None:
    """A long text of the trace comes back as its symbol, a foreign one as itself."""
    program = trace(
        Set(scope=TASK, key="k", value="big"),
        Get(scope=TASK, key="k"),
        naming={"big": RepeatedText(repeat="x", times=65_535)},
    )

    assert answers(metastore, program) == [DONE, Value("big")]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_transaction_is_the_callers(metastore: ReferenceMetastore, mode: str) -> None:
    """Calls in a session see each other, and are kept or forgotten as the caller ends it."""
    calls = (
        Set(scope=TASK, key="k", value="v", mode=mode),  # type: ignore[arg-type]
        Get(scope=TASK, key="k", mode=mode),  # type: ignore[arg-type]
    )
    told = Answers((DONE, Value("v")))
    program = trace(
        Transaction(operations=calls, end="rollback", mode=mode),  # type: ignore[arg-type]
        Get(scope=TASK, key="k"),
        Transaction(operations=calls, mode=mode),  # type: ignore[arg-type]
        Get(scope=TASK, key="k"),
    )

    assert answers(metastore, program) == [told, Value(None), told, Value("v")]


def test_a_session_that_a_backend_ends_is_noticed() -> None:
    """The answer of the whole transaction says which call ended it."""
    with (
        ReferenceMetastore(backend=CommitsForItsCaller) as target,
        FrozenClock(),
    ):
        store = target.start(trace())
        answer = store.apply(Transaction(operations=(Set(scope=TASK, key="k", value="v"),)))

    assert isinstance(answer, Raised)
    assert answer.types[0] == "SessionEndedError"
    assert "call 1 (set)" in answer.message


def test_a_collection_is_seen_by_its_statements(metastore: ReferenceMetastore) -> None:
    """Deletions are counted at the engine, each committed transaction on its own."""
    writes = [Set(scope=TASK, key=key, value="v", expires_in=timedelta(hours=1)) for key in "abc"]
    program = trace(
        ChangeSettings(state_cleanup_batch_size=2), *writes, Advance(by=timedelta(days=1)),
        Collect(),
    )  # fmt: skip
    collected = answers(metastore, program)[-1]

    assert isinstance(collected, Collected)
    assert collected.transactions is not None
    deletions = [
        deletion for committed in collected.transactions for deletion in committed if deletion.rows
    ]
    assert deletions == [Deletion("task_state", 2), Deletion("task_state", 1)]


def test_the_surroundings_follow_the_oracle(metastore: ReferenceMetastore) -> None:
    """Assets and dag runs come, go, are renamed and come back as the law has it."""
    inactive, gone = SymbolicAssetScope(asset="B"), SymbolicAssetScope(asset="C")
    program = trace(
        Set(scope=inactive, key="k", value="v"),
        Set(scope=gone, key="k", value="v"),
        ActivateAsset(asset="C"),
        Set(scope=gone, key="k", value="v"),
        Set(scope=SymbolicAssetScope(uri="uri"), key="k2", value="v"),
        RenameAsset(asset="C", to="B"),
        DeactivateAsset(asset="A"),
        DeleteAsset(asset="C"),
        Get(scope=gone, key="k"),
        ActivateAsset(asset="C"),
        Get(scope=gone, key="k"),
        Set(scope=TASK, key="k", value="v"),
        DeleteDagRun(dag="d", run="r"),
        DeleteDagRun(dag="d", run="r2"),
        Set(scope=TASK, key="k", value="v"),
    )
    given = answers(metastore, program)

    assert given[0] == DONE
    assert isinstance(given[1], Raised)
    assert given[-1] != DONE


@pytest.mark.parametrize("fixture", ["fresh_postgres_url", "fresh_mysql_url"])
def test_the_examples_hold_on_a_server(fixture: str, request: pytest.FixtureRequest) -> None:
    """The law is the same on every database, and nothing of ours is left behind."""
    make_url: Callable[[], str] = request.getfixturevalue(fixture)
    url = make_url()
    report = check(ReferenceMetastore(url), CheckOptions(budget_seconds=60, tiers=("examples",)))
    engine = create_engine(url)
    left = inspect(engine).get_table_names()
    engine.dispose()

    assert report.count("FAIL") == 0
    assert report.traces["examples"] > 50
    assert {"PostgreSQL", "MariaDB", "MySQL"} & set(report.versions)
    assert left == []


class Talkative(MetastoreStateBackend):
    """Answers with what no annotation allows."""

    def get(self, *arguments: object, **options: object) -> Any:  # noqa: ANN401, D102
        del arguments, options
        return b"bytes"

    def delete(self, *arguments: object, **options: object) -> Any:  # noqa: ANN401, D102
        del arguments, options
        return 1


def test_answers_of_the_wrong_type_are_shown_as_they_are() -> None:
    """What is not text is no value, and a method that should return nothing returned something."""
    with ReferenceMetastore(backend=Talkative) as target, FrozenClock():
        store = target.start(trace())

        assert store.apply(Get(scope=TASK, key="k")) == Value("bytes: b'bytes'")
        assert store.apply(Delete(scope=TASK, key="k")) == Value("int: 1")


def test_time_is_not_moved_by_a_store() -> None:
    """Who runs the trace moves the clock: a store that is asked to is used wrongly."""
    with ReferenceMetastore() as target, FrozenClock():
        store = target.start(trace())

        with pytest.raises(TypeError, match="advance is not for the store: who runs the trace"):
            store.apply(Advance(by=timedelta(days=1)))


def test_a_target_that_was_left_starts_no_store() -> None:
    """The error says what is missing; there are no versions to tell either."""
    target = ReferenceMetastore()

    with pytest.raises(RuntimeError, match="enter it with `with` before"):
        target.start(trace())
    assert target.versions() == {}
