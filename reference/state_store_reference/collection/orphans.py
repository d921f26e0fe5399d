"""The orphan sweep: state of assets that no ``asset_active`` record names.

The ids of orphaned assets are selected page by page, and their rows deleted by these ids: one
condition over all of ``asset_state`` would read the whole table to find nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import any_, bindparam, delete, exists, func, select

from state_store_reference.collection.places import is_after, is_until
from state_store_reference.column_types import MYSQL_DIALECTS
from state_store_reference.schema import asset, asset_active, asset_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Delete, Executable, Select

    from state_store_reference.collection.batches import Parameters, Place

_ROW: Final[Any] = asset_state.c
_PAGE: Final = 500


def orphan_pages(connection: Connection) -> Iterator[list[int]]:
    """Give the ids of the orphaned assets that have state, in ascending order, page by page.

    Between two pages the connection is outside any transaction.
    """
    after = -(2**63)
    while True:
        page = list(connection.scalars(_select_page(), {"after_id": after, "page": _PAGE}))
        connection.rollback()
        if not page:
            return
        yield page
        after = page[-1]


def delete_all(connection: Connection) -> tuple[Executable, Parameters] | None:
    """Give the one statement that deletes the state of all orphans, or ``None`` without orphans."""
    dialect = connection.dialect.name
    page = next(orphan_pages(connection), None)
    if page is None:
        return None
    if len(page) < _PAGE:
        # These are all: by their ids, so that nobody has to find them a second time.
        walk = AssetWalk(page, dialect)
        return walk.delete(walk.start, walk.end)
    return _delete_orphaned(dialect), {}


@dataclass(frozen=True, slots=True)
class AssetWalk:
    """The rows of a page of orphaned assets, in the order of asset and key."""

    assets: list[int]
    dialect: str

    @property
    def start(self) -> Place:
        """Give the place before the first row of the first asset."""
        return (self.assets[0] - 1, "")

    @property
    def end(self) -> Place:
        """Give the place after the last row of the last asset."""
        return (self.assets[-1] + 1, "")

    def find(self, after: Place, rows: int) -> tuple[Executable, Parameters]:
        """Select asset and key of the last row of a window, and of the one behind it."""
        return _find_by_asset(self.dialect), {
            "assets": self._between(after, self.end),
            "after_first": after[0],
            "after_second": after[1],
            "skipped": rows - 1,
        }

    def delete(self, after: Place, until: Place) -> tuple[Delete, Parameters]:
        """Delete a range of assets and keys."""
        return _delete_by_asset(self.dialect), {
            "assets": self._between(after, until),
            "after_first": after[0],
            "after_second": after[1],
            "until_first": until[0],
            "until_second": until[1],
        }

    def _between(self, after: Place, until: Place) -> list[int]:
        return self.assets[bisect_left(self.assets, after[0]) : bisect_right(self.assets, until[0])]


@cache
def count_orphaned() -> Select[int]:
    """Count the rows that the sweep would delete."""
    return select(func.count()).select_from(asset_state).where(_ROW.asset_id.in_(_orphaned_ids()))


@cache
def _delete_orphaned(dialect: str) -> Delete:
    """Delete all of them at once, reading ``asset_state`` only where there are orphans."""
    if dialect == "postgresql":
        # An array is looked up in the index; a sub-select is joined, which reads the table.
        return delete(asset_state).where(
            _ROW.asset_id == any_(func.array(_orphaned_ids().scalar_subquery()))
        )
    if dialect in MYSQL_DIALECTS:
        # A join starts from the orphans; a sub-select would be asked again for each row.
        return delete(asset_state).where(_ROW.asset_id == asset.c.id, _is_orphaned())
    return delete(asset_state).where(_ROW.asset_id.in_(_orphaned_ids()))


@cache
def _select_page() -> Select[int]:
    return (
        select(asset.c.id)
        .where(_is_orphaned(), _has_state(), asset.c.id > bindparam("after_id"))
        .order_by(asset.c.id)
        .limit(bindparam("page"))
    )


@cache
def _find_by_asset(dialect: str) -> Select[int, str]:
    return (
        select(_ROW.asset_id, _ROW.key)
        .where(_of_assets(), is_after(dialect, _ROW.asset_id, _ROW.key))
        .order_by(_ROW.asset_id, _ROW.key)
        .limit(2)
        .offset(bindparam("skipped"))
    )


@cache
def _delete_by_asset(dialect: str) -> Delete:
    return delete(asset_state).where(
        _of_assets(),
        is_after(dialect, _ROW.asset_id, _ROW.key),
        is_until(dialect, _ROW.asset_id, _ROW.key),
        # An asset that was activated again since the page was selected keeps its state.
        ~_is_row_of_active_asset(),
    )


def _of_assets() -> ColumnElement[bool]:
    condition: ColumnElement[bool] = _ROW.asset_id.in_(bindparam("assets", expanding=True))
    return condition


def _orphaned_ids() -> Select[int]:
    return select(asset.c.id).where(_is_orphaned(), _has_state())


def _is_orphaned() -> ColumnElement[bool]:
    # Name and uri both: an asset that took over only one of them is another asset.
    return ~exists().where(
        asset_active.c.name == asset.c.name, asset_active.c.uri == asset.c.uri
    ).correlate(asset)


def _has_state() -> ColumnElement[bool]:
    return exists().where(_ROW.asset_id == asset.c.id).correlate(asset)


def _is_row_of_active_asset() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            asset.c.id == _ROW.asset_id,
            asset_active.c.name == asset.c.name,
            asset_active.c.uri == asset.c.uri,
        )
        .correlate(asset_state)
    )
