"""The read side for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time

from state_store_reference import ListedState, MetastoreStateBackend, ServerBoundary
from state_store_reference.boundary import ListingNotSupportedError
from state_store_spec import AssetScope, InvalidScopeError, TaskScope
from tests.reference.around.doubles import CustomBackend

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Subclass(MetastoreStateBackend):
    """A metastore by another name."""


def test_keys_of_a_task_with_their_instants(
    store: Surroundings, boundary: ServerBoundary, call: Caller, load: TaskScope
) -> None:
    """Every key of exactly this task instance, by code point, to the microsecond."""
    expiry = NOON + timedelta(days=1)
    with freeze_time(NOON, real_asyncio=True) as clock:
        store.backend.set(load, "z", "dated", expires_at=expiry)
        store.backend.set(TaskScope("shop", "monday", "load", 0), "sibling", "x")
        clock.tick(timedelta(minutes=1))
        store.backend.set_never_expire(load, "Ä", "kept")
        store.backend.set(load, "Z", "plain")
        listed = call(boundary, "list_task_state", load)

    later = NOON + timedelta(minutes=1)
    assert (
        ListedState("Z", "plain", later, None, never_expire=False),
        ListedState("z", "dated", NOON, expiry, never_expire=False),
        ListedState("Ä", "kept", later, None, never_expire=True),
    ) == listed
    assert {UTC} == {row.updated_at.tzinfo for row in listed}


@pytest.mark.parametrize("by", ["asset_id", "name", "uri"])
def test_keys_of_an_asset(
    store: Surroundings, boundary: ServerBoundary, call: Caller, by: str
) -> None:
    """By its id, name or uri; asset state has no expiry."""
    asset_id = store.add_asset("orders", "s3://shop/orders")
    named = {"asset_id": asset_id, "name": "orders", "uri": "s3://shop/orders"}
    other = store.add_asset("clients", "s3://shop/clients")
    with freeze_time(NOON, real_asyncio=True):
        for key in ("row", "page"):
            store.backend.set(AssetScope(asset_id=asset_id), key, "3", expires_at=NOON)
        store.backend.set(AssetScope(asset_id=other), "other", "x")
        listed = call(boundary, "list_asset_state", **{by: named[by]})

    assert (
        ListedState("page", "3", NOON, None, never_expire=False),
        ListedState("row", "3", NOON, None, never_expire=False),
    ) == listed


def test_inactive_asset_is_listed_by_its_id_alone(
    store: Surroundings, boundary: ServerBoundary, call: Caller
) -> None:
    """Until it is swept its state is there; its name means no asset."""
    asset_id = store.add_asset("orders", "s3://shop/orders", active=False)
    store.backend.set(AssetScope(asset_id=asset_id), "page", "3")

    assert ["page"] == [row.key for row in call(boundary, "list_asset_state", asset_id)]
    assert () == call(boundary, "list_asset_state", name="orders")


@pytest.mark.parametrize(
    "scope",
    [
        TaskScope("shop", "tuesday", "load"),
        TaskScope("shop", "monday", "other"),
        TaskScope("shop\0", "monday", "load"),
        TaskScope("shop", "monday", "\ud800"),
        TaskScope("shop", "monday", "load", 2**40),
    ],
    ids=repr,
)
def test_nothing_to_list_for_a_task(
    boundary: ServerBoundary, call: Caller, load: TaskScope, scope: TaskScope
) -> None:
    """What does not exist, or cannot, has no keys."""
    call(boundary, "set_task_state", load, "job", "17")

    assert () == call(boundary, "list_task_state", scope)


@pytest.mark.parametrize("named", [{"asset_id": -1}, {"name": "x"}, {"uri": "\0"}], ids=repr)
def test_nothing_to_list_for_an_asset(
    boundary: ServerBoundary, call: Caller, named: dict[str, str]
) -> None:
    """What does not exist, or cannot, has no keys."""
    assert () == call(boundary, "list_asset_state", **named)


@pytest.mark.parametrize(
    "named", [{}, {"asset_id": 1, "name": "x"}, {"name": "x", "uri": "y"}], ids=repr
)
def test_asset_is_named_in_one_way(
    boundary: ServerBoundary, call: Caller, named: dict[str, str]
) -> None:
    """Exactly one of id, name and uri."""
    with pytest.raises(InvalidScopeError, match="Pass"):
        call(boundary, "list_asset_state", **named)


def test_custom_backend_cannot_be_listed(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """The error names the class, and says why, rather than showing an empty list."""
    boundary = ServerBoundary(CustomBackend(), store.engine, store.async_engine)

    with pytest.raises(ListingNotSupportedError, match=r"doubles\.CustomBackend.*none to list"):
        call(boundary, "list_task_state", load)
    with pytest.raises(ListingNotSupportedError):
        call(boundary, "list_asset_state", name="orders")


def test_subclass_of_the_metastore_is_listed(
    store: Surroundings, call: Caller, load: TaskScope
) -> None:
    """A metastore by another name keeps its rows in the same tables."""
    backend = Subclass(store.engine, store.async_engine)
    boundary = ServerBoundary(backend, store.engine, store.async_engine)
    call(boundary, "set_task_state", load, "job", "17")

    assert ["job"] == [row.key for row in call(boundary, "list_task_state", load)]
