"""The environment that an Airflow finds: a home of its own, and settings that can be changed.

Airflow reads its options from ``AIRFLOW__SECTION__OPTION`` each time it needs one, and a few of
them only when it is imported.
"""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from state_store_spec import StateStoreSettings

_ALWAYS: Final = {
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # The names of a trace are not ours to choose: every run id may be a run id.
    "AIRFLOW__SCHEDULER__ALLOWED_RUN_ID_PATTERN": "(?s).*",
    "AIRFLOW__CORE__ALLOW_DOUBLE_DOT_IN_IDS": "True",
    # A refusal is an answer here, not an incident.
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
    # What fails once fails again: the client would wait for minutes between its attempts.
    "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "1",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
}
WORKER_BACKEND: Final = "AIRFLOW__WORKERS__STATE_STORE_BACKEND"


class AirflowEnvironment(AbstractContextManager["AirflowEnvironment"]):
    """Sets the variables when it is entered, and puts back what was there when it is left.

    Args:
        database_url: where Airflow keeps its metadata.
    """

    def __init__(self, database_url: str) -> None:
        self._variables = {
            **_ALWAYS,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url,
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            WORKER_BACKEND: "",
        }
        self._home: TemporaryDirectory[str] | None = None
        self._before: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._home = TemporaryDirectory(prefix="state-store-airflow-")
        self._before = dict(os.environ)
        os.environ.update(self._variables, AIRFLOW_HOME=self._home.name)
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.environ.clear()
        os.environ.update(self._before)
        if self._home is not None:
            self._home.cleanup()


def put_in_force(settings: StateStoreSettings) -> None:
    """Set the options of ``[state_store]``."""
    for option in ("default_retention_days", "clear_on_success", "state_cleanup_batch_size"):
        variable = f"AIRFLOW__STATE_STORE__{option.upper()}"
        os.environ[variable] = str(getattr(settings, option))
