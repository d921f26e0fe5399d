"""The search for situation traces: ``python -m state_store_conformance.tiers.situation_search``.

Random traces are run on the oracle alone, and the first that reaches a situation is shortened.
It is run again when a situation is added or changed; the traces it has found already are kept as
long as they still reach what they are named after.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple, cast

import click
import hypothesis
from hypothesis import HealthCheck, Phase, given

from state_store_conformance.applicability import needed_by
from state_store_conformance.shortening import shorten
from state_store_conformance.side_by_side import Moment, Run
from state_store_conformance.strategies.traces import traces
from state_store_conformance.target import (
    ASYNC,
    DURABLE,
    KEEPS_EXPIRED,
    METASTORE_CAPABILITIES,
    NEVER_EXPIRE_PAIR,
    OWN_COLLECTION,
    OWN_EXPIRY,
    OWN_LIMITS,
    PROMPT_EXPIRY,
)
from state_store_conformance.tiers.random_traces import chunk_seed
from state_store_conformance.tiers.situation_traces import FOLDER, situation_traces
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.clause_files import situations_in_force
from state_store_spec.oracle import beginning, step
from state_store_spec.profiles import DEFAULT_PROFILE, Profile, find_profile
from state_store_spec.situations import SITUATIONS, no_past, situations_reached
from state_store_spec.trace import Observation, Trace
from state_store_spec.trace_files import write_trace

_CHUNK: Final = 500


def run_of_oracle(trace: Trace, profile: Profile, until: str | None = None) -> Run:
    """Run the trace on the oracle, to its end or until it reaches a situation."""
    run = Run(trace)
    world, past = beginning(trace), no_past()
    for operation in trace.operations:
        after, answer = step(world, operation, profile)
        reached, past = situations_reached(past, world, operation, after, answer, profile)
        run.moments.append(Moment(after, answer, Observation()))
        run.situations.update(reached)
        if until in reached:
            break
        world = after
    return run


class Kind(NamedTuple):
    """A kind of store that traces are searched for.

    Attributes:
        capabilities: what can be asked of it.
        claims: what its author promises.
        chunks: how many chunks of traces are looked at before it is given up.
    """

    capabilities: frozenset[str]
    claims: Claims = NO_CLAIMS
    chunks: int = 2


_EVERY_BACKEND: Final = frozenset({ASYNC, KEEPS_EXPIRED, NEVER_EXPIRE_PAIR, OWN_LIMITS})
_ENDING: Final = _EVERY_BACKEND - {KEEPS_EXPIRED} | {OWN_EXPIRY, PROMPT_EXPIRY}

KINDS: Final = (
    # What every backend can do comes first: its traces can be run everywhere.
    Kind(_EVERY_BACKEND, chunks=6),
    Kind(_EVERY_BACKEND | {DURABLE}),
    Kind(_EVERY_BACKEND, Claims(longest_key=251)),
    # What ends late has to be spared as well; what it does not reach, a prompt store does.
    Kind(_ENDING - {PROMPT_EXPIRY}, Claims(expiry="eventual"), chunks=4),
    Kind(_ENDING, Claims(expiry="prompt"), chunks=4),
    Kind(_EVERY_BACKEND | {OWN_COLLECTION}, Claims(expiry="lazy", collect="collect")),
    Kind(METASTORE_CAPABILITIES, chunks=1_000_000),
)


def search(
    profile: Profile,
    seconds: float,
    report: Callable[[str], None],
    wanted: AbstractSet[str] | None = None,
) -> dict[str, Trace]:
    """Give a short trace for each wanted situation, as far as they are found in that time.

    Without a wish it is every situation of the profile. Traces that were found before are kept,
    unless one is found that can be run on every backend and they cannot.
    """
    if wanted is None:
        wanted = frozenset(situations_in_force(profile.name))
    found = {
        name: trace
        for name, trace in situation_traces(profile.name)
        if name in wanted and run_of_oracle(trace, profile).situations[name]
    }
    ends = time.perf_counter() + seconds
    for kind in KINDS:
        for number in range(kind.chunks):
            missing = wanted - found.keys()
            if kind.capabilities == _EVERY_BACKEND and kind.claims == NO_CLAIMS:
                missing |= {name for name in found if not needed_by(found[name]) <= _EVERY_BACKEND}
            if not missing or time.perf_counter() > ends:
                break
            better = _searched(kind, profile, missing, number, ends)
            for name, trace in sorted(better.items()):
                report(f"{name}: {len(trace.steps)} steps")
            found |= better
    return found


def _searched(
    kind: Kind, profile: Profile, wanted: AbstractSet[str], number: int, ends: float
) -> dict[str, Trace]:
    """Look at one chunk of traces."""
    found: dict[str, Trace] = {}

    def look(drawn: Trace) -> None:
        if len(found) == len(wanted) or time.perf_counter() > ends:
            return
        trace = replace(drawn, claims=kind.claims)
        for name in (run_of_oracle(trace, profile).situations.keys() & wanted) - found.keys():
            shortest = _shortest(name, trace, profile, kind.capabilities)
            if shortest is not None:
                found[name] = shortest

    hypothesis.seed(chunk_seed(0, number))(
        hypothesis.settings(
            max_examples=_CHUNK,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        )(given(drawn=traces(profile=profile.name, capabilities=kind.capabilities))(look))
    )()
    return found


def _shortest(
    name: str, trace: Trace, profile: Profile, capabilities: frozenset[str]
) -> Trace | None:
    """Give the trace without what it does not need; ``None`` where it needs more than is there."""

    def attempt(shorter: Trace) -> Run | None:
        if not needed_by(shorter) <= capabilities:
            return None
        run = run_of_oracle(shorter, profile, until=name)
        return run if run.situations[name] else None

    if (first := attempt(trace)) is None:
        return None
    best = shorten(first, attempt)
    operations = best.trace.operations[: len(best.moments)]
    return Trace(
        title=SITUATIONS[name].sentence,
        profile=profile.name,
        claims=best.trace.claims,
        settings=best.trace.settings,
        universe=best.trace.universe,
        naming=best.trace.naming,
    ).with_operations(operations)


@click.command()
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True)
@click.option("--seconds", default=120.0, show_default=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(__file__).parent / FOLDER,
    show_default=True,
)
def main(*, profile: str, seconds: float, folder: Path) -> None:
    """Write a trace file for each situation."""
    law = find_profile(profile)
    folder /= law.name
    folder.mkdir(parents=True, exist_ok=True)
    found = search(law, seconds, click.echo)
    for file in folder.glob("*.json"):
        file.unlink()
    for name, trace in sorted(found.items()):
        write_trace(trace, folder / f"{name}.json")
    missing = sorted(set(situations_in_force(law.name)) - found.keys())
    click.echo(f"{len(found)} situations have a trace; none was found for: {missing or 'none'}")


if __name__ == "__main__":
    main()
