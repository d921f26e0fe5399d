"""The rules that a trace keeps beyond its schema: each broken one is named with its place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from state_store_spec.answers import Listed, StoredRow
from state_store_spec.errors import UnknownProfileError
from state_store_spec.naming import CodePoints, RepeatedText
from state_store_spec.operations import (
    AccessorClear,
    AccessorOperation,
    AccessorSet,
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Clear,
    DataOperation,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    ListKeys,
    LoseObject,
    Operation,
    RenameAsset,
    Set,
    SetNeverExpire,
    SetWorkerClock,
    SymbolicAssetScope,
    SymbolicScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Transaction,
)
from state_store_spec.oracle.references import REFERENCE_PREFIX, is_reference
from state_store_spec.profiles import find_profile
from state_store_spec.profiles.language import not_said
from state_store_spec.trace import Trace

ZONE: Final = re.compile(r"UTC|naive|[+-](?:[01]\d|2[0-3]):[0-5]\d")

_CLOCKS_APART: Final = timedelta(days=300)


class BrokenRule(NamedTuple):
    """Where in the trace, as a path of field names and indices, and what is wrong."""

    path: tuple[str | int, ...]
    message: str


def broken_rules(trace: Trace) -> Iterator[BrokenRule]:
    """Yield every rule that the trace breaks."""
    yield from _profile(trace)
    if trace.start.tzinfo is None:
        yield BrokenRule(
            ("start",), "expected an instant with its zone, such as 2026-01-01T00:00:00Z"
        )
        return
    if _later(trace.start, timedelta(0)) is None:
        yield BrokenRule(("start",), "expected an instant between the years 2 and 9998")
        return
    yield from _universe(trace)
    yield from _naming(trace)
    yield from _instants(trace)
    clock = trace.start
    for index, operation in enumerate(trace.operations):
        path = ("steps", index, "operation")
        yield from _declared(trace, operation, path)
        yield from _settings(operation, path)
        yield from _worker(operation, path)
        yield from _listing(trace, operation, path)
        yield from _value(operation, path)
        if isinstance(operation, Advance):
            moved = _later(clock, operation.by)
            if moved is None or operation.by < timedelta(0):
                yield BrokenRule(
                    (*path, "by"),
                    f"expected a duration of zero or more that ends before the year 10000, "
                    f"got {operation.by}",
                )
                return
            clock = moved
        elif isinstance(operation, Transaction):
            for position, call in enumerate(operation.operations):
                inner = (*path, "operations", position)
                if call.mode != operation.mode:
                    yield BrokenRule(
                        (*inner, "mode"),
                        f"expected {operation.mode!r} as in its transaction, got {call.mode!r}",
                    )
                yield from _scope(trace, call.scope, inner)
                yield from _value(call, inner)
                yield from _expiry(call, clock, inner)
        elif isinstance(operation, DataOperation):
            yield from _scope(trace, operation.scope, path)
            yield from _expiry(operation, clock, path)


def _universe(trace: Trace) -> Iterator[BrokenRule]:
    seen: dict[object, str] = {}
    for index, asset in enumerate(trace.universe.assets):
        path = ("universe", "assets", index)
        if asset.asset in seen:
            yield BrokenRule((*path, "asset"), f"{asset.asset!r} is declared twice")
        identity = (asset.name, asset.uri)
        if identity in seen:
            yield BrokenRule(
                path, f"the same name and uri as {seen[identity]!r}: they identify one asset"
            )
        seen[asset.asset] = seen[identity] = asset.asset
        if asset.absent_id is not None and asset.state != "absent":
            yield BrokenRule(
                (*path, "absent_id"),
                f"expected none for an asset that is {asset.state}: the database gives it its id",
            )
    active = [asset for asset in trace.universe.assets if asset.state == "active"]
    for field in ("name", "uri"):
        if len({getattr(asset, field) for asset in active}) < len(active):
            yield BrokenRule(
                ("universe", "assets"), f"two active assets share a {field}: at most one may"
            )
    dag_runs = [(dag_run.dag, dag_run.run) for dag_run in trace.universe.dag_runs]
    if len(set(dag_runs)) < len(dag_runs):
        yield BrokenRule(("universe", "dag_runs"), "a dag run is declared twice")


def _profile(trace: Trace) -> Iterator[BrokenRule]:
    try:
        profile = find_profile(trace.profile)
    except UnknownProfileError as error:
        yield BrokenRule(("profile",), str(error).rstrip("."))
        return
    for index, operation in enumerate(trace.operations):
        for path, reason in not_said(operation, profile):
            yield BrokenRule(
                ("steps", index, "operation", *path), f"not said in {profile.name}: {reason}"
            )


def _naming(trace: Trace) -> Iterator[BrokenRule]:
    described = True
    for symbol, named in trace.naming.items():
        if isinstance(named, CodePoints):
            for index, point in enumerate(named.code_points):
                if not 0 <= point <= sys.maxunicode:
                    yield BrokenRule(
                        ("naming", symbol, "code_points", index),
                        f"expected a number from 0 to {sys.maxunicode}, got {point}",
                    )
                    described = False
        elif isinstance(named, RepeatedText) and named.times < 0:
            yield BrokenRule(("naming", symbol, "times"), f"expected 0 or more, got {named.times}")
            described = False
    if not described:
        return
    # A symbol without a name stands for itself, so a name must not be such a symbol either.
    seen = {symbol: symbol for symbol in _symbols(trace) if symbol not in trace.naming}
    for symbol in trace.naming:
        text = trace.text(symbol)
        if text in seen:
            yield BrokenRule(
                ("naming", symbol), f"the same text as {seen[text]!r}: symbols must stay apart"
            )
        seen[text] = symbol


def _symbols(trace: Trace) -> set[str]:
    """Return every symbol that stands for a text; the symbol of an asset stands for an id."""
    found: set[str | None] = set()
    for dag_run in trace.universe.dag_runs:
        found |= {dag_run.dag, dag_run.run}
    for asset in trace.universe.assets:
        found |= {asset.name, asset.uri}
    around = (
        operation
        for operation in trace.operations
        if isinstance(operation, TaskInstanceMoves | ListKeys | LoseObject)
    )
    for call in (*trace.calls(), *around):
        if isinstance(call.scope, SymbolicTaskScope):
            found |= {call.scope.dag, call.scope.run, call.scope.task}
        else:
            found |= {call.scope.name, call.scope.uri}
        if not isinstance(call, Clear | AccessorClear | TaskInstanceMoves | ListKeys):
            found.add(call.key)
        if isinstance(call, Set | SetNeverExpire | AccessorSet):
            found.add(call.value)
    return {symbol for symbol in found if symbol is not None}


def _worker(operation: Operation, path: tuple[str | int, ...]) -> Iterator[BrokenRule]:
    if isinstance(operation, AccessorOperation | LoseObject):
        scope = operation.scope
        if isinstance(scope, SymbolicAssetScope) and (
            scope.asset is not None or (scope.name is None) == (scope.uri is None)
        ):
            yield BrokenRule(
                (*path, "scope"),
                "expected the name or the uri of an asset: a worker gives one of them, and no id",
            )
        if (
            isinstance(operation, AccessorSet)
            and isinstance(scope, SymbolicAssetScope)
            and operation.retention is not None
        ):
            yield BrokenRule(
                (*path, "retention"), "expected none: the accessor of an asset takes no retention"
            )
    elif isinstance(operation, SetWorkerClock) and abs(operation.ahead) > _CLOCKS_APART:
        yield BrokenRule(
            (*path, "ahead"), f"expected at most {_CLOCKS_APART.days} days, got {operation.ahead}"
        )


def _listing(
    trace: Trace, operation: Operation, path: tuple[str | int, ...]
) -> Iterator[BrokenRule]:
    if not isinstance(operation, ListKeys):
        return
    yield from _scope(trace, operation.scope, path)
    scope = operation.scope
    if isinstance(scope, SymbolicAssetScope):
        fields = (scope.asset, scope.name, scope.uri)
        if fields.count(None) != len(fields) - 1:
            yield BrokenRule(
                (*path, "scope"), "expected the id, the name or the uri of an asset, and one only"
            )


def _value(operation: Operation, path: tuple[str | int, ...]) -> Iterator[BrokenRule]:
    if isinstance(operation, Set | SetNeverExpire | AccessorSet) and is_reference(operation.value):
        yield BrokenRule(
            (*path, "value"),
            f"{operation.value!r} begins with {REFERENCE_PREFIX!r}, as only the symbols of "
            "references do",
        )


def _instants(trace: Trace) -> Iterator[BrokenRule]:
    for index, step in enumerate(trace.steps):
        for name, observation in (("expect", step.expect), ("actual", step.actual)):
            path = ("steps", index, name)
            if observation is None:
                continue
            yield from _instants_of(observation.stored or (), (*path, "stored"))
            if isinstance(observation.answer, Listed):
                yield from _instants_of(observation.answer.rows, (*path, "answer", "rows"))


def _instants_of(rows: tuple[StoredRow, ...], path: tuple[str | int, ...]) -> Iterator[BrokenRule]:
    for position, row in enumerate(rows):
        for field in ("updated_at", "expires_at"):
            instant = getattr(row, field)
            if instant is not None and instant.tzinfo is None:
                yield BrokenRule(
                    (*path, position, field),
                    "expected an instant with its zone, such as 2026-01-01T00:00:00Z, "
                    f"got {instant.isoformat()}",
                )


def _scope(trace: Trace, scope: SymbolicScope, path: tuple[str | int, ...]) -> Iterator[BrokenRule]:
    """Refuse an asset that nothing is known of: there would be no id to give."""
    known = {asset.asset for asset in trace.universe.assets}
    if (
        isinstance(scope, SymbolicAssetScope)
        and scope.asset is not None
        and scope.asset not in known
    ):
        yield BrokenRule(
            (*path, "scope", "asset"),
            f"{scope.asset!r} is no asset of the universe, which has {sorted(known)}",
        )


def _declared(
    trace: Trace, operation: Operation, path: tuple[str | int, ...]
) -> Iterator[BrokenRule]:
    if isinstance(operation, ActivateAsset | DeactivateAsset | DeleteAsset | RenameAsset):
        known = {asset.asset for asset in trace.universe.assets}
        for field in ("asset", "to") if isinstance(operation, RenameAsset) else ("asset",):
            symbol = getattr(operation, field)
            if symbol not in known:
                yield BrokenRule(
                    (*path, field),
                    f"{symbol!r} is no asset of the universe, which has {sorted(known)}",
                )
    elif isinstance(operation, AddDagRun | DeleteDagRun):
        dag_runs = {(dag_run.dag, dag_run.run) for dag_run in trace.universe.dag_runs}
        if (operation.dag, operation.run) not in dag_runs:
            yield BrokenRule(
                path,
                f"{(operation.dag, operation.run)} is no dag run of the universe, "
                f"which has {sorted(dag_runs)}",
            )


def _settings(operation: Operation, path: tuple[str | int, ...]) -> Iterator[BrokenRule]:
    if isinstance(operation, ChangeSettings):
        for option in ("default_retention_days", "state_cleanup_batch_size"):
            value = getattr(operation, option)
            if value is not None and value < 0:
                yield BrokenRule((*path, option), f"expected 0 or more, got {value}")


def _expiry(
    call: DataOperation, clock: datetime, path: tuple[str | int, ...]
) -> Iterator[BrokenRule]:
    if not isinstance(call, Set):
        return
    if not ZONE.fullmatch(call.expires_zone):
        yield BrokenRule(
            (*path, "expires_zone"),
            f"expected UTC, naive or an offset such as +05:30, got {call.expires_zone!r}",
        )
    if call.expires_in is not None and _later(clock, call.expires_in) is None:
        yield BrokenRule(
            (*path, "expires_in"),
            f"expected an expiry between the years 2 and 9998, got {call.expires_in} from {clock}",
        )


def _later(clock: datetime, by: timedelta) -> datetime | None:
    # A year of room on both sides, so that no offset leads out of what a datetime can hold.
    earliest, latest = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    if earliest - clock <= by <= latest - clock:
        return clock + by
    return None
