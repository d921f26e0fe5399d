"""Places: the folder in which the objects of a task instance or of an asset lie.

On the server's side a place is a scope. On the worker's side it is what a hook is told, and lies
below ``worker/``: one base path may serve both sides, and a value and the reference to it have the
same scope and key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from state_store_reference.object_storage.path_names import MOST_CHARACTERS, PATTERN, path_name
from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import StateScope, TaskScope

_TASK_NAMES: Final = ("dag_id", "run_id", "task_id", "map_index")
_KEY: Final = "key"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of objects.

    Attributes:
        kind: the folder of all places like it.
        names: what makes the place: pairs of a label and a text.
    """

    kind: str
    names: tuple[tuple[str, str], ...]

    @property
    def folder(self) -> str:
        """The folder, relative to the base path."""
        return "/".join([self.kind, *(_component(label, text) for label, text in self.names)])

    def path(self, key: str) -> str:
        """Give the path of the object of a key, relative to the base path."""
        return f"{self.folder}/{_component(_KEY, key)}"

    @property
    def beyond_map_index(self) -> Place:
        """The folder that holds the folders of all map indices."""
        return Place(self.kind, self.names[:-1])


def place_of(scope: StateScope) -> Place:
    """Give the place of a scope on the server's side.

    An asset id is a place by itself. Without one, the fields that are set are the place: nothing
    here knows which name belongs to which uri.
    """
    if isinstance(scope, TaskScope):
        return Place("task", _names_of(scope))
    if scope.asset_id is not None:
        return Place("asset", (("asset_id", str(scope.asset_id)),))
    fields = (("name", scope.name), ("uri", scope.uri))
    return Place("asset", tuple((label, text) for label, text in fields if text is not None))


def worker_places_of(scope: StateScope) -> tuple[Place, ...]:
    """Give the places that hooks were told of for this scope: an asset's name, uri or both."""
    if isinstance(scope, TaskScope):
        return (place_of_task_instance(task_instance_id(scope)),)
    if scope.asset_id is not None:
        return ()
    return tuple(
        place_of_asset_reference(text) for text in (scope.name, scope.uri) if text is not None
    )


def place_of_task_instance(ti_id: str) -> Place:
    """Give the place that a task's hook is told of.

    Any text has a place of its own. That of a task scope has the folders of the scope, so that
    :meth:`~state_store_spec.BaseStateBackend.clear` finds all map indices.
    """
    scope = _scope_of(ti_id)
    return Place("worker/task", (("ti_id", ti_id),) if scope is None else _names_of(scope))


def place_of_asset_reference(asset_ref: str) -> Place:
    """Give the place that an asset's hook is told of: a name or a uri, which it cannot tell."""
    return Place("worker/asset", (("asset_ref", asset_ref),))


def _names_of(scope: TaskScope) -> tuple[tuple[str, str], ...]:
    texts = (scope.dag_id, scope.run_id, scope.task_id, str(scope.map_index))
    return tuple(zip(_TASK_NAMES, texts, strict=True))


def _scope_of(ti_id: str) -> TaskScope | None:
    try:
        parts: object = json.loads(ti_id)
    except (ValueError, RecursionError):
        return None
    match parts:
        case [str(dag_id), str(run_id), str(task_id), int(map_index)]:
            scope = TaskScope(dag_id, run_id, task_id, map_index)
        case _:
            return None
    # Another text of the same list is another identity, for all that is known of it here.
    return scope if task_instance_id(scope) == ti_id else None


def _component(label: str, text: str) -> str:
    return f"{label}={path_name(text)}"


def _pattern(kind: str, labels: tuple[str, ...]) -> str:
    return "/".join([kind, *(f"{label}={PATTERN}" for label in (*labels, _KEY))])


WORKER_TASK_PATTERN: Final = (
    f"(?:{_pattern('worker/task', _TASK_NAMES)}|{_pattern('worker/task', ('ti_id',))})"
)
"""The paths of objects that a task's hook writes."""

WORKER_ASSET_PATTERN: Final = _pattern("worker/asset", ("asset_ref",))
"""The paths of objects that an asset's hook writes."""

KEY_PREFIX: Final = f"{_KEY}="
KEY_PATTERN: Final = f"{KEY_PREFIX}{PATTERN}"
"""The names of objects in the folder of a place."""

MAP_INDEX_PREFIX: Final = "map_index="
MAP_INDEX_AND_KEY_PATTERN: Final = f"{MAP_INDEX_PREFIX}{PATTERN}/{KEY_PATTERN}"
"""The paths of objects in the folder beyond a map index."""

LONGEST_PATH: Final = (
    len("/".join(["worker/task", *(f"{label}=" for label in (*_TASK_NAMES, _KEY))]))
    + (len(_TASK_NAMES) + 1) * MOST_CHARACTERS
)
"""Characters of the longest path that any place and key have; all of them are ASCII."""
