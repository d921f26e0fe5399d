# The constructors of the nodes of pytest are not typed.
# pyright: reportUnknownMemberType=false
"""The tests of the target that the session names: no module of tests is needed for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from state_store_conformance.pytest_plugin import outcomes
from state_store_conformance.pytest_plugin.judging import (
    clause_of,
    judge,
    report_of,
    run_pinned,
)
from state_store_conformance.pytest_plugin.options import (
    check_options,
    checked_options,
    chosen_path,
    chosen_target,
    shown_path,
)
from state_store_conformance.pytest_plugin.pinned_traces import Pinned, trace_files
from state_store_conformance.pytest_plugin.sharing import judgments_of
from state_store_conformance.replaying import replay_words
from state_store_conformance.targets.claimed import read_claims
from state_store_conformance.targets.finding import find_target
from state_store_conformance.watched import WatchedTarget
from state_store_spec.clause_files import load_clauses
from state_store_spec.errors import StateStoreError
from state_store_spec.profiles import find_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from state_store_conformance.checking import CheckOptions
    from state_store_conformance.pytest_plugin.sharing import Judgment
    from state_store_conformance.report import ClauseReport, Report
    from state_store_conformance.side_by_side import Run
    from state_store_conformance.target import Target


def require_target(config: pytest.Config) -> None:
    """See whether the target can be judged at all.

    Raises:
        pytest.UsageError: there is no such target, or its server does not answer.
    """
    options = checked_options(config)
    try:
        with WatchedTarget(_target(config), find_profile(options.profile)):
            pass
    except StateStoreError as error:
        raise pytest.UsageError(f"state store: {error}") from error


def items_of_target(session: pytest.Session) -> list[pytest.Item]:
    """Give the tests of the target."""
    collector: TargetCollector = TargetCollector.from_parent(
        session, name=_target(session.config).name
    )
    try:
        items = list(collector.collect())
    except StateStoreError as error:
        raise pytest.UsageError(f"state store: {error}") from error
    # So that they are counted with those of the files.
    collected = pytest.CollectReport(collector.nodeid, "passed", None, [*items])
    collector.ihook.pytest_collectreport(report=collected)
    return items


class TargetCollector(pytest.Collector):
    """The target that the session names."""

    def __init__(self, name: str, parent: pytest.Session) -> None:
        super().__init__(name, parent, nodeid=name)
        self.judged_by: CheckOptions = checked_options(parent.config)

    def collect(self) -> Iterator[pytest.Item]:
        """Give a test for each clause, one for the whole, and one for each pinned trace."""
        for clause in load_clauses(self.judged_by.profile):
            yield ClauseItem.from_parent(self, name=clause.id)
        yield WholeItem.from_parent(self, name="verdict")
        folder = chosen_path(self.config, "traces")
        for file in [] if folder is None else trace_files(folder):
            yield TraceItem.from_parent(self, name=file.name, file=file)

    def report(self) -> Report:
        """Give the report on the target; the first test that asks has it judged."""
        return report_of(judgments_of(self.config).of(self.nodeid, self._judge))

    def words(self, file: str, target: str) -> tuple[str, ...]:
        """Give the words of the command that runs a trace file again."""
        claims = chosen_path(self.config, "claims")
        return replay_words(
            file,
            target,
            claims_file=None if claims is None else shown_path(self.config, claims),
            call_timeout=self.judged_by.call_timeout_seconds,
        )

    def _judge(self) -> Judgment:
        return judge(self.config, _target(self.config), self.judged_by, self.words)


class _JudgedItem(pytest.Item):
    """A test of the target."""

    state_store_judged = True

    @property
    def target(self) -> TargetCollector:
        """The target that it is a test of."""
        if not isinstance(self.parent, TargetCollector):
            raise TypeError(f"{self.nodeid} is no test of a target.")
        return self.parent

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say where pytest shows the test."""
        return self.path, None, self.name


class ClauseItem(_JudgedItem):
    """The test of a clause; its name is the id of the clause."""

    def setup(self) -> None:
        """Have the target judged."""
        report = self.target.report()
        self._found: ClauseReport = clause_of(report, self.name)
        outcomes.require_asked(self._found, report)

    def runtest(self) -> None:
        """Say what was found of the clause."""
        outcomes.settle(self._found, self.target.report())


class WholeItem(_JudgedItem):
    """The test of the verdict on the target."""

    def setup(self) -> None:
        """Have the target judged."""
        outcomes.require_judged(self.target.report())

    def runtest(self) -> None:
        """Say what was found of the target."""
        outcomes.settle_whole(self.target.report())


class TraceItem(_JudgedItem):
    """The test of a pinned trace; its name is that of the file."""

    def __init__(self, name: str, parent: TargetCollector, file: Path) -> None:
        super().__init__(name, parent)
        self._file = file

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say where pytest shows the test."""
        # pytest takes the dot of a bare name for one between a class and a method.
        return self.path, None, f"trace {self.name}"

    def setup(self) -> None:
        """Run the trace."""
        config = self.config
        self._run: Run = run_pinned(self._file, lambda: (_target(config), check_options(config)))

    def runtest(self) -> None:
        """Say what came of it."""
        file = shown_path(self.config, self._file)
        words = self.target.words(str(file), self.target.name)
        outcomes.settle_trace(self._run, Pinned(self._file, words).command)


def _target(config: pytest.Config) -> Target:
    claims = chosen_path(config, "claims")
    try:
        return find_target(chosen_target(config), None if claims is None else read_claims(claims))
    except StateStoreError as error:
        raise pytest.UsageError(f"state store: {error}") from error
