"""Scopes: values that name a place (SCOPE-1, SCOPE-6, SCOPE-7, CUSTOM-3)."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields

import pytest

from state_store_spec import AssetScope, InvalidScopeError, StateScope, TaskScope


def test_task_scope_of_an_unmapped_task() -> None:
    """A task that is not mapped has the map index -1 (SCOPE-1)."""
    assert TaskScope("d", "r", "t", -1) == TaskScope(dag_id="d", run_id="r", task_id="t")


@pytest.mark.parametrize(
    "scope",
    [
        TaskScope("d", "r", "t", 3),
        AssetScope(asset_id=1),
        AssetScope(name="n"),
        AssetScope(uri="u"),
    ],
    ids=repr,
)
def test_scopes_are_values(scope: StateScope) -> None:
    """A scope equals its copies, can be a key of a dictionary and cannot be changed."""
    assert scope == copy.deepcopy(scope)
    assert scope == pickle.loads(pickle.dumps(scope))  # noqa: S301
    assert {scope: 1}[copy.copy(scope)] == 1
    with pytest.raises(FrozenInstanceError):
        setattr(scope, fields(scope)[0].name, "other")


@pytest.mark.parametrize("fields", [{}, {"asset_id": None, "name": None, "uri": None}], ids=repr)
def test_asset_scope_without_a_field(fields: dict[str, None]) -> None:
    """An asset scope of which no field is set cannot be made (SCOPE-7)."""
    with pytest.raises(InvalidScopeError) as caught:
        AssetScope(**fields)

    assert (
        "AssetScope() names no asset: at least one of asset_id, name and uri must be set "
        "(SCOPE-7). Pass asset_id on the server's side, name or uri on a worker."
    ) == str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("fields", "scope"),
    [
        ({"asset_id": 0}, AssetScope(0)),
        ({"name": ""}, AssetScope(None, "")),
        ({"asset_id": 1, "name": "n", "uri": "u"}, AssetScope(1, "n", "u")),
    ],
    ids=["the id 0", "the empty name", "all three"],
)
def test_each_field_is_enough(fields: dict[str, object], scope: AssetScope) -> None:
    """A field that is set is set, whatever its value (SCOPE-6)."""
    assert scope == AssetScope(**fields)  # type: ignore[arg-type]


def test_the_two_kinds_are_told_apart() -> None:
    """`isinstance` and `match` both tell a task scope from an asset scope (CUSTOM-3)."""

    def kind_by_class(scope: StateScope) -> str:
        return "task" if isinstance(scope, TaskScope) else "asset"

    def kind_by_match(scope: StateScope) -> str:
        match scope:
            case TaskScope(dag_id=_, run_id=_, task_id=_, map_index=_):
                return "task"
            case AssetScope(asset_id=_, name=_, uri=_):
                return "asset"

    for scope, kind in ((TaskScope("d", "r", "t"), "task"), (AssetScope(name="n"), "asset")):
        assert (kind, kind) == (kind_by_class(scope), kind_by_match(scope))
