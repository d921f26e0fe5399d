"""What the boundary tells its recorder."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from state_store_reference import Crossing, ServerBoundary
from state_store_spec import AssetScope, TaskScope, UnknownDagRunError

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

EXPIRY = datetime(2026, 3, 1, tzinfo=UTC)


def test_requests_and_answers_of_a_task(
    boundary: ServerBoundary, crossings: list[Crossing], call: Caller, load: TaskScope
) -> None:
    """Each request is recorded as it came, and what a get gives back."""
    call(boundary, "set_task_state", load, "job", "17", expires_at=EXPIRY)
    call(boundary, "set_task_state", load, "kept", "18", never_expire=True)
    call(boundary, "get_task_state", load, "job")
    call(boundary, "get_task_state", load, "nothing")
    call(boundary, "delete_task_state", load, "job")
    call(boundary, "clear_task_state", load)

    assert [
        Crossing(
            operation="set",
            direction="request",
            scope=load,
            key="job",
            text="17",
            expires_at=EXPIRY,
        ),
        Crossing(
            operation="set",
            direction="request",
            scope=load,
            key="kept",
            text="18",
            never_expire=True,
        ),
        Crossing(operation="get", direction="request", scope=load, key="job"),
        Crossing(operation="get", direction="answer", scope=load, key="job", text="17"),
        Crossing(operation="get", direction="request", scope=load, key="nothing"),
        Crossing(operation="get", direction="answer", scope=load, key="nothing"),
        Crossing(operation="delete", direction="request", scope=load, key="job"),
        Crossing(operation="clear", direction="request", scope=load),
    ] == crossings


def test_requests_and_answers_of_an_asset(
    store: Surroundings, boundary: ServerBoundary, crossings: list[Crossing], call: Caller
) -> None:
    """A worker's request never holds an id: it does not know any (BOUND-2)."""
    store.add_asset("orders", "s3://shop/orders")
    by_name, by_uri = AssetScope(name="orders"), AssetScope(uri="s3://shop/orders")

    call(boundary, "set_asset_state", "page", "3", name="orders")
    call(boundary, "get_asset_state", "page", uri="s3://shop/orders")
    call(boundary, "delete_asset_state", "page", name="orders")
    call(boundary, "clear_asset_state", uri="s3://shop/orders")

    assert [
        Crossing(operation="set", direction="request", scope=by_name, key="page", text="3"),
        Crossing(operation="get", direction="request", scope=by_uri, key="page"),
        Crossing(operation="get", direction="answer", scope=by_uri, key="page", text="3"),
        Crossing(operation="delete", direction="request", scope=by_name, key="page"),
        Crossing(operation="clear", direction="request", scope=by_uri),
    ] == crossings


def test_refused_request_is_recorded(
    boundary: ServerBoundary, crossings: list[Crossing], call: Caller
) -> None:
    """What was sent has crossed, also when it is refused: a raw value would have leaked."""
    nowhere = TaskScope("shop", "tuesday", "load")

    with pytest.raises(UnknownDagRunError):
        call(boundary, "set_task_state", nowhere, "job", "17")

    assert [
        Crossing(operation="set", direction="request", scope=nowhere, key="job", text="17")
    ] == crossings


def test_listing_is_recorded(
    boundary: ServerBoundary, crossings: list[Crossing], call: Caller, load: TaskScope
) -> None:
    """People read through the same door: each row they get is an answer."""
    call(boundary, "set_task_state", load, "job", "17", expires_at=EXPIRY)
    crossings.clear()

    call(boundary, "list_task_state", load)

    assert [
        Crossing(operation="list", direction="request", scope=load),
        Crossing(
            operation="list",
            direction="answer",
            scope=load,
            key="job",
            text="17",
            expires_at=EXPIRY,
        ),
    ] == crossings


def test_crossing_is_frozen(load: TaskScope) -> None:
    """A record cannot be changed afterwards."""
    crossing = Crossing(operation="get", direction="request", scope=load, key="job")

    with pytest.raises(FrozenInstanceError):
        crossing.text = "17"  # type: ignore[misc]
