"""Families: which base a backend has, and which scopes it wants to be handed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from state_store_conformance.targets.families import OWN_FAMILY, family_of
from state_store_conformance.targets.finding import custom_backend
from state_store_spec.operations import Set, SymbolicAssetScope, SymbolicTaskScope
from state_store_spec.trace import Trace
from tests.conformance.own_backends import InMemory


@dataclass(frozen=True)
class TaskScope:
    """A scope of another family."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1


@dataclass(frozen=True)
class AssetScope:
    """A scope of another family."""

    asset_id: int | None = None
    name: str | None = None
    uri: str | None = None


def module(monkeypatch: pytest.MonkeyPatch, name: str, *, scopes: bool = True) -> type[Any]:
    """Put a module in the place of Airflow's, and give the base class that it holds."""
    holder = ModuleType(name)
    base = type("BaseStateBackend", (), {"__module__": name})
    known = {"BaseStateBackend": base}
    if scopes:
        known |= {"TaskScope": TaskScope, "AssetScope": AssetScope}
    holder.__dict__.update(known)
    monkeypatch.setitem(sys.modules, name, holder)
    return base


def test_a_backend_of_this_project_has_its_scopes() -> None:
    """The vocabulary of the specification is a family."""
    assert OWN_FAMILY == family_of(InMemory)


def test_a_backend_of_airflow_has_the_scopes_of_its_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A base class brings its module along, whose scopes the backend is handed."""
    seen: list[object] = []
    base = module(monkeypatch, "airflow.sdk.state")

    def set_(_: object, scope: object, *__: object) -> None:
        seen.append(scope)

    backend = type("Backend", (base,), {"set": set_})
    family = family_of(backend)
    task = SymbolicTaskScope(dag="d", run="r", task="t", map_index=2)
    puts = tuple(
        Set(scope=scope, key="k", value="v") for scope in (task, SymbolicAssetScope(asset="a"))
    )
    with custom_backend(lambda: backend, "it") as target:
        store = target.start(Trace().with_operations(puts))
        for put in puts:
            store.apply(put)

    assert family is not None
    assert ("airflow.sdk.state", base) == (family.name, family.base)
    assert [TaskScope, AssetScope] == [type(scope) for scope in seen]


@pytest.mark.parametrize("name", ["elsewhere.state", "airflowlike.state"])
def test_a_namesake_from_elsewhere_is_no_backend(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The name of a base class alone makes no family."""
    assert family_of(type("Backend", (module(monkeypatch, name),), {})) is None


def test_a_module_without_scopes_is_no_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backend that cannot be handed a scope cannot be called."""
    base = module(monkeypatch, "airflow.sdk.state", scopes=False)

    assert family_of(type("Backend", (base,), {})) is None
    assert family_of(object) is None
