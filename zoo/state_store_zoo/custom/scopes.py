"""Scopes that share a place, though they mean different ones."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Final
from unittest.mock import patch

from state_store_conformance.targets.finding import custom_backend
from state_store_spec import AssetScope, StateScope, TaskScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend, is_task_of
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Scopes")
_broken: Final = partial(
    broken,
    CHAPTER,
    breaks=["SCOPE-3", "SCOPE-1"],
    beside=["METHOD-1", "METHOD-2", "METHOD-3", "METHOD-5", "SCOPE-4", "SCOPE-5", "VALUE-5"],
)


class _Places(MemoryBackend):
    """Knows task scopes by what :meth:`task` makes of them."""

    def task(self, scope: TaskScope) -> TaskScope:
        """Give the task scope that is meant instead."""
        return scope

    def place(self, scope: StateScope) -> Hashable:
        return self.task(scope) if isinstance(scope, TaskScope) else scope

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if all_map_indices and isinstance(scope, TaskScope):
            return is_task_of(place, self.task(scope))
        return place == self.place(scope)


@_broken(because="a path is made of the ids, and a dag id has no slash, usually")
class JoinsWithSlashes(_Places):
    """The ids are joined by slashes."""

    def task(self, scope: TaskScope) -> TaskScope:
        joined = f"{scope.dag_id}/{scope.run_id}/{scope.task_id}"
        return TaskScope(joined, "", "", scope.map_index)


@_broken(because="a compound key of Redis, by its conventions")
class JoinsWithColons(_Places):
    """The ids are joined by colons."""

    def task(self, scope: TaskScope) -> TaskScope:
        joined = f"{scope.dag_id}:{scope.run_id}:{scope.task_id}"
        return TaskScope(joined, "", "", scope.map_index)


@_broken(because="two underscores are in no id, the author thought; Airflow's own runs have them")
class JoinsWithUnderscores(_Places):
    """The ids are joined by underscores."""

    def task(self, scope: TaskScope) -> TaskScope:
        joined = f"{scope.dag_id}_{scope.run_id}_{scope.task_id}"
        return TaskScope(joined, "", "", scope.map_index)


@_broken(because="Airflow's own metrics are joined by dots")
class JoinsWithDots(_Places):
    """The ids are joined by dots."""

    def task(self, scope: TaskScope) -> TaskScope:
        joined = f"{scope.dag_id}.{scope.run_id}.{scope.task_id}"
        return TaskScope(joined, "", "", scope.map_index)


@_broken(because="the map index came with Airflow 2.3, and this code is older")
class ForgetsTheMapIndex(_Places):
    """Every map index of a task is one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, map_index=-1)


@_broken(because="`map_index or -1` gives the default for 0 too")
class TakesZeroForUnmapped(_Places):
    """Map index 0 and a task that is not mapped are one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, map_index=scope.map_index or -1)


@_broken(because="run ids are unique, are they not")
class ForgetsTheDag(_Places):
    """Runs of the same id are one place, whatever their dag."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, dag_id="")


@_broken(because="state is for the next run too, the author thought")
class ForgetsTheRun(_Places):
    """Every run of a dag is one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, run_id="")


@_broken(because="state of a dag run, with the task as a part of the key: to be done")
class ForgetsTheTask(_Places):
    """Every task of a dag run is one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, task_id="")


@_broken(because="the name of a task group is a prefix that people do not want to see")
class ForgetsTheTaskGroup(_Places):
    """Tasks of the same name in two groups are one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, task_id=scope.task_id.rpartition(".")[2] or scope.task_id)


@_broken(because="a collation that ignores case, in a table of ids")
class FoldsCaseOfIds(_Places):
    """Dags whose ids differ in case are one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, dag_id=scope.dag_id.lower(), task_id=scope.task_id.lower())


@_broken(because="ids are stripped, as a matter of course")
class StripsIds(_Places):
    """Tasks whose ids differ in a blank at the end are one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, dag_id=scope.dag_id.strip(), task_id=scope.task_id.strip())


@_broken(because="a column of 200 characters, which was enough in every test")
class CutsIds(_Places):
    """Tasks whose ids agree in their first 200 characters are one place."""

    def task(self, scope: TaskScope) -> TaskScope:
        return replace(scope, task_id=scope.task_id[:200])


@broken(
    CHAPTER,
    breaks=["SCOPE-3"],
    beside=["SCOPE-9", "METHOD-1", "METHOD-3", "METHOD-5", "METHOD-2", "SCOPE-8"],
    because="assets are known by their names, and a name was always there on the worker",
)
class KnowsAssetsByNameAlone(MemoryBackend):
    """All assets that are given by their ids are one place."""

    def place(self, scope: StateScope) -> Hashable:
        return ("asset", scope.name) if isinstance(scope, AssetScope) else scope


@broken(
    CHAPTER,
    breaks=["SCOPE-3"],
    beside=["METHOD-1", "METHOD-2", "METHOD-3", "METHOD-5", "SCOPE-4", "SCOPE-5", "VALUE-5"],
    because="one table for both kinds, and the columns that an asset has not are empty",
)
class PutsAssetsBesideTasks(MemoryBackend):
    """Asset state and the state of unmapped tasks share their keys."""

    def place(self, scope: StateScope) -> Hashable:
        if isinstance(scope, TaskScope) and scope.map_index != -1:
            return scope
        return "unmapped"


@broken(
    CHAPTER,
    breaks=["SCOPE-3"],
    beside=["SCOPE-9", "METHOD-1", "METHOD-3", "METHOD-5", "METHOD-2", "SCOPE-8"],
    because="ids are spread over a fixed number of buckets",
)
class SpreadsAssetsOverBuckets(MemoryBackend):
    """Every second asset is one place."""

    def place(self, scope: StateScope) -> Hashable:
        if isinstance(scope, AssetScope) and scope.asset_id is not None:
            return ("asset", scope.asset_id % 2)
        return scope


def _accept(_: AssetScope) -> None:
    """Refuse nothing."""


class _EmptyScopes(MemoryBackend):
    """Makes asset scopes without any field possible, for as long as it lives."""

    @classmethod
    @contextmanager
    def opened(cls) -> Generator[MemoryBackend]:
        """Make a backend, in the process that judges it and there alone."""
        with patch.object(AssetScope, "__post_init__", _accept):
            yield cls()


def takes_empty_scopes() -> AbstractContextManager[MemoryBackend]:
    """An asset scope without any field can be made, and is a place like any other."""
    return _EmptyScopes.opened()


CHAPTER.add(
    takes_empty_scopes,
    lambda: custom_backend(lambda: takes_empty_scopes, "takes-empty-scopes"),
    breaks=["SCOPE-7"],
    beside=[],
    because="the scopes of the documentation were copied as plain data classes",
)
