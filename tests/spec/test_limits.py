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
