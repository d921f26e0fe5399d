"""``AssetStateAccessor`` without a worker-side backend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

import pytest
from freezegun import freeze_time

from state_store_reference import AssetStateAccessor, Crossing, ServerBoundary, collect_garbage
from state_store_reference.accessors import ArgumentTypeError
from state_store_spec import (
    InvalidScopeError,
    StateStoreSettings,
    UnknownAssetError,
    UnrepresentableError,
)
from tests.reference.around.doubles import WorkerSideBackend
from tests.reference.around.surroundings import AssetRow

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Named(TypedDict, total=False):
    """How an asset is named."""

    name: str
    uri: str


NAMED: list[Named] = [{"name": "orders"}, {"uri": "s3://shop/orders"}]


@pytest.fixture
def orders(store: Surroundings) -> int:
    """Give the id of an active asset."""
    return store.add_asset("orders", "s3://shop/orders")


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("named", NAMED, ids=repr)
def test_keys_of_an_asset(boundary: ServerBoundary, call: Caller, named: Named) -> None:
    """What was set is got, until it is deleted or cleared."""
    asset = AssetStateAccessor(**named, boundary=boundary)
    for key in ("page", "row", "time"):
        call(asset, "set", key, f"value of {key}")
    call(asset, "delete", "row")

    found = [call(asset, "get", key) for key in ("page", "row", "time")]
    call(asset, "clear")

    assert ["value of page", None, "value of time"] == found
    assert call(asset, "get", "page") is None


def test_by_name_and_by_uri_is_one_asset(
    store: Surroundings, boundary: ServerBoundary, orders: int, call: Caller
) -> None:
    """Two accessors of one asset share its keys, and the asset's siblings do not."""
    store.add_asset("clients", "s3://shop/clients")
    by_name, by_uri = (AssetStateAccessor(**named, boundary=boundary) for named in NAMED)
    call(by_name, "set", "page", "3")

    assert call(by_uri, "get", "page") == "3"
    assert call(AssetStateAccessor(name="clients", boundary=boundary), "get", "page") is None
    assert [AssetRow(orders, "page", "3")] == store.asset_rows()


@pytest.mark.parametrize("named", NAMED, ids=repr)
def test_asset_that_is_not_active(
    store: Surroundings, boundary: ServerBoundary, call: Caller, named: Named
) -> None:
    """A write is refused, anything else finds nothing; the accessor itself can be made."""
    store.add_asset("orders", "s3://shop/orders", active=False)
    asset = AssetStateAccessor(**named, boundary=boundary)

    with pytest.raises(UnknownAssetError, match="no active asset"):
        call(asset, "set", "page", "3")

    assert call(asset, "get", "page") is None
    call(asset, "delete", "page")
    call(asset, "clear")
    assert [] == store.asset_rows()


@pytest.mark.usefixtures("orders")
def test_asset_state_has_no_retention(
    store: Surroundings, boundary: ServerBoundary, call: Caller
) -> None:
    """There is no argument for it, and no time ever takes a key of an active asset."""
    asset = AssetStateAccessor(name="orders", boundary=boundary)
    with freeze_time(NOON, real_asyncio=True) as clock:
        call(asset, "set", "page", "3")
        with pytest.raises(TypeError, match="retention"):
            call(asset, "set", "row", "7", retention=timedelta(days=1))
        clock.tick(timedelta(days=5_000))
        collect_garbage(store.engine, StateStoreSettings(default_retention_days=1))

    assert ["page"] == [row.key for row in store.asset_rows()]


@pytest.mark.parametrize(
    ("named", "error"),
    [
        ({}, InvalidScopeError),
        ({"name": "orders", "uri": "s3://shop/orders"}, InvalidScopeError),
        ({"uri": 7}, UnrepresentableError),
    ],
    ids=["none", "both", "number"],
)
def test_exactly_one_of_name_and_uri(
    untouched: ServerBoundary, named: Named, error: type[Exception]
) -> None:
    """An accessor of no asset, or of two perhaps, is not made."""
    with pytest.raises(error, match="Pass"):
        AssetStateAccessor(**named, boundary=untouched)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("set", ("page", None)),
        ("set", ("page", 3)),
        ("set", ("page", b"3")),
        ("set", (None, "3")),
        ("get", (3,)),
        ("delete", (b"page",)),
    ],
    ids=repr,
)
def test_text_is_checked_before_anything_is_written(
    untouched: ServerBoundary,
    crossings: list[Crossing],
    call: Caller,
    method: str,
    arguments: tuple[object, ...],
) -> None:
    """Neither the worker's side nor the server's hears of a key or value that is not text."""
    worker_side = WorkerSideBackend()
    asset = AssetStateAccessor(name="orders", boundary=untouched, worker_backend=worker_side)

    with pytest.raises(ArgumentTypeError, match="are text"):
        call(asset, method, *arguments)

    assert ([], [], []) == (crossings, worker_side.calls, worker_side.objects.hooks)
