"""The bench: where every tier brings its traces to be judged, counted and made short."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Final, Protocol

from state_store_conformance.applicability import needed_by
from state_store_conformance.blocking_twin import blamed_on_async, blocking_twin
from state_store_conformance.budget import Budget, BudgetSpentError
from state_store_conformance.findings import Failure, Findings
from state_store_conformance.settled_twin import blamed_on_the_change, settled_twin
from state_store_conformance.shortening import shorten, without_pretext
from state_store_conformance.side_by_side import CAME_BACK, Run
from state_store_conformance.target import Described
from state_store_spec.profiles import Profile
from state_store_spec.trace import Trace

_TWINS: Final = ((blocking_twin, blamed_on_async), (settled_twin, blamed_on_the_change))


class EngineError(BaseException):
    """The engine broke. No ``Exception``, so that Hypothesis does not take it for a failure."""


class TraceRunner(Protocol):
    """Runs traces on the oracle and on a target, in this process or in a child."""

    @property
    def target(self) -> Described: ...  # noqa: D102 - what is judged
    @property
    def profile(self) -> Profile: ...  # noqa: D102 - the law

    def run(self, trace: Trace) -> Run:
        """Run the trace to its end, or to the first step that differs."""
        ...

    def hurried(self) -> AbstractContextManager[None]:
        """Take a call for one that hangs much sooner, while it lasts."""
        ...


class Bench:
    """Runs traces within a budget and remembers what they show.

    Args:
        side_by_side: runs a trace.
        budget: is asked before each trace.
        progress: is told after each trace.
    """

    def __init__(
        self,
        side_by_side: TraceRunner,
        budget: Budget,
        progress: Callable[[Findings], None] = lambda _: None,
    ) -> None:
        self.target = side_by_side.target
        self.profile = side_by_side.profile
        self.budget = budget
        self.findings = Findings()
        self._side_by_side = side_by_side
        self._progress = progress

    def turn_to(self, runner: TraceRunner) -> None:
        """Run the traces from now on somewhere else; what was found is kept."""
        self.target = runner.target
        self._side_by_side = runner

    def judge(self, tier: str, trace: Trace, shortcut: Callable[[Run], Trace] | None = None) -> Run:
        """Run a trace and count it; keep the counterexample of a clause that was whole so far.

        Traces that break a clause which is known to be broken end there and are not looked at
        any more, so that others can still be found.

        Args:
            tier: brings the trace.
            trace: is run.
            shortcut: gives a shorter trace to the last step of a run, which may differ as well.

        Raises:
            BudgetSpentError: there is no time or no trace left.
            EngineError: not the target broke.
        """
        if self.budget.spent:
            raise BudgetSpentError
        self.budget.count_trace()
        if trace.claims != self.target.claims:
            # A counterexample says what it takes for granted of the store.
            trace = replace(trace, claims=self.target.claims)
        # Once it is known that calls hang, the others are of interest.
        with self._patience(CAME_BACK not in self.findings.failures):
            run = self._run(trace)
        self.findings.add(tier, run)
        if run.clause is not None and run.clause not in self.findings.failures:
            self._keep(tier, self._shortened(run, shortcut))
        self._progress(self.findings)
        return run

    def count(self, tier: str, steps: int) -> None:
        """Count a trace that agreed, and was run elsewhere."""
        self.budget.count_trace()
        self.findings.traces[tier] += 1
        self.findings.steps += steps
        self._progress(self.findings)

    def _shortened(self, run: Run, shortcut: Callable[[Run], Trace] | None) -> Run:
        if shortcut is None:
            return run
        attempted = self._run(shortcut(run))
        return attempted if attempted.clause == run.clause else run

    def _keep(self, tier: str, run: Run) -> None:
        best = run
        clause: str | None = None
        ends = self.budget.shortening_ends()

        def attempt(trace: Trace) -> Run | None:
            nonlocal best
            if self.budget.elapsed_seconds >= ends:
                raise BudgetSpentError
            if not needed_by(trace) <= self.target.capabilities:
                # Without its dag run, say, it would be another question.
                return None
            attempted = self._run(trace)
            if attempted.clause is None or clause not in {None, attempted.clause}:
                return None
            best = attempted
            return attempted

        with self._patience(run.came_back):
            with suppress(BudgetSpentError):
                without_pretext(run, attempt)
            clause = best.clause
            if clause is None or clause in self.findings.failures:
                return
            with suppress(BudgetSpentError):
                shorten(best, attempt)
        failure = self._confirmed(clause, tier, run, best)
        if failure is None:
            return
        self.findings.failures[clause] = failure
        if failure.repeated:
            self._blame_beside(failure)

    def _blame_beside(self, failure: Failure) -> None:
        """Keep the run for each clause that is broken as well: a twin of it conforms."""
        run = failure.run
        # What comes after the difference was never done.
        trace = run.trace.with_operations(run.trace.operations[: len(run.moments)])
        for twin_of, blamed_on in _TWINS:
            twin = twin_of(trace)
            if twin is not None and self._run(twin).clause is None:
                blamed = blamed_on(run)
                clause = blamed.differences[0].clause
                self.findings.failures.setdefault(clause, Failure(clause, failure.tier, blamed))

    def _confirmed(self, clause: str, tier: str, run: Run, best: Run) -> Failure | None:
        """Run the shortest trace once more; what hangs has to hang for the whole time.

        ``None`` where it breaks another clause this time, which is known to be broken: what was
        seen before was a consequence of that.
        """
        try:
            again = self._run(best.trace)
        except BudgetSpentError:
            return Failure(clause, tier, best if best.came_back else run)
        if again.clause != clause and again.clause in self.findings.failures:
            return None
        # By whichever clause: what fails again does not depend on chance.
        repeated = again.clause is not None
        return Failure(clause, tier, again if again.clause == clause else best, repeated)

    @contextmanager
    def _patience(self, patient: bool) -> Generator[None]:  # noqa: FBT001 - reads as a sentence
        with nullcontext() if patient else self._side_by_side.hurried():
            yield

    def _run(self, trace: Trace) -> Run:
        try:
            run = self._side_by_side.run(trace)
        except Exception as error:
            self.findings.engine_error = error
            raise EngineError from error
        self.findings.steps += len(run.moments)
        return run
