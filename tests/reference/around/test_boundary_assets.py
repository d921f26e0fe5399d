"""The boundary before asset state: names and uris become ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from state_store_reference import ServerBoundary
from state_store_spec import (
    AssetScope,
    InvalidScopeError,
    UnknownAssetError,
    UnrepresentableError,
)
from tests.reference.around.doubles import Call, CustomBackend
from tests.reference.around.surroundings import AssetRow

if TYPE_CHECKING:
    from tests.reference.around.surroundings import Caller, Surroundings

REQUESTS = [
    ("get_asset_state", ("page",)),
    ("set_asset_state", ("page", "3")),
    ("delete_asset_state", ("page",)),
    ("clear_asset_state", ()),
]


def test_name_and_uri_mean_one_asset(
    store: Surroundings, boundary: ServerBoundary, call: Caller
) -> None:
    """What was set by name is got by uri, and the other way round."""
    asset_id = store.add_asset("orders", "s3://shop/orders")

    call(boundary, "set_asset_state", "page", "3", name="orders")
    call(boundary, "set_asset_state", "row", "7", uri="s3://shop/orders")

    assert [AssetRow(asset_id, "page", "3"), AssetRow(asset_id, "row", "7")] == store.asset_rows()
    assert call(boundary, "get_asset_state", "page", uri="s3://shop/orders") == "3"
    assert call(boundary, "get_asset_state", "row", name="orders") == "7"


def test_delete_and_clear_by_name(
    store: Surroundings, boundary: ServerBoundary, call: Caller
) -> None:
    """A key goes, then all of them, and those of another asset stay."""
    first = store.add_asset("orders", "s3://shop/orders")
    second = store.add_asset("clients", "s3://shop/clients")
    for asset_id in (first, second):
        for key in ("page", "row", "time"):
            store.backend.set(AssetScope(asset_id=asset_id), key, "x")

    call(boundary, "delete_asset_state", "row", uri="s3://shop/orders")
    left = [row.key for row in store.asset_rows() if row.asset_id == first]
    call(boundary, "clear_asset_state", name="orders")

    assert ["page", "time"] == left
    assert [second] * 3 == [row.asset_id for row in store.asset_rows()]


@pytest.mark.parametrize("named", [{"name": "orders"}, {"uri": "s3://shop/orders"}])
def test_backend_is_always_handed_the_id(
    store: Surroundings, call: Caller, named: dict[str, str]
) -> None:
    """However a worker names the asset, the backend gets its id and nothing else."""
    backend = CustomBackend()
    boundary = ServerBoundary(backend, store.engine, store.async_engine)
    scope = AssetScope(asset_id=store.add_asset("orders", "s3://shop/orders"))

    for method, arguments in REQUESTS:
        call(boundary, method, *arguments, **named)

    expected = [
        Call("get", scope, "page"),
        Call("set", scope, "page", "3"),
        Call("delete", scope, "page"),
        Call("clear", scope),
    ]
    assert expected == backend.calls


@pytest.mark.parametrize(
    "named",
    [
        {"name": "clients"},
        {"name": "Orders"},
        {"uri": "orders"},
        {"name": "closed"},
        {"uri": "s3://shop/closed"},
        {"name": "orders\0"},
        {"uri": "\ud800"},
        {"name": ""},
    ],
    ids=repr,
)
def test_asset_that_is_not_active(store: Surroundings, call: Caller, named: dict[str, str]) -> None:
    """A write is refused with the name in it, anything else finds nothing; no backend is asked."""
    store.add_asset("orders", "s3://shop/orders")
    store.add_asset("closed", "s3://shop/closed", active=False)
    backend = CustomBackend()
    boundary = ServerBoundary(backend, store.engine, store.async_engine)

    with pytest.raises(UnknownAssetError, match=r"no active asset with (name|uri) = "):
        call(boundary, "set_asset_state", "page", "3", **named)

    assert call(boundary, "get_asset_state", "page", **named) is None
    call(boundary, "delete_asset_state", "page", **named)
    call(boundary, "clear_asset_state", **named)
    assert [] == backend.calls


def test_name_means_whichever_asset_is_active_now(
    store: Surroundings, boundary: ServerBoundary, call: Caller
) -> None:
    """A name that went over to another uri means the other asset, which has no state yet."""
    first = store.add_asset("orders", "s3://shop/orders")
    call(boundary, "set_asset_state", "page", "3", name="orders")
    store.deactivate_asset("orders")
    second = store.add_asset("orders", "s3://shop/orders-2")

    before = call(boundary, "get_asset_state", "page", name="orders")
    call(boundary, "set_asset_state", "page", "4", name="orders")

    assert before is None
    assert [AssetRow(first, "page", "3"), AssetRow(second, "page", "4")] == store.asset_rows()


@pytest.mark.parametrize(("method", "arguments"), REQUESTS)
@pytest.mark.parametrize(
    ("named", "error"),
    [
        ({}, InvalidScopeError),
        ({"name": "orders", "uri": "s3://shop/orders"}, InvalidScopeError),
        ({"name": 7}, UnrepresentableError),
    ],
    ids=["none", "both", "number"],
)
def test_exactly_one_name(
    untouched: ServerBoundary,
    call: Caller,
    method: str,
    arguments: tuple[str, ...],
    named: dict[str, str],
    error: type[Exception],
) -> None:
    """An asset is named by its name or by its uri, by text, and not by both."""
    with pytest.raises(error, match="Pass "):
        call(untouched, method, *arguments, **named)
