"""The bench: where every tier brings its traces to be judged, counted and made short."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from state_store_conformance.blocking_twin import blamed_on_async, blocking_twin
from state_store_conformance.budget import Budget, BudgetSpentError
from state_store_conformance.findings import Failure, Findings
from state_store_conformance.shortening import shorten, without_pretext
from state_store_conformance.side_by_side import Run, SideBySide
from state_store_spec.trace import Trace


class EngineError(BaseException):
    """The engine broke. No ``Exception``, so that Hypothesis does not take it for a failure."""


class Bench:
    """Runs traces within a budget and remembers what they show.

    Args:
        side_by_side: runs a trace.
        budget: is asked before each trace.
        progress: is told after each trace.
    """

    def __init__(
        self,
        side_by_side: SideBySide,
        budget: Budget,
        progress: Callable[[Findings], None] = lambda _: None,
    ) -> None:
        self.target = side_by_side.target
        self.profile = side_by_side.profile
        self.budget = budget
        self.findings = Findings()
        self._side_by_side = side_by_side
        self._progress = progress

    def judge(self, tier: str, trace: Trace) -> Run:
        """Run a trace and count it; keep the counterexample of a clause that was whole so far.

        Traces that break a clause which is known to be broken end there and are not looked at
        any more, so that others can still be found.

        Raises:
            BudgetSpentError: there is no time or no trace left.
            EngineError: not the target broke.
        """
        if self.budget.spent:
            raise BudgetSpentError
        self.budget.count_trace()
        run = self._run(trace)
        self.findings.add(tier, run)
        if run.clause is not None and run.clause not in self.findings.failures:
            self._keep(tier, run)
        self._progress(self.findings)
        return run

    def _keep(self, tier: str, run: Run) -> None:
        best = run
        clause: str | None = None
        ends = self.budget.shortening_ends()

        def attempt(trace: Trace) -> Run | None:
            nonlocal best
            if self.budget.elapsed_seconds >= ends:
                raise BudgetSpentError
            attempted = self._run(trace)
            if attempted.clause is None or clause not in {None, attempted.clause}:
                return None
            best = attempted
            return attempted

        with suppress(BudgetSpentError):
            without_pretext(run, attempt)
        clause = best.clause
        if clause is None or clause in self.findings.failures:
            return
        with suppress(BudgetSpentError):
            shorten(best, attempt)
        again = self._run(best.trace)
        repeated = again.clause == clause
        kept = again if repeated else best
        self.findings.failures[clause] = Failure(clause, tier, kept, repeated)
        twin = blocking_twin(kept.trace)
        if twin is not None and repeated and self._run(twin).clause is None:
            blamed = blamed_on_async(kept)
            async_clause = blamed.differences[0].clause
            failure = Failure(async_clause, tier, blamed)
            self.findings.failures.setdefault(async_clause, failure)

    def _run(self, trace: Trace) -> Run:
        try:
            run = self._side_by_side.run(trace)
        except Exception as error:
            self.findings.engine_error = error
            raise EngineError from error
        self.findings.steps += len(run.moments)
        return run
