"""Around the store: accessors, task instances, the worker's clock and the worker-side backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

from hypothesis import strategies as st

from state_store_conformance.strategies.alphabets import drawn_from, weighted
from state_store_conformance.strategies.calls import DAY, MICROSECOND
from state_store_conformance.strategies.scopes import Neighborhood, by_ids
from state_store_conformance.strategies.universes import DAGS, KEYS, RUNS, TASKS, VALUES
from state_store_conformance.target import (
    ACCESSORS,
    ASYNC,
    ASYNC_AROUND,
    COLLECTION,
    ORPHAN_SWEEP,
    TASK_INSTANCES,
    WORKER_SIDE,
)
from state_store_spec.operations import (
    AccessorClear,
    AccessorDelete,
    AccessorGet,
    AccessorSet,
    ChangeSettings,
    Collect,
    ConfigureWorkerBackend,
    ListKeys,
    LoseObject,
    Mode,
    Operation,
    Retention,
    SetWorkerClock,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    TaskInstanceState,
    Universe,
)
from state_store_spec.profiles import Profile

Other = TypeVar("Other")

CAPABILITIES_AROUND: Final = frozenset({ACCESSORS, TASK_INSTANCES, WORKER_SIDE})

RETENTIONS: Final[tuple[tuple[Retention, int], ...]] = (
    (None, 6),
    ("NEVER_EXPIRE", 2),
    (DAY, 4),
    (30 * DAY, 1),
    (MICROSECOND, 1),
    # Impossible ones.
    (timedelta(0), 1),
    (-DAY, 1),
    (timedelta.max, 1),
)
CLOCKS: Final = (5 * timedelta(minutes=1), -5 * timedelta(minutes=1), DAY, -DAY, timedelta(0))

_MODES: Final[tuple[Mode, ...]] = ("sync", "sync", "async")

_MOVES: Final[tuple[tuple[TaskInstanceState, int], ...]] = (
    ("success", 4),
    ("failed", 1),
    ("skipped", 1),
    ("up_for_retry", 7),
    ("running", 1),
)


def _task(
    dag: str = DAGS[0], run: str = RUNS[0], task: str = TASKS[0], map_index: int = -1
) -> SymbolicTaskScope:
    return SymbolicTaskScope(dag=dag, run=run, task=task, map_index=map_index)


_ASSETS: Final[tuple[tuple[SymbolicScope, int], ...]] = (
    (SymbolicAssetScope(name="name_1"), 3),
    (SymbolicAssetScope(uri="uri_1"), 3),
    (SymbolicAssetScope(asset="asset_a"), 2),
    (SymbolicAssetScope(asset="asset_b"), 1),
)

NEIGHBORHOODS_AROUND: Final = (
    Neighborhood("tries", ((_task(), 1),), keys=KEYS[:1], parents_weight=8, ages_weight=32),
    Neighborhood(
        "instances", ((_task(), 3), (_task(map_index=10), 3), (_task(task=TASKS[1]), 1)), KEYS[:2]
    ),
    Neighborhood(
        "owners", ((_task(), 3), *_ASSETS[:3]), keys=KEYS[:2], referential=True, bystanders=False
    ),
    Neighborhood(
        "named_assets",
        _ASSETS,
        keys=KEYS[:1],
        referential=True,
        bystanders=False,
        parents_weight=44,
    ),
    # Joined by a separator, the names of the last may be those of the first.
    Neighborhood(
        "alike",
        ((_task(), 3), (_task(dag=DAGS[1], run=RUNS[1]), 2)),
        KEYS[:1],
        referential=True,
    ),
)
"""The neighborhoods in which things happen around the store, the simplest first."""

NEIGHBORHOOD_WEIGHTS_AROUND: Final = (9, 3, 2, 7, 3)

_WEIGHT: Final = 50
_SHARE_OF_THE_REST: Final = 4


def joined(letters: Iterable[tuple[Other, int]], around: Other) -> list[tuple[Other, int]]:
    """Return the letters with one more for what happens around the store, more often than others.

    So a trace is either about the store alone, or mostly about what is around it.
    """
    rarer = [
        (letter, max(1, weight // _SHARE_OF_THE_REST) if weight else 0)
        for letter, weight in letters
    ]
    return [*rarer, (around, _WEIGHT)]


@dataclass(frozen=True, slots=True)
class Access:
    """A call of an accessor, before it is known where."""

    method: Literal["get", "set", "delete", "clear"]
    mode: Mode


@dataclass(frozen=True, slots=True)
class Move:
    """A move of a task instance, before it is known which."""

    to: TaskInstanceState
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A person's look at the keys of something."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The loss of an object."""


Letter: TypeAlias = Operation | Access | Move | Look | Loss


class Kept(NamedTuple):
    """What a task keeps, and for how long."""

    value: str
    retention: Retention


@dataclass(frozen=True, slots=True)
class _Details:
    """What the letters leave open."""

    place: st.SearchStrategy[tuple[SymbolicScope, str]]
    kept: st.SearchStrategy[Kept]
    instance: st.SearchStrategy[SymbolicTaskScope]
    viewed: st.SearchStrategy[SymbolicScope]
    async_tasks: bool
    modes: st.SearchStrategy[Mode]


def operations_around(
    neighborhood: Neighborhood, universe: Universe, capabilities: frozenset[str], law: Profile
) -> st.SearchStrategy[Operation] | None:
    """Draw what happens around the store; ``None`` where nothing can.

    Keys and values are such as the store can hold.
    """
    viewed = neighborhood if law.server_side_names else by_ids(neighborhood)
    instances = [(one, w) for one, w in neighborhood.scopes if isinstance(one, SymbolicTaskScope)]
    scopes = [*instances, *_named_assets(neighborhood, universe)]
    letters = list(_letters(capabilities, law, of_instances=bool(instances)))
    if (
        not CAPABILITIES_AROUND & capabilities
        or not scopes
        or neighborhood not in NEIGHBORHOODS_AROUND
    ):
        return None
    places = [
        ((scope, key), scope_weight * key_weight)
        for key, key_weight in zip(neighborhood.keys, (2, 1), strict=False)
        for scope, scope_weight in scopes
    ]
    details = _Details(
        drawn_from(weighted(places)),
        drawn_from(weighted(_kept())),
        drawn_from(weighted(instances or [(_task(), 1)])),
        drawn_from(weighted(viewed.scopes)),
        law.async_task_accessor,
        drawn_from(_MODES if ASYNC_AROUND in capabilities else _MODES[:1]),
    )
    return _around(drawn_from(weighted(letters)), details)


def _letters(
    capabilities: frozenset[str], law: Profile, *, of_instances: bool
) -> Iterator[tuple[Letter, int]]:
    modes: tuple[tuple[Mode, int], ...] = (("sync", 2), ("async", 1))
    if ACCESSORS in capabilities:
        for mode, often in modes if ASYNC in capabilities else modes[:1]:
            yield Access("set", mode), 4 * often
            yield Access("get", mode), 3 * often
            yield Access("delete", mode), 1
            yield Access("clear", mode), 1
        yield Look(), 3
        yield from ((SetWorkerClock(ahead=ahead), 1) for ahead in CLOCKS)
    if TASK_INSTANCES in capabilities and of_instances:
        for to, weight in _MOVES:
            yield Move(to, by_hand=False), weight
        yield Move("success", by_hand=True), 1
        yield Move("failed", by_hand=True), 1
        yield ChangeSettings(clear_on_success=True), 3
        yield ChangeSettings(clear_on_success=False), 1
    if COLLECTION in capabilities:
        # Rare among the rest, and what it leaves behind is a matter of the worker's side.
        yield Collect(), 3
    if ORPHAN_SWEEP in capabilities and not law.collection_sweeps_orphans:
        yield SweepOrphans(), 3
    if WORKER_SIDE in capabilities:
        yield ConfigureWorkerBackend(on=True), 14
        yield ConfigureWorkerBackend(on=False), 3
        yield Loss(), 5


def _kept() -> Iterator[tuple[Kept, int]]:
    for value, value_weight in zip(VALUES, (2, 1, 1), strict=True):
        for retention, weight in RETENTIONS:
            yield Kept(value, retention), value_weight * weight


def _named_assets(
    neighborhood: Neighborhood, universe: Universe
) -> Iterator[tuple[SymbolicScope, int]]:
    """Yield the assets of the neighborhood as tasks know them, each name and uri once."""
    names = {declared.name for declared in universe.assets}
    uris = {declared.uri for declared in universe.assets}
    seen: set[SymbolicScope] = set()
    for scope, weight in neighborhood.scopes:
        if not isinstance(scope, SymbolicAssetScope):
            continue
        for named in _as_named(scope, universe):
            # No hook can tell a name from a uri of the same text (WORKER-8).
            if named not in seen and {named.name, named.uri}.isdisjoint(names & uris):
                seen.add(named)
                yield named, weight


def _as_named(scope: SymbolicAssetScope, universe: Universe) -> Iterator[SymbolicAssetScope]:
    if scope.asset is None:
        yield scope
    for declared in universe.assets:
        if declared.asset == scope.asset:
            yield SymbolicAssetScope(name=declared.name)
            yield SymbolicAssetScope(uri=declared.uri)


@st.composite
def _around(draw: st.DrawFn, letter: st.SearchStrategy[Letter], details: _Details) -> Operation:
    drawn = draw(letter)
    if isinstance(drawn, Access):
        return _access(draw, drawn, details)
    if isinstance(drawn, Move):
        return TaskInstanceMoves(
            scope=draw(details.instance),
            to=drawn.to,
            by_hand=drawn.by_hand,
            mode=draw(details.modes),
        )
    if isinstance(drawn, Look):
        return ListKeys(scope=draw(details.viewed), mode=draw(details.modes))
    if isinstance(drawn, Loss):
        scope, key = draw(details.place)
        return LoseObject(scope=scope, key=key)
    return drawn


def _access(draw: st.DrawFn, access: Access, details: _Details) -> Operation:
    scope, key = draw(details.place)
    if isinstance(scope, SymbolicTaskScope) and not details.async_tasks:
        access = Access(access.method, "sync")
    if access.method == "set":
        value, retention = draw(details.kept)
        if isinstance(scope, SymbolicAssetScope):
            # Asset state has no expiry, so its accessor has no such argument.
            retention = None
        return AccessorSet(scope=scope, key=key, value=value, retention=retention, mode=access.mode)
    if access.method == "clear":
        return AccessorClear(scope=scope, mode=access.mode)
    operation = AccessorGet if access.method == "get" else AccessorDelete
    return operation(scope=scope, key=key, mode=access.mode)
