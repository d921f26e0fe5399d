"""Runs of a worker-side backend of somebody's own: behind accessors, beside the reference's server.

What a worker-side backend does shows in what its hooks are given and give, so a server has to
stand behind it. Only traces in which a task uses its accessors say something of it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from functools import cache

from state_store_conformance.side_by_side import Run
from state_store_conformance.target import WORKER_SIDE
from state_store_conformance.watched import WatchedTarget
from state_store_conformance.watched.messages import Facts
from state_store_spec.clause_files import load_clauses
from state_store_spec.operations import AccessorOperation, ConfigureWorkerBackend
from state_store_spec.profiles import Profile
from state_store_spec.trace import Trace


class WorkerSideRuns:
    """Runs traces with the worker-side backend configured, and counts what says something of it.

    Args:
        watched: is entered, and has a server to host the backend.
        hosted: what the server says of itself.
    """

    def __init__(self, watched: WatchedTarget, hosted: Facts) -> None:
        self.target = hosted
        self._watched = watched

    @property
    def profile(self) -> Profile:
        """The law."""
        return self._watched.profile

    def run(self, trace: Trace) -> Run:
        """Run the trace, if a task uses its accessors in it; otherwise give a run without steps."""
        operations = trace.operations
        if not any(isinstance(operation, AccessorOperation) for operation in operations):
            return Run(trace)
        if not any(isinstance(operation, ConfigureWorkerBackend) for operation in operations):
            trace = trace.with_operations((ConfigureWorkerBackend(on=True), *operations))
        run = self._watched.run(trace)
        of_hooks = _situations_of_hooks(self.profile.name)
        run.situations = Counter(
            {name: count for name, count in run.situations.items() if name in of_hooks}
        )
        return run

    def hurried(self) -> AbstractContextManager[None]:
        """Take a call for one that hangs much sooner, while it lasts."""
        return self._watched.hurried()


@cache
def _situations_of_hooks(profile: str) -> frozenset[str]:
    return frozenset(
        situation
        for clause in load_clauses(profile)
        if WORKER_SIDE in clause.needs
        for situation in clause.situations
    )
