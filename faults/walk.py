"""Walk small universes with whichever reference package is found first; print what came of it.

Nothing is drawn, so a fault that is caught once is caught always, by the same transition.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

import state_store_reference
from state_store_conformance.clock import FrozenClock
from state_store_conformance.exhaustive.graph import Graph, enumerated
from state_store_conformance.exhaustive.tour import shortest, tour
from state_store_conformance.exhaustive.universes import UNIVERSES
from state_store_conformance.side_by_side import Run, SideBySide
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile

LARGEST = 130_000


def first_difference(side_by_side: SideBySide, graph: Graph) -> Run | None:
    """Walk until something differs; give the run that shows it, as short as a way to it can be."""
    for leg in tour(graph):
        run = side_by_side.run(leg.trace(graph))
        if run.differences:
            again = side_by_side.run(shortest(graph, leg.taken[len(run.moments) - 1]))
            return again if again.differences else run
    return None


def main() -> int:
    """Walk the universes, the small ones first, until one of them differs; print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="what has to be under test")
    arguments = parser.parse_args()

    found = Path(state_store_reference.__file__).resolve().parent
    if found != arguments.package.resolve():
        sys.stderr.write(f"{found} is under test instead of {arguments.package}.\n")
        return 2

    report: dict[str, object] = {
        "caught": False,
        "universe": "",
        "operations": 0,
        "counterexample": [],
        "clauses": [],
    }
    started = perf_counter()
    with ReferenceMetastore() as target, FrozenClock() as clock:
        side_by_side = SideBySide(target, clock, find_profile(DEFAULT_PROFILE))
        for universe in sorted(UNIVERSES.values(), key=lambda universe: universe.transitions):
            if universe.transitions > LARGEST:
                break
            run = first_difference(side_by_side, enumerated(universe, side_by_side.profile, target))
            if run is not None:
                operations = run.trace.operations[: len(run.moments)]
                report |= {
                    "caught": True,
                    "universe": universe.name,
                    "operations": len(operations),
                    "counterexample": [operation.op for operation in operations],
                    "clauses": sorted({difference.clause for difference in run.differences}),
                }
                break
    sys.stdout.write(json.dumps({**report, "seconds": perf_counter() - started}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
