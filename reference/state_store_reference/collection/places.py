"""Comparing rows by where they stand: ``(first, second)`` after one place and up to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, tuple_

from state_store_reference.column_types import MYSQL_DIALECTS

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement


def is_after(dialect: str, first: Column[Any], second: Column[Any]) -> ColumnElement[bool]:
    """Whether a row stands after ``(after_first, after_second)``."""
    place_first = bindparam("after_first", type_=first.type)
    place_second = bindparam("after_second", type_=second.type)
    if dialect in MYSQL_DIALECTS:
        # They read an index from its beginning for a comparison of pairs, but know this as a range.
        return or_(first > place_first, and_(first == place_first, second > place_second))
    # The others know a comparison of pairs as a range, even among rows that tie on the first.
    return tuple_(first, second) > tuple_(place_first, place_second)


def is_until(dialect: str, first: Column[Any], second: Column[Any]) -> ColumnElement[bool]:
    """Whether a row stands at ``(until_first, until_second)`` or before."""
    place_first = bindparam("until_first", type_=first.type)
    place_second = bindparam("until_second", type_=second.type)
    if dialect in MYSQL_DIALECTS:
        return or_(first < place_first, and_(first == place_first, second <= place_second))
    return tuple_(first, second) <= tuple_(place_first, place_second)
