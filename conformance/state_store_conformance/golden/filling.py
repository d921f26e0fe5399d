"""Filling: golden traces, generated from the law and its oracle alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, get_args

from state_store_conformance.applicability import needed_by
from state_store_conformance.exhaustive.described_metastore import DescribedMetastore
from state_store_conformance.exhaustive.graph import enumerated
from state_store_conformance.exhaustive.tour import tour
from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_conformance.golden.golden_file import GoldenFile, GoldenTrace
from state_store_conformance.tiers.situation_traces import situation_traces
from state_store_spec.claims import NO_CLAIMS
from state_store_spec.clause import Clause
from state_store_spec.clause_files import load_clauses
from state_store_spec.operations import AccessorOperation, ConfigureWorkerBackend, ListKeys
from state_store_spec.oracle import beginning, step, stored_objects, stored_rows
from state_store_spec.oracle.accessors import crossing
from state_store_spec.profiles import Profile
from state_store_spec.trace import Observation, Step, Trace

TOURED: Final = ("places-1", "retention-1")
"""The smallest universes, of what a store is asked to keep and for how long."""

_CROSSING: Final = (*get_args(AccessorOperation), ListKeys)


def filled(profile: Profile) -> Iterator[GoldenFile]:
    """Yield the golden file of each clause that a trace can show, and those of the tours."""
    traces = dict(situation_traces(profile.name))
    for clause in load_clauses(profile.name):
        if clause.testable:
            yield _of_clause(clause, traces, profile)
    for name in TOURED:
        yield _of_universe(name, profile)


def with_expectations(trace: Trace, profile: Profile) -> Trace:
    """Give the trace with what must be observed at each step, as far as a metastore shows it."""
    world = beginning(trace)
    steps: list[Step] = []
    has_worker_side = False
    for operation in trace.operations:
        after, answer = step(world, operation, profile)
        has_worker_side = has_worker_side or isinstance(operation, ConfigureWorkerBackend)
        expected = Observation(
            answer=answer,
            stored=stored_rows(after),
            objects=stored_objects(after) if has_worker_side else None,
            crossed=crossing(world, operation, answer, profile)
            if isinstance(operation, _CROSSING)
            else None,
        )
        steps.append(Step(operation=operation, expect=expected))
        world = after
    return replace(trace, profile=profile.name, steps=tuple(steps))


def _of_clause(clause: Clause, traces: dict[str, Trace], profile: Profile) -> GoldenFile:
    """Give the shortest trace for each situation; where one has none, the examples of the clause.

    Claims leave a store choices, of which the oracle alone would state one; examples state by hand
    what may be observed.
    """
    found = [
        _golden(with_expectations(traces[situation], profile), situation)
        for situation in clause.situations
        if situation in traces and traces[situation].claims == NO_CLAIMS
    ]
    if len(found) < len(clause.situations) or not found:
        found += [
            _golden(example, f"example {number}")
            for number, example in enumerate(clause.examples, start=1)
        ]
    return GoldenFile(
        profile=profile.name,
        subject=clause.id,
        title=f"{clause.title}: {clause.sentence}",
        traces=tuple(found),
    )


def _of_universe(name: str, profile: Profile) -> GoldenFile:
    universe = UNIVERSES[name]
    graph = enumerated(universe, profile, DescribedMetastore())
    return GoldenFile(
        profile=profile.name,
        subject=name,
        title=f"all {graph.size} transitions of universe {name}: {universe.title}",
        traces=tuple(_golden(with_expectations(leg.trace(graph), profile)) for leg in tour(graph)),
    )


def _golden(trace: Trace, *shows: str) -> GoldenTrace:
    return GoldenTrace(shows=shows, needs=tuple(sorted(needed_by(trace))), trace=trace)
