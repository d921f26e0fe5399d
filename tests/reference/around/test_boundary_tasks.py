"""The boundary before task state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from state_store_reference import ServerBoundary
from state_store_reference.boundary.errors import ContradictoryRetentionError
from state_store_reference.errors import MissingAsyncEngineError
from state_store_spec import (
    AssetScope,
    InvalidScopeError,
    TaskScope,
    UnknownDagRunError,
    UnrepresentableError,
)
from tests.reference.around.doubles import Call, CustomBackend, FlaggingBackend

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

EXPIRY = datetime(2026, 3, 1, tzinfo=UTC)
NOWHERE = TaskScope("shop", "tuesday", "load")


@pytest.fixture
def custom() -> CustomBackend:
    """Give a backend that is no metastore."""
    return CustomBackend()


@pytest.fixture
def custom_boundary(store: Surroundings, custom: CustomBackend) -> ServerBoundary:
    """Give the boundary before a backend that is no metastore."""
    return ServerBoundary(custom, store.engine, store.async_engine)


def test_requests_reach_the_metastore(
    boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """What was set is got, until it is deleted or cleared."""
    for key in ("job", "rows", "page"):
        call(boundary, "set_task_state", load, key, f"value of {key}")
    call(boundary, "delete_task_state", load, "rows")

    found = [call(boundary, "get_task_state", load, key) for key in ("job", "rows", "page")]
    call(boundary, "clear_task_state", load)

    assert ["value of job", None, "value of page"] == found
    assert call(boundary, "get_task_state", load, "job") is None


def test_clear_keeps_siblings(boundary: ServerBoundary, call: Caller) -> None:
    """Only the map index of the scope is cleared."""
    first, second = (TaskScope("shop", "monday", "load", index) for index in (0, 1))
    call(boundary, "set_task_state", first, "job", "1")
    call(boundary, "set_task_state", second, "job", "2")

    call(boundary, "clear_task_state", first)

    assert call(boundary, "get_task_state", first, "job") is None
    assert call(boundary, "get_task_state", second, "job") == "2"


def test_expiry_and_flag_are_stored(
    store: Surroundings, boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """The expiry is the one that was sent, and the flag has no expiry beside it."""
    call(boundary, "set_task_state", load, "dated", "x", expires_at=EXPIRY)
    call(boundary, "set_task_state", load, "kept", "x", never_expire=True)
    call(boundary, "set_task_state", load, "plain", "x")

    expected = [("dated", EXPIRY, False), ("kept", None, True), ("plain", None, False)]
    assert expected == [(row.key, row.expires_at, row.never_expire) for row in store.task_rows()]


def test_never_expire_is_the_backends_own_method(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """Whatever class the backend is of, the flag goes through its own pair (BOUND-4)."""
    backend = FlaggingBackend()
    boundary = ServerBoundary(backend, store.engine, store.async_engine)

    call(boundary, "set_task_state", load, "kept", "x", never_expire=True)

    assert [Call(call.name("set_never_expire"), load, "kept", "x")] == backend.calls


def test_never_expire_without_such_a_method(
    custom: CustomBackend, custom_boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """A backend that does not override the pair is called to set without an expiry."""
    call(custom_boundary, "set_task_state", load, "kept", "x", never_expire=True)

    assert [Call("set", load, "kept", "x", None)] == custom.calls


def test_expiry_with_flag_is_refused(
    store: Surroundings, boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """A key cannot both expire and never expire; nothing is stored."""
    with pytest.raises(ContradictoryRetentionError, match=r"'job'.*Send one"):
        call(boundary, "set_task_state", load, "job", "x", expires_at=EXPIRY, never_expire=True)

    assert [] == store.task_rows()


def test_set_needs_a_dag_run(store: Surroundings, boundary: ServerBoundary, call: Caller) -> None:
    """Below a dag run that does not exist nothing is stored, found or deleted."""
    with pytest.raises(UnknownDagRunError, match=r"'tuesday'.*Create the dag run"):
        call(boundary, "set_task_state", NOWHERE, "job", "x")

    call(boundary, "delete_task_state", NOWHERE, "job")
    call(boundary, "clear_task_state", NOWHERE)
    assert call(boundary, "get_task_state", NOWHERE, "job") is None
    assert [] == store.task_rows()


@pytest.mark.parametrize(
    "scope",
    [NOWHERE, TaskScope("Shop", "monday", "load"), TaskScope("shop\0", "monday", "load")],
    ids=["other run", "other case", "impossible"],
)
@pytest.mark.parametrize("retention", [{}, {"expires_at": EXPIRY}, {"never_expire": True}])
def test_custom_backend_is_not_asked_below_an_unknown_dag_run(
    custom: CustomBackend,
    custom_boundary: ServerBoundary,
    call: Caller,
    scope: TaskScope,
    retention: dict[str, Any],
) -> None:
    """A custom backend knows no dag runs, so the boundary refuses on its behalf."""
    with pytest.raises(UnknownDagRunError):
        call(custom_boundary, "set_task_state", scope, "job", "x", **retention)

    assert [] == custom.calls


def test_custom_backend_gets_what_was_sent(
    custom: CustomBackend, custom_boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """The scope, key, text and expiry arrive as they are; each request is one call."""
    in_july = (EXPIRY + timedelta(days=120)).astimezone()
    call(custom_boundary, "set_task_state", load, "job", "x", expires_at=in_july)
    found = call(custom_boundary, "get_task_state", load, "job")
    call(custom_boundary, "delete_task_state", load, "job")
    call(custom_boundary, "clear_task_state", load)

    expected = [
        Call("set", load, "job", "x", in_july),
        Call("get", load, "job"),
        Call("delete", load, "job"),
        Call("clear", load),
    ]
    assert expected == custom.calls
    assert found == "x"


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("get_task_state", ("job",)),
        ("set_task_state", ("job", "x")),
        ("delete_task_state", ("job",)),
        ("clear_task_state", ()),
        ("list_task_state", ()),
    ],
)
@pytest.mark.parametrize(
    ("scope", "error"),
    [
        (AssetScope(asset_id=1), InvalidScopeError),
        (None, InvalidScopeError),
        (TaskScope(1, "monday", "load"), UnrepresentableError),  # type: ignore[arg-type]
    ],
    ids=["asset", "none", "number"],
)
def test_scope_must_be_of_a_task(
    untouched: ServerBoundary,
    call: Caller,
    method: str,
    arguments: tuple[str, ...],
    scope: object,
    error: type[Exception],
) -> None:
    """What is no task scope is refused by each request."""
    with pytest.raises(error, match="Pass a"):
        call(untouched, method, scope, *arguments)


def test_async_request_without_async_engine(
    store: Surroundings, load: TaskScope, call: Caller
) -> None:
    """A boundary with one engine says what to pass when an async request needs the other."""
    boundary = ServerBoundary(CustomBackend(), store.engine)

    if call.mode == "sync":
        call(boundary, "set_task_state", load, "job", "x")
    else:
        with pytest.raises(MissingAsyncEngineError, match="async_engine="):
            call(boundary, "set_task_state", load, "job", "x")
