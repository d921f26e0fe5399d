"""A strategy of valid traces in which every field of every model takes every kind of value."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, get_args

from hypothesis import strategies as st

from state_store_spec import answers, operations
from state_store_spec.claims import NO_CLAIMS, Claims, Expiry
from state_store_spec.limits import LEAST_KEY_CHARACTERS, LEAST_VALUE_BYTES
from state_store_spec.naming import CodePoints, RepeatedText
from state_store_spec.profiles import PROFILES
from state_store_spec.profiles.language import not_said
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Observation, Step, Trace

TEXT: Final = st.text(st.characters(codec="utf-8", max_codepoint=0xD7FF), max_size=4)
# Texts that symbols stand for lie in an alphabet of their own, so that no two can meet.
NAMED = st.text(st.characters(min_codepoint=0xE000, max_codepoint=0xE0FF), min_size=1, max_size=3)
ZONES = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-840, 840))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES | st.just(UTC))  # noqa: DTZ001
DURATIONS = st.timedeltas(timedelta(0), timedelta(days=1000))

BY_NAME: Final[dict[str, st.SearchStrategy[Any]]] = {
    "title": TEXT,
    "dag": st.sampled_from(["d", "no", "1"]),
    "run": st.sampled_from(["r", "null"]),
    "task": TEXT,
    "asset": st.sampled_from(["a", "b"]),
    "to": st.sampled_from(["a", "b"]),
    "name": st.none() | TEXT,
    "uri": st.none() | TEXT,
    "key": TEXT,
    "value": TEXT,
    "message": TEXT,
    "types": st.lists(TEXT, max_size=2).map(tuple),
    "map_index": st.integers(-1, 10**6),
    "expires_in": st.none() | st.timedeltas(timedelta(days=-1000), timedelta(days=40_000)),
    "expires_zone": st.sampled_from(["UTC", "naive", "+05:30", "-12:00", "+14:00"]),
    "by": DURATIONS,
    "start": INSTANTS,
    "updated_at": INSTANTS,
    "expires_at": st.none() | INSTANTS,
    "default_retention_days": st.integers(0, 10**6),
    "state_cleanup_batch_size": st.none() | st.integers(0, 10**6),
    "backend": st.none() | TEXT,
    "rows": st.integers(0, 10**6),
    "retention": st.none() | st.just("NEVER_EXPIRE") | st.timedeltas(),
    "ahead": st.timedeltas(timedelta(days=-300), timedelta(days=300)),
    "reference": TEXT,
}


def every_field_of(model: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:  # noqa: ANN401
    """Build a model from all of its fields: those given, those known by name, or by type."""
    known = {**BY_NAME, **given}
    return st.builds(model, **{field.name: known.get(field.name, ...) for field in fields(model)})


SCOPES = every_field_of(operations.SymbolicTaskScope) | every_field_of(
    operations.SymbolicAssetScope, asset=st.none() | st.sampled_from(["a", "b"])
)
TASK_SCOPES = every_field_of(operations.SymbolicTaskScope)
# A worker gives the name or the uri of an asset; a person one of its three fields.
WORKER_ASSETS = st.builds(operations.SymbolicAssetScope, name=TEXT) | st.builds(
    operations.SymbolicAssetScope, uri=TEXT
)
WORKER_SCOPES = TASK_SCOPES | WORKER_ASSETS
LISTED_SCOPES = WORKER_SCOPES | st.builds(
    operations.SymbolicAssetScope, asset=st.sampled_from(["a", "b"])
)
CALLS = st.one_of(
    [every_field_of(model, scope=SCOPES) for model in get_args(operations.DataOperation)]
)


@st.composite
def transactions(draw: st.DrawFn) -> operations.Transaction:
    """Draw a transaction; its calls have its mode."""
    whole: operations.Transaction = draw(
        every_field_of(operations.Transaction, operations=st.lists(CALLS, max_size=3).map(tuple))
    )
    return replace(
        whole, operations=tuple(replace(call, mode=whole.mode) for call in whole.operations)
    )


# The accessor of an asset takes no retention.
AROUND = [
    every_field_of(operations.AccessorSet, scope=TASK_SCOPES),
    every_field_of(operations.AccessorSet, scope=WORKER_ASSETS, retention=st.none()),
    every_field_of(operations.AccessorGet, scope=WORKER_SCOPES),
    every_field_of(operations.AccessorDelete, scope=WORKER_SCOPES),
    every_field_of(operations.AccessorClear, scope=WORKER_SCOPES),
    every_field_of(operations.LoseObject, scope=WORKER_SCOPES),
    every_field_of(operations.ListKeys, scope=LISTED_SCOPES),
    every_field_of(
        operations.TaskInstanceMoves,
        scope=TASK_SCOPES,
        to=st.sampled_from(get_args(operations.TaskInstanceState)),
    ),
]
SCOPED = {
    operations.Transaction,
    operations.ListKeys,
    operations.LoseObject,
    operations.TaskInstanceMoves,
    *get_args(operations.DataOperation),
    *get_args(operations.AccessorOperation),
}
EVENTS = [every_field_of(model) for model in get_args(operations.Operation) if model not in SCOPED]
OPERATIONS = st.one_of(CALLS, transactions(), *AROUND, *EVENTS)

CALL_ANSWERS = st.one_of(
    [every_field_of(model, value=st.none() | TEXT) for model in get_args(answers.CallAnswer)]
)
ROWS = every_field_of(answers.StoredRow, scope=SCOPES)
TRANSACTIONS = st.lists(
    st.lists(every_field_of(answers.Deletion), max_size=2).map(tuple), max_size=2
).map(tuple)
ANSWERS = st.one_of(
    CALL_ANSWERS,
    every_field_of(answers.Collected, transactions=st.none() | TRANSACTIONS),
    every_field_of(answers.Answers, answers=st.lists(CALL_ANSWERS, max_size=3).map(tuple)),
    every_field_of(answers.Listed, rows=st.lists(ROWS, max_size=2).map(tuple)),
)
OBSERVATIONS = every_field_of(
    Observation,
    answer=st.none() | ANSWERS,
    stored=st.none() | st.lists(ROWS, max_size=2).map(tuple),
    objects=st.none() | st.lists(every_field_of(answers.StoredObject), max_size=2).map(tuple),
    crossed=st.none() | st.lists(TEXT, max_size=2).map(tuple),
)
STEPS = every_field_of(
    Step,
    operation=OPERATIONS,
    expect=st.none() | OBSERVATIONS,
    actual=st.none() | OBSERVATIONS,
)


@st.composite
def universes(draw: st.DrawFn) -> operations.Universe:
    """Draw a universe: every dag run, and two assets of which no active ones share a field."""
    dag_runs = tuple(
        operations.DeclaredDagRun(dag=dag, run=run, exists=draw(st.booleans()))
        for dag in ("d", "no", "1")
        for run in ("r", "null")
    )
    states: st.SearchStrategy[Any] = st.sampled_from(["active", "inactive", "absent"])
    names, uris = (draw(st.lists(TEXT, min_size=2, max_size=2, unique=True)) for _ in range(2))
    return operations.Universe(
        dag_runs=dag_runs,
        assets=tuple(
            operations.DeclaredAsset(asset=asset, name=name, uri=uri, state=draw(states))
            for asset, name, uri in zip(("a", "b"), names, uris, strict=True)
        ),
    )


@st.composite
def namings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a naming of a few symbols, of every kind of text and none twice."""
    symbols = draw(st.lists(TEXT, max_size=3, unique=True))
    texts = draw(
        st.lists(NAMED, min_size=len(symbols), max_size=len(symbols), unique_by=lambda t: t * 2)
    )
    kinds = [
        lambda text: text,
        lambda text: RepeatedText(repeat=text, times=2),
        lambda text: CodePoints(code_points=(*map(ord, text), 0, 0xD800)),
    ]
    named = [draw(st.sampled_from(kinds))(text) for text in texts]
    # A text that is repeated may be another one that is not.
    naming = dict(zip(symbols, named, strict=True))
    written = [Trace(naming=naming).text(symbol) for symbol in symbols]
    return naming if len(set(written)) == len(written) else {}


def said(trace: Trace) -> Trace:
    """Leave out the steps that the profile of the trace has no word for."""
    profile = PROFILES[trace.profile]
    steps = (step for step in trace.steps if not list(not_said(step.operation, profile)))
    return replace(trace, steps=tuple(steps))


@st.composite
def claims(draw: st.DrawFn) -> Claims:
    """Draw claims that do not contradict one another, in half of the cases none at all."""
    if draw(st.booleans()):
        return NO_CLAIMS
    expiry: Expiry = draw(st.sampled_from(get_args(Expiry)))
    lag = st.floats(0, 86_400, exclude_max=True) if expiry == "prompt" else st.just(0.0)
    drawn: Claims = draw(
        every_field_of(
            Claims,
            expiry=st.just(expiry),
            expiry_lag_seconds=lag,
            collect=st.just("clean" if expiry == "lazy" else None),
            longest_key=st.integers(LEAST_KEY_CHARACTERS),
            largest_value_bytes=st.integers(LEAST_VALUE_BYTES),
        )
    )
    return drawn


TRACES = every_field_of(
    Trace,
    claims=claims(),
    format=st.just("state-store-trace/1"),
    profile=st.sampled_from(sorted(PROFILES)),
    settings=every_field_of(StateStoreSettings, state_cleanup_batch_size=st.integers(0, 10**6)),
    universe=universes(),
    naming=namings(),
    steps=st.lists(STEPS, max_size=4).map(tuple),
).map(said)
