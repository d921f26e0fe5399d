"""Documents: what the clauses quote, and the profile whose law each of them states.

The documentation under review lies in ``clauses/seed.rst``. Of the released Airflow only the words
that clauses quote are here; a document says where the rest of them can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SEED: Final = "seed"

RELEASE: Final = "3.3.2"
"""The version of Airflow that profile ``airflow-3.3`` was written from."""

_PAGES: Final = f"https://airflow.apache.org/docs/apache-airflow/{RELEASE}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that clauses quote.

    Attributes:
        name: as quotes give it: a page below the documentation, or the path of a released file.
        profile: the profile whose law it states.
        address: the page, or empty.
        distribution: what installs the file, or empty.
    """

    name: str
    profile: str
    address: str = ""
    distribution: str = ""


def _page(name: str) -> Document:
    return Document(name=name, profile="airflow-3.3", address=f"{_PAGES}{name}.html")


def _core(name: str) -> Document:
    return Document(name=name, profile="airflow-3.3", distribution="apache-airflow-core")


def _task_sdk(name: str) -> Document:
    return Document(name=name, profile="airflow-3.3", distribution="apache-airflow-task-sdk")


DOCUMENTS: Final[dict[str, Document]] = {
    document.name: document
    for document in (
        Document(
            name=SEED,
            profile="pr-67299",
            address="https://github.com/apache/airflow/pull/67299#discussion_r3341115883",
        ),
        _page("administration-and-deployment/task-and-asset-state-store"),
        _page("administration-and-deployment/task-and-asset-state-store-cleanup"),
        _page("core-concepts/task-state-store"),
        _page("core-concepts/asset-state-store"),
        _core("airflow/_shared/state/__init__.py"),
        _core("airflow/api_fastapi/core_api/routes/public/asset_state_store.py"),
        _core("airflow/api_fastapi/core_api/routes/public/task_state_store.py"),
        _core("airflow/api_fastapi/execution_api/routes/asset_state_store.py"),
        _core("airflow/cli/cli_config.py"),
        _core("airflow/config_templates/config.yml"),
        _core("airflow/jobs/scheduler_job_runner.py"),
        _core("airflow/models/asset_state_store.py"),
        _core("airflow/models/task_state_store.py"),
        _core("airflow/state/metastore.py"),
        _task_sdk("airflow/sdk/execution_time/context.py"),
    )
}
"""Every document by its name."""
