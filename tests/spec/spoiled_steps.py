"""Steps that are spoiled on purpose: what the oracle observes, with something wrong about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from state_store_spec.answers import (
    Answer,
    Answers,
    CallAnswer,
    Raised,
    Refused,
    StoredObject,
    StoredRow,
)
from state_store_spec.judgment import Difference, differences
from state_store_spec.naming import CodePoints, NamedText
from state_store_spec.operations import (
    DeclaredAsset,
    DeclaredDagRun,
    Operation,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.oracle import World, beginning, step, stored_objects, stored_rows
from state_store_spec.oracle.accessors import crossing
from state_store_spec.oracle.world import AssetPlace, TaskPlace
from state_store_spec.places import Place, place_of_row
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace import START, Observation, Trace

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
MAPPED = SymbolicTaskScope(dag="d", run="r", task="t", map_index=0)
OTHER_TASK = SymbolicTaskScope(dag="d", run="r", task="u")
UNKNOWN_TASK = SymbolicTaskScope(dag="d", run="nowhere", task="t")
ORDERS = SymbolicAssetScope(asset="orders")
ORDERS_BY_NAME = SymbolicAssetScope(name="n-orders")
COPY = SymbolicAssetScope(asset="copy")
ARCHIVE = SymbolicAssetScope(asset="archive")

UNIVERSE = Universe(
    dag_runs=(
        DeclaredDagRun(dag="d", run="r"),
        DeclaredDagRun(dag="d", run="q"),
        DeclaredDagRun(dag="d", run="new", exists=False),
    ),
    assets=(
        DeclaredAsset(asset="orders", name="n-orders", uri="u-orders"),
        DeclaredAsset(asset="copy", name="n-copy", uri="u-copy"),
        DeclaredAsset(asset="archive", name="n-orders", uri="u-archive", state="inactive"),
        DeclaredAsset(asset="absent", name="n-absent", uri="u-absent", state="absent"),
    ),
)
NAMING: dict[str, NamedText] = {
    "blank": "k ",
    "accent": "ké",
    "nul": CodePoints(code_points=(0,)),
    "empty": "",
    "upper": "K",
}

IN_TASK = TaskPlace("d", "r", "t", -1, "k")
IN_MAPPED = TaskPlace("d", "r", "t", 0, "k")
IN_OTHER_TASK = TaskPlace("d", "r", "u", -1, "k")
IN_ORDERS = AssetPlace("orders", "k")
IN_COPY = AssetPlace("copy", "k")
IN_ARCHIVE = AssetPlace("archive", "k")


@dataclass(frozen=True)
class Wrong:
    """An operation after some others, what a backend did instead, and the clause it breaks.

    ``objects`` are those of the worker-side store that are other than they should be, with their
    values; one without a value is gone.
    """

    clause: str
    operation: Operation
    earlier: tuple[Operation, ...] = ()
    answer: Answer | None = None
    lose: tuple[Place, ...] = ()
    keep: tuple[Place, ...] = ()
    invent: tuple[Place, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    at: Place = IN_TASK
    objects: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    crossed: tuple[str, ...] | None = None


def judged(wrong: Wrong, law: str = DEFAULT_PROFILE) -> tuple[Difference, ...]:
    """Run the earlier operations and the operation, spoil what was observed, and judge it."""
    profile = find_profile(law)
    operations = (*wrong.earlier, wrong.operation)
    trace = Trace(universe=UNIVERSE, naming=NAMING).with_operations(operations)
    world = beginning(trace)
    for operation in wrong.earlier:
        world, _ = step(world, operation, profile)
    after, expected = step(world, wrong.operation, profile)
    observed = Observation(
        answer=expected_as_seen(expected) if wrong.answer is None else wrong.answer,
        stored=spoiled(world, after, wrong),
        objects=spoiled_objects(after, wrong),
        crossed=crossing(world, wrong.operation, expected, profile)
        if wrong.crossed is None
        else wrong.crossed,
    )
    return differences(world, wrong.operation, after, expected, observed, profile)


def expected_as_seen(expected: Answer) -> Answer:
    """Return what a conforming target shows for the oracle's answer."""
    if isinstance(expected, Refused):
        return Raised((expected.error, "Exception"), "refused")
    if isinstance(expected, Answers):
        seen = [expected_as_seen(answer) for answer in expected.answers]
        return Answers(tuple(cast("CallAnswer", answer) for answer in seen))
    return expected


def spoiled(before: World, after: World, wrong: Wrong) -> tuple[StoredRow, ...]:
    """Return the rows of the world after, with what is wrong about them."""
    rows = {place_of_row(row): row for row in stored_rows(after)}
    old = {place_of_row(row): row for row in stored_rows(before)}
    for place in wrong.lose:
        del rows[place]
    for place in wrong.keep:
        rows[place] = old[place]
    for place in wrong.invent:
        rows[place] = invented(place)
    if wrong.fields:
        rows[wrong.at] = replace(rows[wrong.at], **wrong.fields)
    return tuple(rows.values())


def spoiled_objects(after: World, wrong: Wrong) -> tuple[StoredObject, ...]:
    """Return the objects of the world after, with what is wrong about them."""
    right = {held.reference: held.value for held in stored_objects(after)}
    return tuple(
        StoredObject(reference=reference, value=value)
        for reference, value in {**right, **wrong.objects}.items()
        if value is not None
    )


def invented(place: Place) -> StoredRow:
    """Return a row that nobody wrote."""
    scope: SymbolicTaskScope | SymbolicAssetScope
    if isinstance(place, TaskPlace):
        scope = SymbolicTaskScope(
            dag=place.dag, run=place.run, task=place.task, map_index=place.map_index
        )
    else:
        scope = SymbolicAssetScope(asset=place.asset)
    return StoredRow(
        scope=scope,
        key=place.key,
        value="v",
        updated_at=START,
        expires_at=None,
        never_expire=False,
    )
