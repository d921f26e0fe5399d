"""What a scope means: a task instance, an asset by id, name or uri, and their parents."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from state_store_reference.schema import asset, asset_active, dag_run
from state_store_spec import (
    AssetScope,
    StateScope,
    TaskScope,
    UnknownAssetError,
    UnknownDagRunError,
)
from tests.reference.metastore.subject import SCOPE, Subject


def test_clear_takes_one_map_index_or_all_of_the_task(either: Subject) -> None:
    """A clear deletes its map index; with ``all_map_indices`` every one of that task alone."""
    either.add_dag_run("dag", "other run")
    mine = [TaskScope("dag", "run", "task", index) for index in (-1, 0, 1)]
    others = [TaskScope("dag", "run", "task2"), TaskScope("dag", "other run", "task", 0)]
    for scope in [*mine, *others]:
        either.call("set", scope, "a", "value")
        either.call("set", scope, "b", "value")

    def present() -> list[StateScope]:
        return [scope for scope in [*mine, *others] if either.call("get", scope, "a") is not None]

    either.call("clear", mine[1])
    assert present() == [mine[0], mine[2], *others]
    either.call("clear", mine[1], all_map_indices=True)
    assert present() == others
    assert len(either.task_rows()) == 4


def test_an_asset_is_found_by_any_of_its_fields(either: Subject) -> None:
    """Id, name and uri of an active asset, alone or together, mean one place."""
    asset_id = either.add_asset("orders", "s3://orders", active=True)
    either.add_asset("other", "s3://other", active=True)
    scopes = [
        AssetScope(asset_id=asset_id),
        AssetScope(name="orders"),
        AssetScope(uri="s3://orders"),
        AssetScope(name="orders", uri="s3://orders"),
        AssetScope(asset_id, "orders"),
        AssetScope(asset_id, uri="s3://orders"),
        AssetScope(asset_id, "orders", "s3://orders"),
    ]
    for written in scopes:
        either.call("set", written, "key", repr(written))
        read = [either.call("get", scope, "key") for scope in scopes]
        assert read == [repr(written)] * len(scopes)
        either.call("delete" if written.asset_id else "clear", written, *_key(written))
        assert either.asset_rows() == []


def _key(scope: AssetScope) -> list[str]:
    return ["key"] if scope.asset_id else []


def test_fields_that_disagree_mean_no_asset(either: Subject) -> None:
    """A scope whose fields belong to two assets, or to none, is unknown."""
    orders = either.add_asset("orders", "s3://orders", active=True)
    either.add_asset("other", "s3://other", active=True)
    either.call("set", AssetScope(orders), "key", "value")
    for scope in [
        AssetScope(orders, "other"),
        AssetScope(orders, uri="s3://other"),
        AssetScope(name="orders", uri="s3://other"),
        AssetScope(orders + 1000),
        AssetScope(orders + 1000, "orders"),
        AssetScope(0),
        AssetScope(-1),
        AssetScope(2**63),
        AssetScope(-(2**70)),
        AssetScope(name="nobody"),
        AssetScope(uri="orders"),
        AssetScope(name="or\0ders"),
        AssetScope(uri="\ud800"),
        AssetScope(name="n" * 5000),
    ]:
        before = either.everything()
        with pytest.raises(UnknownAssetError, match=r"There is no .*asset with"):
            either.call("set", scope, "key", "value")
        assert either.call("get", scope, "key") is None
        either.call("delete", scope, "key")
        either.call("clear", scope)
        assert either.everything() == before


def test_an_inactive_asset_is_reached_by_its_id_alone(either: Subject) -> None:
    """Without a record of its name and uri an asset is unknown by them, and known by its id."""
    asset_id = either.add_asset("orders", "s3://orders", active=False)
    # Another asset of that name is the active one, and one of that uri.
    namesake = either.add_asset("orders", "s3://new", active=True)
    either.add_asset("new", "s3://orders", active=True)

    either.call("set", AssetScope(asset_id), "key", "old")
    either.call("set", AssetScope(name="orders"), "key", "new")

    assert either.call("get", AssetScope(asset_id), "key") == "old"
    assert either.call("get", AssetScope(asset_id, "orders", "s3://orders"), "key") == "old"
    assert either.call("get", AssetScope(namesake), "key") == "new"
    with pytest.raises(UnknownAssetError, match="by its asset_id"):
        either.call("set", AssetScope(name="orders", uri="s3://orders"), "key", "value")


@pytest.mark.parametrize(
    "scope",
    [
        TaskScope("dag", "no such run", "task"),
        TaskScope("no such dag", "run", "task"),
        TaskScope("da\0g", "run", "task"),
        TaskScope("dag", "\udfff", "task"),
        TaskScope("d" * 5000, "run", "task"),
    ],
)
def test_an_unknown_dag_run_holds_nothing(either: Subject, scope: TaskScope) -> None:
    """A write is refused and stores nothing; a read finds nothing; removals do nothing."""
    either.call("set", SCOPE, "key", "value")
    before = either.everything()

    with pytest.raises(UnknownDagRunError, match="Create the dag run first"):
        either.call("set", scope, "key", "value")
    with pytest.raises(UnknownDagRunError):
        either.call("set_never_expire", scope, "key", "value")

    assert either.call("get", scope, "key") is None
    either.call("delete", scope, "key")
    either.call("clear", scope)
    either.call("clear", scope, all_map_indices=True)
    assert either.everything() == before


def test_rows_go_with_their_parents(subject: Subject) -> None:
    """The deletion of a dag run or an asset takes its rows, and those of no other."""
    subject.add_dag_run("dag", "other")
    kept = subject.add_asset("kept", "kept", active=True)
    gone = subject.add_asset("gone", "gone", active=True)
    for scope in (SCOPE, TaskScope("dag", "other", "task"), AssetScope(kept), AssetScope(gone)):
        subject.call("set", scope, "key", repr(scope))

    with subject.engine.begin() as connection:
        connection.execute(delete(dag_run).where(dag_run.c.run_id == "run"))
        connection.execute(delete(asset).where(asset.c.id == gone))

    left = [row.value for row in subject.everything()]
    assert left == [repr(TaskScope("dag", "other", "task")), repr(AssetScope(kept))]
    with subject.engine.connect() as connection:
        active = connection.execute(asset_active.select()).all()
    assert [row.name for row in active] == ["kept"]


def test_a_new_asset_never_inherits_the_id_of_a_deleted_one(subject: Subject) -> None:
    """An id held by a caller does not come to mean another asset."""
    gone = subject.add_asset("gone", "gone", active=True)
    with subject.engine.begin() as connection:
        connection.execute(delete(asset).where(asset.c.id == gone))

    assert subject.add_asset("new", "new", active=True) != gone
