"""Judge every broken backend by the small universes alone, and say which they cannot show.

Prints tables in Markdown. Exit status 1 when a fault is not found though a universe has everything
that another tier needed to show it, and no reason is known.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator

from benchmarks.first_failure import first_shown, judged_to_the_first_failure
from benchmarks.outside_universes import outside_of_universes
from state_store_conformance.checking import CheckOptions
from state_store_conformance.target import Target
from state_store_conformance.tiers import TIERS
from state_store_spec.trace import Trace
from state_store_zoo.catalog import FAULTS
from tests.conformance import broken_around

BUDGET_SECONDS = 6.0
LARGER_BUDGET_SECONDS = 60.0
SHOWN_SECONDS = 20.0
WALKED = ("exhaustive",)
NOT_KNOWN = "**not known**"

# What a universe has and still cannot show, with the reason.
UNSEEN: dict[str, str] = {
    "gives-numbers": "a value that is a number",
    "leaves-a-method-open": "it is seen before any trace is run",
}


def main() -> int:
    """Judge, and print the page."""
    found: list[str] = []
    found_later: list[str] = []
    missed: dict[str, list[str]] = defaultdict(list)
    for name, make in faults():
        if counterexample(make(), BUDGET_SECONDS, WALKED) is not None:
            found.append(name)
        elif reason := UNSEEN.get(name) or outside(make):
            missed[reason].append(name)
        elif counterexample(make(), LARGER_BUDGET_SECONDS, WALKED) is not None:
            found_later.append(name)
        else:
            missed[NOT_KNOWN].append(name)
        sys.stderr.write(f"{name}\n")
    everything = len(found) + len(found_later) + sum(map(len, missed.values()))
    print(
        f"{everything} broken backends, those of the zoo and of "
        "`tests/conformance/broken_around.py`, walked through the small universes alone: "
        f"{len(found)} are found within {BUDGET_SECONDS:g} s each, and {len(found_later)} more "
        f"within {LARGER_BUDGET_SECONDS:g} s, which allow larger universes: {_named(found_later)}."
        "\n\nThe others, with what the shortest trace of another tier needs and no universe has, "
        "or none that the backend can be asked about:\n"
    )
    print("| what it takes | broken backends |\n| --- | --- |")
    for reason, names in sorted(missed.items()):
        print(f"| {reason} | {_named(names)} |")
    return int(NOT_KNOWN in missed)


def faults() -> Iterator[tuple[str, Callable[[], Target]]]:
    """Yield every fault by its name, with what makes the broken target."""
    for fault in FAULTS:
        yield fault.id, fault.make
    for around in broken_around.FAULTS:
        yield around.what, around.target


def outside(make: Callable[[], Target]) -> str:
    """Say what it takes to show a fault that no universe has."""
    trace = counterexample(make(), SHOWN_SECONDS)
    if trace is None:
        return ""
    with make() as target:
        capabilities = target.capabilities
    return outside_of_universes(trace, capabilities)


def counterexample(
    target: Target, budget_seconds: float, tiers: tuple[str, ...] = tuple(TIERS)
) -> Trace | None:
    """Give the first counterexample that is found; by default in any tier."""
    options = CheckOptions(budget_seconds=budget_seconds, tiers=tiers)
    broken = first_shown(judged_to_the_first_failure(target, options))
    return broken.counterexample.trace if broken and broken.counterexample else None


def _named(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.exit(main())
