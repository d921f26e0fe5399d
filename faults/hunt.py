"""Hunt for a fault in whichever reference package is found first, and print what came of it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

import state_store_reference
from state_store_conformance.clock import FrozenClock
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.operations import Operation
from tests.properties.chosen import chosen
from tests.properties.machine import run_machine
from tests.properties.pair import DisagreementError, Pair

STEPS = 50
EXAMPLES = 2_000


def main() -> int:
    """Run the stateful test on SQLite in memory; print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--package", type=Path, required=True, help="what has to be under test")
    parser.add_argument("--name", required=True, help="of the trace file")
    arguments = parser.parse_args()

    found = Path(state_store_reference.__file__).resolve().parent
    if found != arguments.package.resolve():
        sys.stderr.write(f"{found} is under test instead of {arguments.package}.\n")
        return 2

    with ReferenceMetastore() as target, FrozenClock() as clock:
        pair = Pair(target, clock)
        started = perf_counter()
        caught = False
        try:
            run_machine(pair, chosen(STEPS, EXAMPLES), arguments.name, seeds=[arguments.seed])
        except DisagreementError:
            caught = True
        elapsed = perf_counter() - started
    tally = pair.tally
    trace = tally.counterexample
    operations: tuple[Operation, ...] = () if trace is None else trace.operations
    report = {
        "caught": caught,
        "seconds_to_failure": tally.found_after_seconds,
        "seconds_with_shrinking": elapsed,
        "operations": len(operations),
        "counterexample": [operation.op for operation in operations],
        "clauses": sorted({difference.clause for difference in tally.differences}),
    }
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
