"""Traces: settings, a universe and a list of steps, each with what may be observed.

A trace is the example in a clause, the golden file, the shrunk counterexample, the replay file
and the pinned regression test. :mod:`state_store_spec.trace_files` reads and writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from state_store_spec.answers import Answer, Reading, StoredObject, StoredRow
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.naming import NamedText, Naming, text_of
from state_store_spec.operations import (
    AccessorOperation,
    DataOperation,
    Operation,
    Transaction,
    Universe,
)
from state_store_spec.records import record
from state_store_spec.settings import StateStoreSettings
from state_store_spec.unions import ToldApartBy

TRACE_FORMAT: Final = "state-store-trace/1"

START: Final = datetime(2026, 1, 1, tzinfo=UTC)


@record()
class Observation:
    """What was seen of an operation; ``None`` is not stated.

    Attributes:
        answer: what it gave back.
        stored: every row that the store holds after it.
        read: what ``get`` gives after it, key by key, where no side door shows the rows.
        objects: everything that the worker-side store holds after it.
        crossed: the values that crossed the server boundary during it.
    """

    answer: Annotated[Answer, ToldApartBy("answer")] | None = None
    stored: tuple[StoredRow, ...] | None = None
    read: tuple[Reading, ...] | None = None
    objects: tuple[StoredObject, ...] | None = None
    crossed: tuple[str, ...] | None = None


@record()
class Step:
    """An operation, what must be observed, and, in a record of a run, what was."""

    operation: Annotated[Operation, ToldApartBy("op")]
    expect: Observation | None = None
    actual: Observation | None = None


@record()
class Trace:
    """A program for a state store.

    Attributes:
        format: the version of the trace language.
        title: one line for people.
        profile: the profile whose law the expectations state.
        claims: what the expectations take for granted of the store.
        start: the server's clock at the first step, with its zone.
        settings: the settings in force at the first step.
        universe: the dag runs and assets of the trace.
        naming: the texts that symbols stand for; a symbol that is not named stands for itself.
        steps: what happens, in order.
    """

    format: Literal["state-store-trace/1"] = TRACE_FORMAT
    title: str = ""
    profile: str = "pr-67299"
    claims: Claims = NO_CLAIMS
    start: datetime = START
    settings: StateStoreSettings = field(default_factory=StateStoreSettings)
    universe: Universe = field(default_factory=Universe)
    naming: Naming = field(default_factory=dict[str, NamedText])
    steps: tuple[Step, ...] = ()

    def with_operations(self, operations: tuple[Operation, ...]) -> Trace:
        """Return the trace with these operations and no expectations."""
        return replace(self, steps=tuple(Step(operation=operation) for operation in operations))

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of the steps."""
        return tuple(step.operation for step in self.steps)

    def calls(self) -> Iterator[DataOperation | AccessorOperation]:
        """Yield every call of a backend or an accessor, those inside transactions included."""
        for operation in self.operations:
            if isinstance(operation, Transaction):
                yield from operation.operations
            elif isinstance(operation, DataOperation | AccessorOperation):
                yield operation

    def text(self, symbol: str) -> str:
        """Return the text that a symbol of this trace stands for."""
        return text_of(self.naming, symbol)
