"""What the metastore can hold, checked before any statement is sent.

Keys: 0 to 512 characters. Values: up to 4 MiB of UTF-8. Both of any Unicode but NUL, which
PostgreSQL has no place for, and lone surrogates, which have no UTF-8 form. The limits are the same
on every database, so that a store can move from one to another.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from state_store_reference.schema import (
    MAX_KEY_CHARACTERS,
    MAX_TASK_ID_BYTES,
    MAX_TASK_ID_CHARACTERS,
)
from state_store_spec import (
    AssetScope,
    InvalidScopeError,
    NaiveExpiryError,
    StateScope,
    TaskScope,
    UnrepresentableError,
)

# Escaped it may double, and a MariaDB server takes packets of 16 MiB by default.
MAX_VALUE_BYTES: Final = 4 * 1024 * 1024
_MAP_INDEX_LIMIT: Final = 2**31
_ROW_ID_LIMIT: Final = 2**63
_SHOWN_CHARACTERS: Final = 60


def shortened(value: object) -> str:
    """Give a printable form of ``value`` that fits into a message."""
    text = repr(value[: _SHOWN_CHARACTERS + 1] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def is_plain_text(text: str) -> bool:
    """Tell whether text has neither NUL nor lone surrogates."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def require_types(scope: StateScope, key: str) -> None:
    """Check that the arguments are what their annotations say; reads need this as well as writes.

    Raises:
        InvalidScopeError: the scope is neither a ``TaskScope`` nor an ``AssetScope``.
        UnrepresentableError: the key or a field of the scope is of the wrong type.
    """
    require_scope_types(scope)
    _require_type("key", key, str)


def require_scope_types(scope: StateScope) -> None:
    """Check the scope alone; see :func:`require_types`."""
    if isinstance(scope, TaskScope):
        _require_type("dag_id", scope.dag_id, str)
        _require_type("run_id", scope.run_id, str)
        _require_type("task_id", scope.task_id, str)
        _require_type("map_index", scope.map_index, int)
    elif isinstance(scope, AssetScope):
        if scope.asset_id is not None:
            _require_type("asset_id", scope.asset_id, int)
        if scope.name is not None:
            _require_type("name", scope.name, str)
        if scope.uri is not None:
            _require_type("uri", scope.uri, str)
    else:
        raise InvalidScopeError(
            f"{shortened(scope)} is not a scope. Pass a TaskScope or an AssetScope."
        )


def _require_type(name: str, value: object, expected: type) -> None:
    # bool is an int in Python, yet True is no map index and no id.
    if not isinstance(value, expected) or isinstance(value, bool):
        raise UnrepresentableError(
            f"{name} = {shortened(value)} is not of type {expected.__name__} (VALUE-4). "
            f"Pass a {expected.__name__}."
        )


def require_key(key: str) -> None:
    """Check that the store can hold the key.

    Raises:
        UnrepresentableError: more than 512 characters, a NUL or a lone surrogate (VALUE-4).
    """
    if len(key) > MAX_KEY_CHARACTERS:
        raise UnrepresentableError(
            f"The key {shortened(key)} has {len(key)} characters; the metastore holds keys of up "
            f"to {MAX_KEY_CHARACTERS} (VALUE-4). Use a shorter key."
        )
    _require_plain_text("key", key)


def require_task(scope: TaskScope) -> None:
    """Check that the store can hold the task's own part of a scope.

    Raises:
        UnrepresentableError: a task id of more than 250 characters or 600 bytes, or with a NUL or
            a lone surrogate; a map index beyond 32 bits (VALUE-4).
    """
    _require_plain_text("task_id", scope.task_id)
    task_id = scope.task_id
    if len(task_id) > MAX_TASK_ID_CHARACTERS or len(task_id.encode()) > MAX_TASK_ID_BYTES:
        raise UnrepresentableError(
            f"The task_id {shortened(task_id)} has {len(task_id)} characters and "
            f"{len(task_id.encode())} bytes in UTF-8; the metastore holds up to "
            f"{MAX_TASK_ID_CHARACTERS} characters and {MAX_TASK_ID_BYTES} bytes (VALUE-4). "
            "Use a shorter task id."
        )
    if not -_MAP_INDEX_LIMIT <= scope.map_index < _MAP_INDEX_LIMIT:
        raise UnrepresentableError(
            f"map_index = {scope.map_index} does not fit into 32 bits (VALUE-4). "
            f"Use a number from {-_MAP_INDEX_LIMIT} to {_MAP_INDEX_LIMIT - 1}."
        )


def require_value(value: str) -> None:
    """Check that the store can hold the value.

    Raises:
        UnrepresentableError: not text, more than 4 MiB, a NUL or a lone surrogate (VALUE-4).
    """
    _require_type("value", value, str)
    _require_plain_text("value", value)
    # No character takes more than four bytes, so most values need no count.
    if len(value) * 4 > MAX_VALUE_BYTES and len(value.encode()) > MAX_VALUE_BYTES:
        raise UnrepresentableError(
            f"The value {shortened(value)} has {len(value.encode())} bytes in UTF-8; the metastore "
            f"holds up to {MAX_VALUE_BYTES} (VALUE-4). "
            "Store it elsewhere, for example through a worker-side backend, and keep a reference."
        )


def _require_plain_text(name: str, text: str) -> None:
    if not is_plain_text(text):
        culprit = "a NUL character" if "\0" in text else "a lone surrogate"
        raise UnrepresentableError(
            f"The {name} {shortened(text)} contains {culprit}, which the metastore cannot hold "
            f"(VALUE-4). Encode the {name}, for example as base64."
        )


def can_exist(scope: StateScope) -> bool:
    """Tell whether a dag run or an asset of those names or that id could have a row at all."""
    if isinstance(scope, TaskScope):
        return is_plain_text(scope.dag_id) and is_plain_text(scope.run_id)
    return (
        (scope.asset_id is None or -_ROW_ID_LIMIT <= scope.asset_id < _ROW_ID_LIMIT)
        and (scope.name is None or is_plain_text(scope.name))
        and (scope.uri is None or is_plain_text(scope.uri))
    )


def utc_expiry(expires_at: datetime | None) -> datetime | None:
    """Give the instant in UTC.

    Raises:
        NaiveExpiryError: it has no time zone (RET-7).
        UnrepresentableError: it is no datetime, or in UTC it lies outside the years 1 to 9999.
    """
    if expires_at is None:
        return None
    _require_type("expires_at", expires_at, datetime)
    if expires_at.tzinfo is None or expires_at.utcoffset() is None:
        raise NaiveExpiryError(
            f"expires_at = {expires_at.isoformat()} is naive: without a time zone it names no "
            "instant (RET-7). Pass an aware datetime, such as "
            "datetime.now(UTC) + timedelta(days=1)."
        )
    try:
        return expires_at.astimezone(UTC)
    except OverflowError:
        raise UnrepresentableError(
            f"expires_at = {expires_at.isoformat()} lies outside the years 1 to 9999 in UTC "
            "(VALUE-4). Choose an instant inside."
        ) from None
