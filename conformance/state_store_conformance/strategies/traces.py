"""The strategy of traces: a beginning, and what happens from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, cast

from hypothesis import strategies as st

from state_store_conformance.strategies.alphabets import drawn_from, weighted
from state_store_conformance.strategies.namings import namings
from state_store_conformance.strategies.openings import Opening, openings_from
from state_store_conformance.strategies.operations import EVERY_CAPABILITY, neighborhoods, programs
from state_store_conformance.strategies.surroundings import BATCH_SIZES, RETENTION_DAYS
from state_store_conformance.strategies.universes import PLAIN_UNIVERSE, UNIVERSES
from state_store_conformance.target import COLLECTION, REFERENTIAL, TASK_INSTANCES
from state_store_spec.operations import Operation, Universe
from state_store_spec.profiles import DEFAULT_PROFILE
from state_store_spec.settings import StateStoreSettings
from state_store_spec.trace import Trace

MOST_OPERATIONS: Final = 40
MOST_AFTER_AN_OPENING: Final = 12

_BEGINS_WITH_AN_OPENING: Final = (False, False, False, True)


def traces(
    *,
    profile: str = DEFAULT_PROFILE,
    capabilities: frozenset[str] = EVERY_CAPABILITY,
    max_operations: int = MOST_OPERATIONS,
    openings: tuple[Opening, ...] = (),
) -> st.SearchStrategy[Trace]:
    """Draw a whole trace; no rule of the trace language is ever broken.

    Args:
        profile: the name of the profile that the trace is to be judged by.
        capabilities: names out of :data:`state_store_conformance.target.CAPABILITIES`: what the
            target cannot do is not drawn.
        max_operations: the most operations of a trace; it may have none.
        openings: one trace in four begins with one of these, if there are any, and goes on for a
            few operations.
    """
    plain = _traces(profile, capabilities, max_operations)
    if not openings:
        return plain
    opened = opened_traces(openings, profile=profile, capabilities=capabilities)
    return drawn_from(_BEGINS_WITH_AN_OPENING).flatmap(lambda opens: opened if opens else plain)


def opened_traces(
    openings: tuple[Opening, ...],
    *,
    profile: str = DEFAULT_PROFILE,
    capabilities: frozenset[str] = EVERY_CAPABILITY,
) -> st.SearchStrategy[Trace]:
    """Draw a trace that begins with one of the openings, and goes on near the same places."""
    drawn = openings_from(openings)

    @st.composite
    def trace(draw: st.DrawFn) -> Trace:
        opening = draw(drawn)
        program = programs(
            draw(drawn_from(opening.neighborhoods)),
            opening.trace.universe,
            capabilities=capabilities,
            profile=profile,
            max_operations=MOST_AFTER_AN_OPENING,
        )
        return recorded(opening.trace, (*opening.trace.operations, *draw(program)))

    return trace()


@cache
def _traces(
    profile: str, capabilities: frozenset[str], max_operations: int
) -> st.SearchStrategy[Trace]:
    focus = neighborhoods(capabilities=capabilities)

    @st.composite
    def trace(draw: st.DrawFn) -> Trace:
        beginning = draw(beginnings(profile=profile, capabilities=capabilities))
        program = programs(
            draw(focus),
            beginning.universe,
            capabilities=capabilities,
            profile=profile,
            max_operations=max_operations,
        )
        return recorded(beginning, draw(program))

    return trace()


@cache
def beginnings(
    *, profile: str = DEFAULT_PROFILE, capabilities: frozenset[str] = EVERY_CAPABILITY
) -> st.SearchStrategy[Trace]:
    """Draw a trace without steps: settings, universe, naming. Its symbols are always the same."""
    options: dict[str, st.SearchStrategy[Any]] = {}
    if COLLECTION in capabilities:
        options["default_retention_days"] = drawn_from(weighted(_weights(RETENTION_DAYS)))
        options["state_cleanup_batch_size"] = drawn_from(
            weighted(zip(BATCH_SIZES, (2, 1, 3, 1), strict=True))
        )
    if TASK_INSTANCES in capabilities:
        options["clear_on_success"] = drawn_from((False, True))
    return st.builds(
        Trace,
        profile=st.just(profile),
        settings=st.builds(StateStoreSettings, **options),
        universe=drawn_from(_universes(capabilities)),
        naming=namings(),
    )


def recorded(beginning: Trace, operations: Iterable[Operation]) -> Trace:
    """Return the trace of these operations, without the names of symbols that it never uses."""
    trace = beginning.with_operations(tuple(operations))
    used = set(_texts((trace.universe, trace.operations)))
    naming = {symbol: text for symbol, text in trace.naming.items() if symbol in used}
    return replace(trace, naming=naming)


def _weights(days: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    # With 0 nothing is collected by time, which a few traces are enough to see.
    return ((number, 1 if number == 0 else 3) for number in days)


def _universes(capabilities: frozenset[str]) -> tuple[Universe, ...]:
    return UNIVERSES if REFERENTIAL in capabilities else (PLAIN_UNIVERSE,)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
