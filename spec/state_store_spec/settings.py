"""The ``[state_store]`` settings: names, types, defaults and limits (chapter CONF)."""

from __future__ import annotations

from dataclasses import dataclass

from state_store_spec.errors import SettingsError


@dataclass(frozen=True, slots=True)
class StateStoreSettings:
    """The four options of ``[state_store]`` with the documented defaults.

    Attributes:
        default_retention_days: whole days a task state row without explicit retention is kept
            after its last update; 0 disables time-based cleanup entirely (CONF-2, CONF-3).
        clear_on_success: whether success of a task instance wipes its keys (CONF-4).
        state_cleanup_batch_size: most rows one statement of the collection deletes; 0 means a
            single statement for each rule (CONF-5).
        backend: dotted path of a ``BaseStateBackend``; ``None`` is the metastore (CONF-1).

    Raises:
        SettingsError: a value of the wrong type or below zero (CONF-6).
    """

    default_retention_days: int = 30
    clear_on_success: bool = False
    state_cleanup_batch_size: int = 0
    backend: str | None = None

    def __post_init__(self) -> None:
        _require_count("default_retention_days", self.default_retention_days, "days")
        _require_count("state_cleanup_batch_size", self.state_cleanup_batch_size, "rows")
        if not isinstance(self.clear_on_success, bool):
            raise SettingsError(
                f"[state_store] clear_on_success = {self.clear_on_success!r} is not a boolean "
                "(CONF-6). Write True or False."
            )


def _require_count(option: str, value: object, unit: str) -> None:
    # bool is an int in Python, yet True days is a mistake and not a setting.
    if not isinstance(value, int) or isinstance(value, bool):
        raise SettingsError(
            f"[state_store] {option} = {value!r} is not a whole number (CONF-6). "
            f"Write a number of {unit}, 0 or more."
        )
    if value < 0:
        raise SettingsError(
            f"[state_store] {option} = {value} is below zero (CONF-6). "
            f"Write a number of {unit}, 0 or more; 0 switches the limit off."
        )


# Plain data for pydantic: a trace file with an unknown setting is malformed.
StateStoreSettings.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
