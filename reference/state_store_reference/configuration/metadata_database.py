"""Airflow's own database, where the metastore lives by default."""

from __future__ import annotations

from collections.abc import Mapping

from state_store_reference.configuration.locations import airflow_home
from state_store_reference.configuration.sources import read_sources


def database_url(environment: Mapping[str, str] | None = None) -> str:
    """Give ``[database] sql_alchemy_conn``, by default a SQLite file in ``$AIRFLOW_HOME``.

    Args:
        environment: variables to read; by default those of this process.

    Raises:
        SettingsError: the configuration file cannot be read or is malformed.
    """
    sources = read_sources(environment)
    option = sources.find("database", "sql_alchemy_conn")
    if option is not None and option.text:
        return option.text
    return f"sqlite:///{airflow_home(sources.environment).absolute() / 'airflow.db'}"
