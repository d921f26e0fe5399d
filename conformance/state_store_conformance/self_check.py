"""The self-check: whether what makes the stores can be relied on, before any of them is judged.

A store that is not empty when it is fresh would be blamed for what somebody else has written.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from state_store_conformance.errors import BrokenFixtureError
from state_store_spec.answers import NoAnswer, Value
from state_store_spec.operations import (
    DeclaredDagRun,
    Get,
    Operation,
    Set,
    SymbolicTaskScope,
    Universe,
)
from state_store_spec.trace import Observation, Trace

_HERE: Final = SymbolicTaskScope(dag="self_check", run="run_1", task="task")
_WRITE: Final = Set(scope=_HERE, key="key", value="written by the self-check")
# Names that nothing was written under so far: what they show is this instance's own doing.
_UNTOUCHED: Final = SymbolicTaskScope(dag="self_check", run="run_1", task="another_task")
_UNTOUCHED_ELSEWHERE: Final = SymbolicTaskScope(dag="self_check", run="run_2", task="another_task")
_WRITE_UNTOUCHED: Final = Set(scope=_UNTOUCHED, key="another_key", value=_WRITE.value)
_FOUND: Final = Value("written by the self-check")


class Observing(Protocol):
    """Runs a trace without judging it."""

    def hurried(self) -> AbstractContextManager[None]:
        """Take a call for one that hangs much sooner, while it lasts."""
        ...

    def observed(self, trace: Trace) -> Sequence[Observation]:
        """Give what is observed of each step, as far as the trace goes."""
        ...


def check_fixture(target: Observing) -> None:
    """See whether a fresh store starts empty.

    Raises:
        BrokenFixtureError: it holds what an earlier store was given, and that is not because the
            backend takes one run for another.
    """
    within = _answers(target, _WRITE, Get(scope=_HERE, key="key"))
    if any(isinstance(answer, NoAnswer) for answer in within):
        # For which the traces have a clause, and more patience.
        return
    (fresh,) = _answers(target, Get(scope=_HERE, key="key"))[:1] or (None,)
    if fresh != _FOUND:
        return
    *_, other_run = _answers(
        target, _WRITE_UNTOUCHED, Get(scope=_UNTOUCHED_ELSEWHERE, key="another_key")
    )
    if other_run == _FOUND:
        # A fault of the backend, for which the traces have a clause.
        return
    raise BrokenFixtureError(
        "A fresh store is not empty: it gives what an earlier one was given, under another run "
        "id. Let the factory make an instance of its own each time, without caches or mocks that "
        "several share; nothing has to be wiped, as each trace has run ids and asset ids of its "
        "own."
    )


def _answers(target: Observing, *operations: Operation) -> list[object]:
    universe = Universe(
        dag_runs=tuple(
            DeclaredDagRun(dag=scope.dag, run=scope.run)
            for scope in (_UNTOUCHED, _UNTOUCHED_ELSEWHERE)
        )
    )
    trace = Trace(title="self-check", universe=universe).with_operations(operations)
    with target.hurried():
        return [observation.answer for observation in target.observed(trace)]
