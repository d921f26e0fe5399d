"""The statements of the metastore, each built once and bound to parameters on every call.

Building a statement costs more than running it on a small database.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Delete,
    Executable,
    ScalarSelect,
    Select,
    SelectBase,
    and_,
    bindparam,
    delete,
    literal,
    select,
    text,
)

from state_store_reference.parents import AssetFields, Parent, asset_parent, task_parent
from state_store_reference.schema import asset_state, task_state
from state_store_reference.upsert import upsert_from_select

Kept = TypeVar("Kept")


def _bound(column: ColumnElement[Kept]) -> BindParameter[Kept]:
    return bindparam(f"row_{column.key}", type_=column.type)


def _id_of(parent: Parent) -> ScalarSelect[int]:
    return (
        select(parent.row_id).select_from(parent.tables).where(parent.condition).scalar_subquery()
    )


def _row_below(
    parent: Parent, columns: Sequence[Column[Any]], constants: Sequence[str] = ()
) -> SelectBase:
    # As text, because parameters would each get an alias, which MariaDB takes time to read.
    row = ", ".join([*(f":row_{column.key}" for column in columns), *constants])
    parameters = (_bound(column) for column in columns)
    return (
        select(parent.row_id, text(row).bindparams(*parameters))
        .select_from(parent.tables)
        .where(parent.condition)
    )


def _in_task(*, all_map_indices: bool = False) -> ColumnElement[bool]:
    row = task_state.c
    conditions = [row.dag_run_id == _id_of(task_parent()), row.task_id == _bound(row.task_id)]
    if not all_map_indices:
        conditions.append(row.map_index == _bound(row.map_index))
    return and_(*conditions)


def _in_asset(fields: AssetFields) -> ColumnElement[bool]:
    return asset_state.c.asset_id == _id_of(asset_parent(fields))


@cache
def get_task() -> Select[str]:
    """Select one value of a task instance."""
    row = task_state.c
    return select(row.value).where(_in_task(), row.key == _bound(row.key))


@cache
def get_asset(fields: AssetFields) -> Select[str]:
    """Select one value of an asset."""
    row = asset_state.c
    return select(row.value).where(_in_asset(fields), row.key == _bound(row.key))


@cache
def delete_task() -> Delete:
    """Delete one key of a task instance."""
    row = task_state.c
    return delete(task_state).where(_in_task(), row.key == _bound(row.key))


@cache
def delete_asset(fields: AssetFields) -> Delete:
    """Delete one key of an asset."""
    row = asset_state.c
    return delete(asset_state).where(_in_asset(fields), row.key == _bound(row.key))


@cache
def clear_task(*, all_map_indices: bool) -> Delete:
    """Delete every key of one map index of a task, or of all of them (SCOPE-4, SCOPE-5)."""
    return delete(task_state).where(_in_task(all_map_indices=all_map_indices))


@cache
def clear_asset(fields: AssetFields) -> Delete:
    """Delete every key of an asset."""
    return delete(asset_state).where(_in_asset(fields))


class Retention(NamedTuple):
    """What a row of a task instance says of its expiry; each has a statement of its own.

    A constant costs less than a parameter, and most rows have no expiry.

    Attributes:
        constants: the last columns of the row, in SQL; the ones before are parameters.
    """

    constants: tuple[str, ...]


FALLBACK: Final = Retention(("NULL", "FALSE"))
NEVER: Final = Retention(("NULL", "TRUE"))
EXPLICIT: Final = Retention(("FALSE",))


@cache
def set_task(dialect: str, retention: Retention) -> Executable:
    """Write a row of a task instance, replacing all of an earlier one (METHOD-2)."""
    row = task_state.c
    identity = [row.dag_run_id, row.task_id, row.map_index, row.key]
    contents = [row.value, row.updated_at, row.expires_at, row.never_expire]
    bound = [*identity[1:], *contents][: -len(retention.constants)]
    source = _row_below(task_parent(), bound, retention.constants)
    return upsert_from_select(dialect, task_state, identity, contents, source)


@cache
def set_asset(dialect: str, fields: AssetFields) -> Executable:
    """Write a row of an asset, replacing all of an earlier one (METHOD-2)."""
    row = asset_state.c
    parent = asset_parent(fields)
    identity = [row.asset_id, row.key]
    contents = [row.value, row.updated_at]
    source = _row_below(parent, [row.key, *contents])
    return upsert_from_select(dialect, asset_state, identity, contents, source)


@cache
def find_dag_run() -> Select[int]:
    """Select 1 if the dag run exists, as it is now and not as an old snapshot has it."""
    return _find(task_parent())


@cache
def find_asset(fields: AssetFields) -> Select[int]:
    """Select 1 if the asset exists, as it is now and not as an old snapshot has it."""
    return _find(asset_parent(fields))


def _find(parent: Parent) -> Select[int]:
    return (
        select(literal(1))
        .select_from(parent.tables)
        .where(parent.condition)
        .with_for_update(read=True)
    )
