"""Collection: the command that deletes expired rows, and the scheduler's sweep of orphans."""

from __future__ import annotations

import re
from argparse import Namespace
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Final

from airflow.cli.commands.state_store_command import clean_state_store
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.utils.session import create_session

from state_store_conformance.targets.deletions_seen import DeletionsSeen
from state_store_spec.answers import Collected

if TYPE_CHECKING:
    from sqlalchemy import Engine

TABLES: Final = {"task_state_store": "task_state", "asset_state_store": "asset_state"}
"""The tables of Airflow, and what the specification calls them."""

_WOULD_DELETE: Final = re.compile(r"Would delete (\d+) task state store row")


class Collection:
    """Runs collections.

    Args:
        engine: Airflow's; its deletions are watched, because the command does not count them aloud.
    """

    def __init__(self, engine: Engine) -> None:
        self._deletions = DeletionsSeen(engine, TABLES)

    def run(self, *, dry_run: bool) -> Collected:
        """Run ``airflow state-store clean``.

        Airflow writes one instant for both time-based rules, so all their rows count as expired.
        """
        with self._deletions.watching() as transactions, redirect_stdout(StringIO()) as said:
            clean_state_store(Namespace(dry_run=dry_run))
        if dry_run:
            announced = _WOULD_DELETE.search(said.getvalue())
            return Collected(int(announced.group(1)) if announced else 0, 0, 0, tuple(transactions))
        rows = dict.fromkeys(TABLES.values(), 0)
        for transaction in transactions:
            for deletion in transaction:
                rows[deletion.table] += deletion.rows
        return Collected(rows["task_state"], 0, rows["asset_state"], tuple(transactions))


def sweep_orphans() -> None:
    """Delete the state of inactive assets as the scheduler does when it looks after assets."""
    with create_session() as session:
        SchedulerJobRunner._cleanup_orphaned_asset_state_store(session=session)  # noqa: SLF001 - nothing public sweeps
