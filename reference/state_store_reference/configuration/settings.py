"""The ``[state_store]`` settings in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state_store_reference.configuration.misplaced import SECTION, refuse_misplaced
from state_store_reference.configuration.sources import Option, Sources, read_sources
from state_store_spec import SettingsError, StateStoreSettings

# As Airflow reads them; a comment may follow.
_TRUE: Final = frozenset({"true", "t", "1"})
_FALSE: Final = frozenset({"false", "f", "0"})


def load_settings(environment: Mapping[str, str] | None = None) -> StateStoreSettings:
    """Give the ``[state_store]`` settings in force (chapter CONF).

    The backend is a text here; :func:`load_backend_class` says whether it names a backend.

    Args:
        environment: variables to read; by default those of this process.

    Raises:
        SettingsError: a value of the wrong type or below zero (CONF-6), an option or a section
            that is not read (CONF-8), or a configuration file that is malformed; the message says
            where the value came from.
    """
    sources = read_sources(environment)
    refuse_misplaced(sources)
    default = StateStoreSettings()
    backend = sources.find(SECTION, "backend")
    return StateStoreSettings(
        default_retention_days=_count(
            sources,
            "default_retention_days",
            default.default_retention_days,
            "Write a number of days, 0 or more; 0 disables time-based cleanup.",
        ),
        clear_on_success=_boolean(sources, "clear_on_success", default=default.clear_on_success),
        state_cleanup_batch_size=_count(
            sources,
            "state_cleanup_batch_size",
            default.state_cleanup_batch_size,
            "Write a number of rows, 0 or more; 0 deletes all of them in a single statement.",
        ),
        backend=default.backend if backend is None else backend.text or None,
    )


def _count(sources: Sources, name: str, default: int, remedy: str) -> int:
    option = sources.find(SECTION, name)
    if option is None:
        return default
    try:
        number = _whole_number(option.text)
    except (ValueError, OverflowError):
        raise option.error("is not a whole number (CONF-6)", remedy) from None
    if number < 0:
        raise option.error("is below zero (CONF-6)", remedy)
    return number


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        # Airflow takes 30.0 for 30.
        number = float(text)
        if not number.is_integer():
            raise
        return int(number)


def _boolean(sources: Sources, name: str, *, default: bool) -> bool:
    option = sources.find(SECTION, name)
    if option is None:
        return default
    text = option.text.partition("#")[0].strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _no_boolean(option)


def _no_boolean(option: Option) -> SettingsError:
    return option.error("is not a boolean (CONF-6)", "Write True or False.")
