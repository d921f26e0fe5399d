"""A clause in full, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from state_store_conformance.terminal import trace_table
from state_store_spec.clause import NEEDS, Clause
from state_store_spec.oracle import beginning, step, stored_objects
from state_store_spec.oracle.accessors import crossing
from state_store_spec.profiles import find_profile
from state_store_spec.situations import SITUATIONS
from state_store_spec.trace import Observation, Step, Trace

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def print_clause(clause: Clause, console: Console) -> None:
    """Print the clause, what it rests on, its examples with the oracle's answers, its tests."""
    for part in _parts(clause):
        console.print(part)


def _parts(clause: Clause) -> Iterator[RenderableType]:
    yield Text(f"{clause.id}  {clause.title}", style="bold")
    yield Text(f"{clause.chapter}; in force in {', '.join(clause.profiles)}", style="dim")
    yield from _words(clause)
    yield from _asked_and_shown(clause)
    for number, example in enumerate(_told_once(clause.examples), start=1):
        only = "" if _in_every_profile(clause, example) else f" (in {example.profile} alone)"
        title = f"{only}: {example.title}" if example.title else only
        yield _heading(f"Example {number}{title}")
        yield _indented(trace_table(_answered(example)))
    yield _heading("It is tested")
    for place in _tested(clause):
        yield _indented(Text(place))


def _told_once(examples: Iterable[Trace]) -> Iterator[Trace]:
    """Yield each example once, by the first profile that it is in force in."""
    seen: list[str] = []
    for example in examples:
        if example.title not in seen:
            seen.append(example.title)
            yield example


def _in_every_profile(clause: Clause, example: Trace) -> bool:
    told = {other.profile for other in clause.examples if other.title == example.title}
    return told == set(clause.profiles)


def _words(clause: Clause) -> Iterator[RenderableType]:
    yield Text()
    yield Text(clause.sentence)
    if clause.interpretation:
        yield Text()
        yield Text.assemble(("Interpretation: ", "bold"), clause.interpretation)
    for remark in clause.remarks:
        yield Text()
        yield Text(remark)
    if clause.quotes:
        yield _heading("The documentation says")
    for quote in clause.quotes:
        yield _indented(Text.assemble((f"“{quote.text}”", "italic"), f" ({quote.source})"))


def _asked_and_shown(clause: Clause) -> Iterator[RenderableType]:
    if clause.needs:
        yield _heading("It is asked of a target where")
        for need in clause.needs:
            yield _indented(Text(NEEDS[need]))
    if clause.situations:
        yield _heading("It is shown where these moments are reached")
        for name in clause.situations:
            found = SITUATIONS.get(name)
            yield _indented(Text(f"{name}: {found.sentence if found else 'not recognized'}"))


def _tested(clause: Clause) -> Iterator[str]:
    if clause.missing_operations:
        yield f"not yet: no trace can say {', '.join(clause.missing_operations)}"
    elif clause.testable:
        yield "by state-store check, in the tiers examples and random"
        yield "by the stateful tests in tests/properties"
    yield from clause.outside_traces
    yield f"the clause stands in {clause.source_file}, line {clause.source_line}"


def _answered(trace: Trace) -> Trace:
    """Give the trace with the oracle's answers as its expectations.

    What crosses the boundary and what the worker keeps is there where the example speaks of it.
    """
    profile = find_profile(trace.profile)
    world = beginning(trace)
    steps: list[Step] = []
    for told in trace.steps:
        before, operation = world, told.operation
        world, answer = step(world, operation, profile)
        shown = told.expect or Observation()
        expect = Observation(
            answer=answer,
            objects=None if shown.objects is None else stored_objects(world),
            crossed=None if shown.crossed is None else crossing(before, operation, answer, profile),
        )
        steps.append(Step(operation=operation, expect=expect))
    return Trace(
        title=trace.title,
        profile=trace.profile,
        start=trace.start,
        settings=trace.settings,
        universe=trace.universe,
        naming=trace.naming,
        steps=tuple(steps),
    )


def _heading(text: str) -> RenderableType:
    return Padding(Text(text, style="bold"), (1, 0, 0, 0))


def _indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2))
