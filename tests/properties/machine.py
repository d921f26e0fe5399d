"""The state machine: thin around the one strategy of operations."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import ClassVar

from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from state_store_conformance.strategies import beginnings, neighborhoods, operations
from state_store_conformance.strategies.scopes import Neighborhood
from state_store_spec.operations import Operation
from state_store_spec.trace import Trace
from state_store_spec.trace_files import trace_schema, write_trace
from tests.properties.pair import DisagreementError, Pair, Tally

# Made once, and not under a frozen clock, whose datetime pydantic does not know.
trace_schema()

TRACES = Path(".state-store") / "traces"


class StateStoreMachine(RuleBasedStateMachine):
    """The oracle and a target side by side; every row is read back after every step."""

    pair: ClassVar[Pair]

    @initialize(
        beginning=beginnings(), neighborhood=st.runner().flatmap(attrgetter("neighborhoods"))
    )
    def begin(self, beginning: Trace, neighborhood: Neighborhood) -> None:
        """Start in one of the universes, and keep to one of the neighborhoods."""
        self.operations = operations(
            neighborhood, beginning.universe, capabilities=self.pair.target.capabilities
        )
        self.pair.begin(beginning)

    @property
    def neighborhoods(self) -> st.SearchStrategy[Neighborhood]:
        """The neighborhoods that the target can tell apart."""
        return neighborhoods(capabilities=self.pair.target.capabilities)

    @rule(operation=st.runner().flatmap(attrgetter("operations")))
    def take(self, operation: Operation) -> None:
        """Take one step on both sides."""
        self.pair.step(operation)

    def teardown(self) -> None:
        """Close the store of this run."""
        self.pair.end()


def run_machine(pair: Pair, chosen: settings, name: str, *, seeds: Iterable[int] = (0,)) -> Tally:
    """Run the machine once for each seed, until one of the runs fails.

    Args:
        pair: the two that are compared.
        chosen: the settings of Hypothesis for each run.
        name: of the trace file that a disagreement ends as.
        seeds: of Hypothesis.

    Raises:
        DisagreementError: the smallest that Hypothesis found; its note says how to run it again.
    """
    for number in seeds:
        # A class of its own each time, because the seed is kept on the class.
        machine = seed(number)(type("StateStoreMachine", (StateStoreMachine,), {"pair": pair}))
        with _counterexample_kept(pair, name):
            run_state_machine_as_test(machine, settings=chosen)
    return pair.tally


def run_traces(
    pair: Pair, drawn: st.SearchStrategy[Trace], chosen: settings, name: str, *, seed_of_run: int
) -> None:
    """Run whole traces as a machine runs its steps.

    Args:
        pair: the two that are compared.
        drawn: the traces.
        chosen: the settings of Hypothesis.
        name: of the trace file that a disagreement ends as.
        seed_of_run: of Hypothesis.

    Raises:
        DisagreementError: the smallest that Hypothesis found; its note says how to run it again.
    """

    @seed(seed_of_run)
    @chosen
    @given(trace=drawn)
    def run(trace: Trace) -> None:
        pair.begin(trace.with_operations(()))
        try:
            for operation in trace.operations:
                pair.step(operation)
        finally:
            pair.end()

    with _counterexample_kept(pair, name):
        run()


@contextmanager
def _counterexample_kept(pair: Pair, name: str) -> Generator[None]:
    try:
        yield
    except DisagreementError as error:
        if pair.tally.counterexample is not None:
            error.add_note(kept(pair.tally.counterexample, name, pair.target.name))
        raise


def kept(trace: Trace, name: str, target: str) -> str:
    """Write the trace to a file; give the sentence that says where, and how to run it again."""
    TRACES.mkdir(parents=True, exist_ok=True)
    file = TRACES / f"{name}.json"
    write_trace(trace, file)
    return (
        f"{len(trace.steps)} operations, kept in {file}\n"
        f"Run them again: state-store replay {file} --target '{target}'"
    )
