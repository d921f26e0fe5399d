"""Judging within a session of pytest: what is judged, and how errors become refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from state_store_conformance.checking import check, save_counterexamples
from state_store_conformance.errors import BrokenFixtureError
from state_store_conformance.pytest_plugin.options import folder_to_save_to, shown_path
from state_store_conformance.pytest_plugin.outcomes import refuse
from state_store_conformance.pytest_plugin.sharing import Judgment
from state_store_conformance.replaying import replayed
from state_store_spec.errors import StateStoreError
from state_store_spec.trace_files import read_trace

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from state_store_conformance.checking import CheckOptions
    from state_store_conformance.report import ClauseReport, Report
    from state_store_conformance.side_by_side import Run
    from state_store_conformance.target import Target


def judge(
    config: pytest.Config,
    target: Target,
    options: CheckOptions,
    words: Callable[[str, str], tuple[str, ...]],
) -> Judgment:
    """Judge a target; what cannot be asked is a refusal, which every test will tell.

    Args:
        config: of the session: says where counterexamples are saved.
        target: what is judged.
        options: how.
        words: give the command that runs a trace file on a target again.
    """
    try:
        report = check(target, options)
    except BrokenFixtureError as error:
        return Judgment(refusal=_blaming_the_fixture(error))
    except StateStoreError as error:
        return Judgment(refusal=str(error))
    folder = shown_path(config, folder_to_save_to(config))
    return Judgment(save_counterexamples(report, folder, words))


def report_of(judgment: Judgment) -> Report:
    """Give the report, or end the set-up of the test that asks for it."""
    if judgment.report is None:
        refuse(judgment.refusal)
    return judgment.report


def clause_of(report: Report, clause_id: str) -> ClauseReport:
    """Give what the report says of a clause."""
    return next(clause for clause in report.clauses if clause.id == clause_id)


def run_pinned(file: Path, make: Callable[[], tuple[Target, CheckOptions]]) -> Run:
    """Run a pinned trace, or end the set-up of its test."""
    refusal = ""
    try:
        target, options = make()
        return replayed(target, read_trace(file), options.call_timeout_seconds)
    except BrokenFixtureError as error:
        refusal = _blaming_the_fixture(error)
    except StateStoreError as error:
        refusal = str(error)
    # Out here, as pytest would show the error that this one is the consequence of.
    return refuse(refusal)


def _blaming_the_fixture(error: BrokenFixtureError) -> str:
    return f"The fixture broke, not the backend: {error}"
