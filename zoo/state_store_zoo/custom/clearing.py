"""Clearing: backends whose `clear` takes too much, or too little."""

from __future__ import annotations

from collections.abc import Hashable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final

from state_store_spec import AssetScope, StateScope, TaskScope
from state_store_zoo.custom.broken_backend import broken
from state_store_zoo.custom.memory import MemoryBackend, is_task_of
from state_store_zoo.fault import Chapter

CHAPTER: Final = Chapter("Clearing")
_broken: Final = partial(broken, CHAPTER)


@_broken(breaks=["SCOPE-4"], because="the flag came later than the method")
class ClearsEveryMapIndex(MemoryBackend):
    """`clear` takes every map index of the task."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(scope, TaskScope):
            return is_task_of(place, scope)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["SCOPE-4"],
    because="the rows of a task are listed by a prefix, and 1 is one of 10",
)
class ClearsByPrefixOfTheMapIndex(MemoryBackend):
    """`clear` of map index 1 takes map index 10 as well."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(scope, TaskScope) and isinstance(place, TaskScope):
            begins = str(place.map_index).startswith(str(scope.map_index))
            return is_task_of(place, scope) and (all_map_indices or begins)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(breaks=["SCOPE-5"], because="the argument is in the signature, and nowhere else")
class IgnoresAllMapIndices(MemoryBackend):
    """`all_map_indices` has no effect."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        del all_map_indices
        return place == self.place(scope)


@_broken(
    breaks=["SCOPE-5"],
    because="map indices count from 0, so that -1 is not one of them",
)
class SparesTheUnmapped(MemoryBackend):
    """`all_map_indices` leaves the keys of a task that is not mapped."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if all_map_indices and isinstance(place, TaskScope) and place.map_index == -1:
            return False
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["SCOPE-5"],
    because="`range(10)` of map indices, which was enough in every test",
)
class ClearsTenMapIndices(MemoryBackend):
    """`all_map_indices` ends before map index 10."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if all_map_indices and isinstance(place, TaskScope) and place.map_index >= 10:
            return False
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["METHOD-5"],
    beside=["SCOPE-4", "SCOPE-5", "RET-9"],
    because="`all` was read as all the others",
)
class ClearsAllButItself(MemoryBackend):
    """`all_map_indices` leaves the map index of the scope itself."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        cleared = super().is_cleared(place, scope, all_map_indices=all_map_indices)
        return cleared and not (all_map_indices and place == scope)


@_broken(
    breaks=["SCOPE-3"],
    beside=["SCOPE-5"],
    because="the condition on the task was left out with that on the map index",
)
class ClearsTheWholeRun(MemoryBackend):
    """`all_map_indices` takes every task of the dag run."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if all_map_indices and isinstance(scope, TaskScope) and isinstance(place, TaskScope):
            return (place.dag_id, place.run_id) == (scope.dag_id, scope.run_id)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(breaks=["SCOPE-3"], because="run ids are unique, are they not")
class ClearsAnotherDag(MemoryBackend):
    """`clear` takes the task of that id in every dag with such a run."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(scope, TaskScope) and isinstance(place, TaskScope):
            alike = (place.run_id, place.task_id) == (scope.run_id, scope.task_id)
            return alike and (all_map_indices or place.map_index == scope.map_index)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(breaks=["SCOPE-3"], because="files are listed by a prefix without its last separator")
class ClearsByPrefixOfTheTask(MemoryBackend):
    """`clear` of the task `load` takes the task `load_all` as well."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(scope, TaskScope) and isinstance(place, TaskScope):
            begins = place.task_id.startswith(scope.task_id)
            same_run = (place.dag_id, place.run_id) == (scope.dag_id, scope.run_id)
            same_index = all_map_indices or place.map_index == scope.map_index
            return begins and same_run and same_index
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(breaks=["SCOPE-3"], because="files are listed by `glob`, which escapes nothing")
class ClearsByGlob(MemoryBackend):
    """`clear` takes a `*` in a task id for a pattern."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(scope, TaskScope) and isinstance(place, TaskScope):
            alike = fnmatchcase(place.task_id, scope.task_id) or place.task_id == scope.task_id
            same_run = (place.dag_id, place.run_id) == (scope.dag_id, scope.run_id)
            return alike and same_run and (all_map_indices or place.map_index == scope.map_index)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["METHOD-5"],
    beside=["SCOPE-9"],
    because="the flag returns early: an asset has no map indices",
)
class ClearsNoAssetWithTheFlag(MemoryBackend):
    """`clear` of an asset with `all_map_indices` does nothing."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if all_map_indices and isinstance(scope, AssetScope):
            return False
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(breaks=["SCOPE-9"], because="with the flag the condition on the identity falls away")
class ClearsEveryAssetWithTheFlag(MemoryBackend):
    """`clear` of an asset with `all_map_indices` takes the state of every asset."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if all_map_indices and isinstance(scope, AssetScope):
            return isinstance(place, AssetScope)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["SCOPE-3"],
    beside=["SCOPE-9"],
    because="`DELETE FROM asset_state` without its condition, once",
)
class ClearsEveryAsset(MemoryBackend):
    """`clear` of an asset takes the state of every asset."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(scope, AssetScope):
            return isinstance(place, AssetScope)
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["SCOPE-3"],
    because="asset state is what a task wrote, and goes with the rest of it",
)
class ClearsAssetsWithTasks(MemoryBackend):
    """`clear` of a task takes asset state as well."""

    def is_cleared(self, place: Hashable, scope: StateScope, *, all_map_indices: bool) -> bool:
        if isinstance(place, AssetScope) and isinstance(scope, TaskScope):
            return True
        return super().is_cleared(place, scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["METHOD-5"],
    beside=["SCOPE-4", "SCOPE-5", "RET-9", "SCOPE-9"],
    because="the statement was run and not committed",
)
class ClearsNothing(MemoryBackend):
    """`clear` does nothing."""

    def clear(self, scope: StateScope, **options: Any) -> None:
        """Do nothing."""


@_broken(
    breaks=["METHOD-5"],
    beside=["SCOPE-4", "SCOPE-5"],
    because="a page has a first row, and the second page was never asked for",
)
class ClearsOneKey(MemoryBackend):
    """`clear` takes the first key of the scope and no more."""

    def clear(self, scope: StateScope, *, all_map_indices: bool = False, **options: Any) -> None:
        for place, key in self.rows:
            if self.is_cleared(place, scope, all_map_indices=all_map_indices):
                del self.rows[place, key]
                return


@_broken(
    breaks=["METHOD-5"],
    beside=["SCOPE-4", "SCOPE-5"],
    because="a list from which is removed while it is walked",
)
class ClearsEveryOtherKey(MemoryBackend):
    """`clear` leaves every second key of the scope."""

    def clear(self, scope: StateScope, *, all_map_indices: bool = False, **options: Any) -> None:
        found = [
            (place, key)
            for place, key in self.rows
            if self.is_cleared(place, scope, all_map_indices=all_map_indices)
        ]
        for place in found[::2]:
            del self.rows[place]


@_broken(breaks=["METHOD-5"], because="a folder that is not there cannot be removed")
class RaisesWhereNothingIsToClear(MemoryBackend):
    """`clear` of a scope without keys is an error."""

    def clear(self, scope: StateScope, *, all_map_indices: bool = False, **options: Any) -> None:
        cleared = (
            self.is_cleared(place, scope, all_map_indices=all_map_indices) for place, _ in self.rows
        )
        if not any(cleared):
            raise FileNotFoundError(f"there is nothing in {scope}")
        super().clear(scope, all_map_indices=all_map_indices)


@_broken(
    breaks=["METHOD-5"],
    beside=["SCOPE-4", "SCOPE-5", "METHOD-2"],
    because="the empty text is no key, is it not",
)
class SparesEmptyValues(MemoryBackend):
    """`clear` leaves the keys whose value is the empty text."""

    def clear(self, scope: StateScope, **options: Any) -> None:
        kept = {place: row for place, row in self.rows.items() if not row.value}
        super().clear(scope, **options)
        self.rows.update(kept)
