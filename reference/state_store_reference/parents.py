"""Finding the dag run or the asset that a scope belongs to, as part of another statement."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, bindparam

from state_store_reference.schema import asset, asset_active, dag_run
from state_store_reference.validation import shortened
from state_store_spec import AssetScope, TaskScope, UnknownAssetError, UnknownDagRunError


class AssetFields(NamedTuple):
    """Which fields of an ``AssetScope`` are set; each combination has statements of its own."""

    asset_id: bool
    name: bool
    uri: bool


class Parent(NamedTuple):
    """A row to look for: its id, the tables to look in, and what must hold of it."""

    row_id: ColumnElement[int]
    tables: FromClause
    condition: ColumnElement[bool]


def task_parent() -> Parent:
    """Give the dag run of a ``TaskScope``."""
    return Parent(
        dag_run.c.id,
        dag_run,
        and_(
            dag_run.c.dag_id == bindparam("scope_dag_id", type_=dag_run.c.dag_id.type),
            dag_run.c.run_id == bindparam("scope_run_id", type_=dag_run.c.run_id.type),
        ),
    )


def asset_parent(fields: AssetFields) -> Parent:
    """Give the asset of an ``AssetScope`` with these fields (REF-5).

    Without ``asset_id`` only an active asset is meant: one whose name *and* uri are on record.
    """
    conditions: list[ColumnElement[bool]] = []
    if fields.asset_id:
        conditions.append(asset.c.id == bindparam("scope_asset_id", type_=asset.c.id.type))
    if fields.name:
        conditions.append(asset.c.name == bindparam("scope_name", type_=asset.c.name.type))
    if fields.uri:
        conditions.append(asset.c.uri == bindparam("scope_uri", type_=asset.c.uri.type))
    tables: FromClause = asset
    if not fields.asset_id:
        tables = asset.join(
            asset_active,
            and_(asset_active.c.name == asset.c.name, asset_active.c.uri == asset.c.uri),
        )
    return Parent(asset.c.id, tables, and_(*conditions))


def asset_fields(scope: AssetScope) -> AssetFields:
    """Tell which fields of the scope are set."""
    return AssetFields(scope.asset_id is not None, scope.name is not None, scope.uri is not None)


def asset_parameters(scope: AssetScope) -> dict[str, Any]:
    """Give what :func:`asset_parent` looks for."""
    parameters: dict[str, Any] = {}
    if scope.asset_id is not None:
        parameters["scope_asset_id"] = scope.asset_id
    if scope.name is not None:
        parameters["scope_name"] = scope.name
    if scope.uri is not None:
        parameters["scope_uri"] = scope.uri
    return parameters


def unknown_dag_run(scope: TaskScope) -> UnknownDagRunError:
    """Say that a write names a dag run that does not exist."""
    return UnknownDagRunError(
        f"There is no dag run with dag_id = {shortened(scope.dag_id)} and "
        f"run_id = {shortened(scope.run_id)} (REF-1). Nothing was stored. "
        "Create the dag run first, or correct the ids."
    )


def unknown_asset(scope: AssetScope) -> UnknownAssetError:
    """Say that a write names an asset that does not exist."""
    given = {"asset_id": scope.asset_id, "name": scope.name, "uri": scope.uri}
    named = " and ".join(
        f"{field} = {shortened(value)}" for field, value in given.items() if value is not None
    )
    return UnknownAssetError(
        f"There is no {'' if scope.asset_id is not None else 'active '}asset with {named} "
        "(REF-2, REF-5). Nothing was stored. Register the asset first, or correct the scope; "
        "an inactive asset is reached by its asset_id."
    )
