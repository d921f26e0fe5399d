"""Limits: which keys and values a store holds (VALUE-1 to VALUE-4)."""

from __future__ import annotations

import pytest

from state_store_spec.limits import METASTORE_LIMITS, Limits

LIMITS = Limits(key_characters=3, value_bytes=4)


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("", True),
        ("abc", True),
        ("abcd", False),
        ("😀😀😀", True),
        ("a\0", False),
        ("\ud800", False),
    ],
    ids=["empty", "longest", "too long", "characters and not bytes", "NUL", "lone surrogate"],
)
def test_keys(key: str, held: bool) -> None:  # noqa: FBT001
    """A key is counted in characters; NUL and lone surrogates are beyond every limit."""
    assert held == LIMITS.hold_key(key)


@pytest.mark.parametrize(
    ("task_id", "map_index", "held"),
    [
        ("", -1, True),
        ("abc", 2**31 - 1, True),
        ("日a", -(2**31), True),
        ("abcd", -1, False),
        ("日日", -1, False),
        ("a\0", -1, False),
        ("\ud800", -1, False),
        ("abc", 2**31, False),
        ("abc", -(2**31) - 1, False),
    ],
)
def test_tasks(task_id: str, map_index: int, held: bool) -> None:  # noqa: FBT001
    """The id of a task is counted in characters and in bytes; a map index has 32 bits."""
    limits = Limits(key_characters=9, value_bytes=9, task_id_characters=3, task_id_bytes=4)

    assert held == limits.hold_task(task_id, map_index)


def test_tasks_are_as_long_as_keys_where_nothing_is_said() -> None:
    """A store that promises nothing of its own of tasks holds their ids like keys."""
    assert [True, False] == [LIMITS.hold_task(task_id, -1) for task_id in ("abc", "abcd")]


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("", True),
        ("abcd", True),
        ("abcde", False),
        ("😀", True),
        ("😀a", False),
        ("\0", False),
        ("\udfff", False),
    ],
    ids=["empty", "largest", "too large", "four bytes", "five bytes", "NUL", "lone surrogate"],
)
def test_values(value: str, held: bool) -> None:  # noqa: FBT001
    """A value is counted in bytes of UTF-8."""
    assert held == LIMITS.hold_value(value)


def test_metastore_holds_more_than_it_must() -> None:
    """The metastore's bounds lie at or above what every store has to hold (VALUE-1, VALUE-2)."""
    assert METASTORE_LIMITS.hold_key("k" * 512)
    assert not METASTORE_LIMITS.hold_key("k" * 513)
    assert METASTORE_LIMITS.hold_value("v" * 65_535)
