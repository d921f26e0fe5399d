"""Where Airflow keeps its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from state_store_reference.configuration.expansion import expanded
from state_store_spec import SettingsError


def airflow_home(environment: Mapping[str, str] | None = None) -> Path:
    """Give ``$AIRFLOW_HOME``, by default ``~/airflow``."""
    environment = os.environ if environment is None else environment
    return _path("AIRFLOW_HOME", environment) or Path("~/airflow").expanduser()


def airflow_config(environment: Mapping[str, str] | None = None) -> Path:
    """Give ``$AIRFLOW_CONFIG``, by default ``airflow.cfg`` in :func:`airflow_home`."""
    environment = os.environ if environment is None else environment
    return _path("AIRFLOW_CONFIG", environment) or airflow_home(environment) / "airflow.cfg"


def _path(variable: str, environment: Mapping[str, str]) -> Path | None:
    try:
        text = expanded(environment.get(variable, ""), environment)
    except ValueError as error:
        raise SettingsError(
            f"The environment variable {variable} cannot be read: {error}. Write the path out."
        ) from None
    return Path(text) if text else None
