"""Settings: the documented defaults, and values that mean nothing (CONF-6)."""

# ruff: noqa: E501 - an expected error stands in one piece
from __future__ import annotations

from typing import Any

import pytest

from state_store_spec import SettingsError, StateStoreSettings


def test_defaults_are_as_documented() -> None:
    """Thirty days, no clearing on success, a single statement, the metastore (CONF-1 to CONF-5)."""
    settings = StateStoreSettings()

    assert (30, False, 0, None) == (
        settings.default_retention_days,
        settings.clear_on_success,
        settings.state_cleanup_batch_size,
        settings.backend,
    )


def test_zero_is_a_value() -> None:
    """0 days and a batch of 0 rows are settings like any other (CONF-3, CONF-5)."""
    settings = StateStoreSettings(default_retention_days=0, state_cleanup_batch_size=0)

    assert (0, 0) == (settings.default_retention_days, settings.state_cleanup_batch_size)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        (
            "default_retention_days",
            -1,
            (
                "[state_store] default_retention_days = -1 is below zero (CONF-6). Write a number of "
                "days, 0 or more; 0 switches the limit off."
            ),
        ),
        (
            "state_cleanup_batch_size",
            -10,
            (
                "[state_store] state_cleanup_batch_size = -10 is below zero (CONF-6). Write a number "
                "of rows, 0 or more; 0 switches the limit off."
            ),
        ),
        (
            "default_retention_days",
            "30",
            (
                "[state_store] default_retention_days = '30' is not a whole number (CONF-6). Write a "
                "number of days, 0 or more."
            ),
        ),
        (
            "default_retention_days",
            1.5,
            (
                "[state_store] default_retention_days = 1.5 is not a whole number (CONF-6). Write a "
                "number of days, 0 or more."
            ),
        ),
        (
            "state_cleanup_batch_size",
            True,
            (
                "[state_store] state_cleanup_batch_size = True is not a whole number (CONF-6). Write "
                "a number of rows, 0 or more."
            ),
        ),
        (
            "clear_on_success",
            "yes",
            (
                "[state_store] clear_on_success = 'yes' is not a boolean (CONF-6). Write True or "
                "False."
            ),
        ),
        (
            "clear_on_success",
            1,
            "[state_store] clear_on_success = 1 is not a boolean (CONF-6). Write True or False.",
        ),
    ],
    ids=[
        "days below zero",
        "rows below zero",
        "days as text",
        "days and a half",
        "rows as a boolean",
        "success as text",
        "success as a number",
    ],
)
def test_value_that_means_nothing(option: str, value: Any, message: str) -> None:  # noqa: ANN401
    """A value of the wrong type or below zero is refused: option, value and remedy are named."""
    with pytest.raises(SettingsError) as caught:
        StateStoreSettings(**{option: value})

    assert message == str(caught.value)
    assert isinstance(caught.value, ValueError)
