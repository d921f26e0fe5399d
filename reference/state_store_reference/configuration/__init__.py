"""Settings: the environment first, then ``airflow.cfg``, then the documented defaults."""

from __future__ import annotations

from state_store_reference.configuration.backends import (
    SERVER_BACKEND,
    WORKER_BACKEND,
    BackendOption,
    load_backend,
    load_backend_class,
)
from state_store_reference.configuration.locations import airflow_config, airflow_home
from state_store_reference.configuration.metadata_database import database_url
from state_store_reference.configuration.settings import load_settings

__all__ = [
    "SERVER_BACKEND",
    "WORKER_BACKEND",
    "BackendOption",
    "airflow_config",
    "airflow_home",
    "database_url",
    "load_backend",
    "load_backend_class",
    "load_settings",
]
