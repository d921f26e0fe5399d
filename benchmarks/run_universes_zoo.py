"""Judge every broken backend by the small universes alone, and say which they cannot show.

Prints tables in Markdown. Exit status 1 when a fault is not found though a universe has everything
that another tier needed to show it, and no reason is known.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

from benchmarks.first_failure import first_shown, judged_to_the_first_failure
from benchmarks.outside_universes import lacking_of_universes
from state_store_conformance.checking import CheckOptions
from state_store_conformance.target import Target
from state_store_spec.trace import Trace
from state_store_zoo.catalog import FAULTS
from tests.conformance import broken_around

BUDGET_SECONDS = 6.0
LARGER_BUDGET_SECONDS = 60.0
NAMED_BUDGET_SECONDS = 300.0
ALONE_BUDGET_SECONDS = 240.0
SHOWN_SECONDS = 20.0
WALKED = ("exhaustive",)
SOON, LATER, BY_NAME, ALONE = "soon", "later", "by name", "alone"
NOT_KNOWN = "**not known**"

# What a universe has and still cannot show, with the reason.
UNSEEN: dict[str, str] = {
    "gives-numbers": "a value that is a number",
    "leaves-a-method-open": "it is seen before any trace is run",
}


def main() -> int:
    """Judge, and print the page."""
    outcomes: dict[str, list[str]] = defaultdict(list)
    named = list(faults())
    # A fault is judged by processes of its own, most of which wait for one another.
    with ProcessPoolExecutor(max_workers=2) as pool:
        judged = list(pool.map(outcome_of, range(len(named))))
    for (name, make), outcome in zip(named, judged, strict=True):
        # Two at a time have half the time each: what was not found is looked for once more, alone.
        alone = outcome == NOT_KNOWN and counterexample(make(), ALONE_BUDGET_SECONDS) is not None
        outcomes[ALONE if alone else outcome].append(name)
    kinds = (SOON, LATER, BY_NAME, ALONE)
    found, found_later, found_there, found_alone = (outcomes.pop(kind, []) for kind in kinds)
    walked = sum(map(len, (found, found_later, found_there, found_alone)))
    print(
        f"{walked + sum(map(len, outcomes.values()))} broken backends, those of the zoo and of "
        "`tests/conformance/broken_around.py`, walked through the small universes alone: "
        f"{len(found)} are found within {BUDGET_SECONDS:g} s each, and {len(found_later)} more "
        f"within {LARGER_BUDGET_SECONDS:g} s, which allow larger universes: {_named(found_later)}. "
        f"{len(found_there)} more lie in the largest universes, which were asked for by name, with "
        f"up to {NAMED_BUDGET_SECONDS:g} s: {_named(found_there)}. {len(found_alone)} were found "
        f"when they were judged once more, alone and with {ALONE_BUDGET_SECONDS:g} s: "
        f"{_named(found_alone) or 'none'}."
        "\n\nThe others, with what the shortest trace of another tier needs and no universe has, "
        "or none that the backend can be asked about:\n"
    )
    print("| what it takes | broken backends |\n| --- | --- |")
    for reason, names in sorted(outcomes.items()):
        print(f"| {reason} | {_named(names)} |")
    return int(NOT_KNOWN in outcomes)


def outcome_of(number: int) -> str:
    """Say when a fault is found in the small universes, or what it takes that none has."""
    name, make = list(faults())[number]
    sys.stderr.write(f"{name}\n")
    if counterexample(make(), BUDGET_SECONDS) is not None:
        return SOON
    if name in UNSEEN:
        return UNSEEN[name]
    reason, universes = shown_elsewhere(make)
    if reason:
        return reason
    if counterexample(make(), LARGER_BUDGET_SECONDS) is not None:
        return LATER
    if universes and counterexample(make(), NAMED_BUDGET_SECONDS, universes) is not None:
        return BY_NAME
    return NOT_KNOWN


def faults() -> Iterator[tuple[str, Callable[[], Target]]]:
    """Yield every fault by its name, with what makes the broken target."""
    for fault in FAULTS:
        yield fault.id, fault.make
    for around in broken_around.FAULTS:
        yield around.what, around.target


def shown_elsewhere(make: Callable[[], Target]) -> tuple[str, tuple[str, ...]]:
    """Say what it takes to show a fault that no universe has, or name those that have it all."""
    trace = counterexample_of(make(), CheckOptions(budget_seconds=SHOWN_SECONDS))
    if trace is None:
        return "", ()
    with make() as target:
        lacking = lacking_of_universes(trace, target.capabilities)
    nearest = min(lacking.values(), key=lambda lack: (len(lack), sorted(lack)))
    return ", ".join(sorted(nearest)), tuple(name for name, lack in lacking.items() if not lack)


def counterexample(
    target: Target, budget_seconds: float, universes: tuple[str, ...] = ()
) -> Trace | None:
    """Give the first counterexample that is met in the small universes, or in the named."""
    options = CheckOptions(budget_seconds=budget_seconds, tiers=WALKED, universes=universes)
    return counterexample_of(target, options)


def counterexample_of(target: Target, options: CheckOptions) -> Trace | None:
    """Give the first counterexample that is found."""
    broken = first_shown(judged_to_the_first_failure(target, options))
    return broken.counterexample.trace if broken and broken.counterexample else None


def _named(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.exit(main())
