"""The search for situation traces: ``python -m state_store_conformance.tiers.situation_search``.

Random traces are run on the oracle alone, and the first that reaches a situation is shortened.
It is run again when a situation is added or changed; the traces it has found already are kept as
long as they still reach what they are named after.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from itertools import count
from pathlib import Path
from typing import Final, cast

import click
import hypothesis
from hypothesis import HealthCheck, Phase, given

from state_store_conformance.shortening import shorten
from state_store_conformance.side_by_side import Moment, Run
from state_store_conformance.strategies.traces import traces
from state_store_conformance.target import METASTORE_CAPABILITIES
from state_store_conformance.tiers.random_traces import chunk_seed
from state_store_conformance.tiers.situation_traces import FOLDER, situation_traces
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


def search(
    profile: Profile,
    seconds: float,
    report: Callable[[str], None],
    wanted: AbstractSet[str] | None = None,
) -> dict[str, Trace]:
    """Give a short trace for each wanted situation, as far as they are found in that time.

    Without a wish it is every situation of the profile that no claim of an author is needed for.
    """
    if wanted is None:
        wanted = frozenset(situations_in_force(profile.name, METASTORE_CAPABILITIES))
    found = {
        name: trace
        for name, trace in situation_traces(profile.name)
        if name in wanted and run_of_oracle(trace, profile).situations[name]
    }
    ends = time.perf_counter() + seconds
    drawn = traces(profile=profile.name)

    def look(trace: Trace) -> None:
        if len(found) == len(wanted) or time.perf_counter() > ends:
            return
        for name in (run_of_oracle(trace, profile).situations.keys() & wanted) - found.keys():
            found[name] = _shortest(name, trace, profile)
            report(f"{name}: {len(found[name].steps)} steps")

    for number in count():
        if len(found) == len(wanted) or time.perf_counter() > ends:
            return found
        hypothesis.seed(chunk_seed(0, number))(
            hypothesis.settings(
                max_examples=_CHUNK,
                database=None,
                deadline=None,
                phases=(Phase.generate,),
                suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
            )(given(trace=drawn)(look))
        )()
    raise AssertionError("count() does not end")


def _shortest(name: str, trace: Trace, profile: Profile) -> Trace:
    def attempt(shorter: Trace) -> Run | None:
        run = run_of_oracle(shorter, profile, until=name)
        return run if run.situations[name] else None

    best = shorten(run_of_oracle(trace, profile, until=name), attempt)
    operations = best.trace.operations[: len(best.moments)]
    return Trace(
        title=SITUATIONS[name].sentence,
        profile=profile.name,
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
    missing = sorted(set(situations_in_force(law.name, METASTORE_CAPABILITIES)) - found.keys())
    click.echo(f"{len(found)} situations have a trace; none was found for: {missing or 'none'}")


if __name__ == "__main__":
    main()
