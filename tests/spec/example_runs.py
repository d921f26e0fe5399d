"""Examples run on an oracle: what each step is expected to show beside what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import state_store_spec.oracle as intact_oracle
import state_store_spec.oracle.accessors as intact_accessors
import state_store_spec.profiles as intact_profiles
from state_store_spec.trace import Trace


@dataclass(frozen=True)
class Oracle:
    """The functions of an oracle, intact or broken on purpose."""

    beginning: Callable[..., Any]
    step: Callable[..., Any]
    stored_rows: Callable[..., Any]
    stored_objects: Callable[..., Any]
    crossing: Callable[..., Any]
    find_profile: Callable[..., Any]


INTACT = Oracle(
    intact_oracle.beginning,
    intact_oracle.step,
    intact_oracle.stored_rows,
    intact_oracle.stored_objects,
    intact_accessors.crossing,
    intact_profiles.find_profile,
)


@dataclass(frozen=True)
class Shown:
    """One expectation of an example, and what the oracle shows instead or alike."""

    step: int
    subject: str
    expected: object
    actual: object


def shown_by(oracle: Oracle, trace: Trace) -> Iterator[Shown]:
    """Run the trace, and yield every expectation with what the oracle shows."""
    profile = oracle.find_profile(trace.profile)
    world = oracle.beginning(trace)
    for number, step in enumerate(trace.steps, start=1):
        before = world
        world, answer = oracle.step(world, step.operation, profile)
        if step.expect is None:
            continue
        if step.expect.answer is not None:
            yield Shown(number, "answer", step.expect.answer, answer)
        if step.expect.stored is not None:
            yield Shown(number, "stored", step.expect.stored, oracle.stored_rows(world))
        if step.expect.objects is not None:
            yield Shown(number, "objects", step.expect.objects, oracle.stored_objects(world))
        if step.expect.crossed is not None:
            crossed = oracle.crossing(before, step.operation, answer, profile)
            yield Shown(number, "crossed", step.expect.crossed, crossed)


def broken_expectations(oracle: Oracle, trace: Trace) -> list[Shown]:
    """Return the expectations that the oracle does not meet; an error is one of them."""
    try:
        return [shown for shown in shown_by(oracle, trace) if shown.expected != shown.actual]
    except Exception as error:  # noqa: BLE001 - a broken oracle may break in any way
        return [Shown(0, "error", None, error)]
