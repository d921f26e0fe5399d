"""Where the settings come from: the environment first, then ``airflow.cfg``, then the defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from state_store_spec import SettingsError, StateStoreSettings

_SECTION: Final = "state_store"
_TRUE: Final = frozenset({"true", "t", "1"})
_FALSE: Final = frozenset({"false", "f", "0"})


@dataclass(frozen=True, slots=True)
class _Option:
    """The text of one option, and where it was found."""

    text: str
    origin: str


def airflow_home(environment: Mapping[str, str] | None = None) -> Path:
    """Give ``$AIRFLOW_HOME``, by default ``~/airflow``."""
    environment = os.environ if environment is None else environment
    return Path(environment.get("AIRFLOW_HOME") or "~/airflow").expanduser()


def database_url(environment: Mapping[str, str] | None = None) -> str:
    """Give ``[database] sql_alchemy_conn``, by default a SQLite file in ``$AIRFLOW_HOME``.

    Raises:
        SettingsError: ``airflow.cfg`` is malformed.
    """
    environment = os.environ if environment is None else environment
    option = _find("database", "sql_alchemy_conn", environment)
    if option is not None and option.text:
        return option.text
    return f"sqlite:///{airflow_home(environment).absolute() / 'airflow.db'}"


def load_settings(environment: Mapping[str, str] | None = None) -> StateStoreSettings:
    """Give the ``[state_store]`` settings in force (chapter CONF).

    Args:
        environment: variables to read; by default those of this process.

    Raises:
        SettingsError: a value of the wrong type or below zero, or a malformed ``airflow.cfg``; the
            message says where the value came from.
    """
    environment = os.environ if environment is None else environment
    days = _find(_SECTION, "default_retention_days", environment)
    clear = _find(_SECTION, "clear_on_success", environment)
    batch = _find(_SECTION, "state_cleanup_batch_size", environment)
    backend = _find(_SECTION, "backend", environment)
    default = StateStoreSettings()
    return StateStoreSettings(
        default_retention_days=(
            default.default_retention_days
            if days is None
            else _count("default_retention_days", days)
        ),
        clear_on_success=(
            default.clear_on_success if clear is None else _boolean("clear_on_success", clear)
        ),
        state_cleanup_batch_size=(
            default.state_cleanup_batch_size
            if batch is None
            else _count("state_cleanup_batch_size", batch)
        ),
        backend=default.backend if backend is None else backend.text or None,
    )


def _find(section: str, option: str, environment: Mapping[str, str]) -> _Option | None:
    variable = f"AIRFLOW__{section.upper()}__{option.upper()}"
    if variable in environment:
        return _Option(environment[variable].strip(), f"environment variable {variable}")
    path = airflow_home(environment) / "airflow.cfg"
    if not path.is_file():
        return None
    parser = ConfigParser()
    try:
        parser.read(path, encoding="utf-8")
        if not parser.has_option(section, option):
            return None
        return _Option(parser.get(section, option).strip(), str(path))
    except (ConfigParserError, UnicodeDecodeError) as error:
        # The text of the error quotes the line, which may be the one with the password.
        raise SettingsError(
            f"{path} cannot be read as a configuration file ({type(error).__name__}) while looking "
            f"for [{section}] {option}. Write sections in brackets, one `option = value` a line, "
            "and %% for a percent sign."
        ) from None


def _count(name: str, option: _Option) -> int:
    try:
        number = int(option.text)
    except ValueError:
        raise _wrong(name, option, "a whole number", "Write 0 or more") from None
    if number < 0:
        raise _wrong(name, option, "0 or more", "Write 0 or more")
    return number


def _boolean(name: str, option: _Option) -> bool:
    text = option.text.lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _wrong(name, option, "a boolean", "Write True or False")


def _wrong(name: str, option: _Option, expected: str, remedy: str) -> SettingsError:
    return SettingsError(
        f"[{_SECTION}] {name} = {option.text!r} (from {option.origin}) is not {expected} (CONF-6). "
        f"{remedy}."
    )
