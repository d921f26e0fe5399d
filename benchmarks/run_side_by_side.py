"""Measure the stateful test: side by side with SQLite in memory, and with a dictionary instead.

Both machines take the same steps, drawn from the same seeds, and everything is read back after
each step. Prints a table in Markdown; ``--json FILE`` writes the same numbers. Exit status 1 when
the bound is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar
from unittest.mock import patch

from state_store_conformance import side_by_side
from state_store_conformance.clock import FrozenClock
from state_store_conformance.strategies.around import CAPABILITIES_AROUND
from state_store_conformance.target import ASYNC, CAPABILITIES, Store, Target
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.answers import Answer, Answers, Raised, Refused, StoredRow
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.limits import METASTORE_LIMITS, Limits
from state_store_spec.operations import Operation
from state_store_spec.oracle import beginning, step, stored_rows
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.properties.chosen import chosen
from tests.properties.machine import run_machine
from tests.properties.pair import EVERYTHING_WRITTEN, Pair

CHUNKS: Final = 12
ROUNDS: Final = 5
BOUND: Final = 0.5

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# The dictionary is a store, and has nothing around it. Blocking calls alone: aiosqlite hands each
# call to a thread, which takes longer than all the rest of a step.
STORE_ALONE = frozenset(CAPABILITIES) - CAPABILITIES_AROUND - {ASYNC}


class Dictionary:
    """A store that is a dictionary: a second oracle, whose world stands for the database."""

    name = "dictionary"
    title = "a dictionary"
    capabilities: frozenset[str] = STORE_ALONE
    limits: Limits = METASTORE_LIMITS
    claims: Claims = NO_CLAIMS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def versions(self) -> Mapping[str, str]:
        """Give nothing: it has none."""
        return {}

    def start(self, trace: Trace) -> Self:
        """Forget everything."""
        self._profile = find_profile(trace.profile)
        self._world = beginning(trace.with_operations(EVERYTHING_WRITTEN))
        return self

    def apply(self, operation: Operation) -> Answer:
        """Do the operation now."""
        world = self._world._replace(now=datetime.now(UTC))
        self._world, answer = step(world, operation, self._profile)
        return _raising(answer)

    def stored(self) -> tuple[StoredRow, ...]:
        """Give every row."""
        return stored_rows(self._world)

    def close(self) -> None:
        """Nothing is open."""


_REFUSAL: Final = Raised(("ValueError", "Exception", "BaseException"), "refused")


def _raising(answer: Answer) -> Answer:
    """Give the answer of a store that raises where the oracle says that it has to."""
    if isinstance(answer, Answers):
        return Answers(
            tuple(_REFUSAL if isinstance(each, Refused) else each for each in answer.answers)
        )
    return _REFUSAL if isinstance(answer, Refused) else answer


class Stopwatch:
    """Adds up the seconds that parts of a step take."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def on(self, part: str, function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """Give the function, timed."""

        def timed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[part] += time.perf_counter() - start

        return timed

    @contextmanager
    def on_judging(self) -> Generator[None]:
        """Time the oracle, the comparison and the search for situations."""
        module = "state_store_conformance.side_by_side"
        parts = {
            "outcome": "oracle",
            "differences": "comparison",
            "situations_reached": "situations",
        }
        patches = [
            patch(f"{module}.{name}", self.on(part, getattr(side_by_side, name)))
            for name, part in parts.items()
        ]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()


class Watched:
    """A target whose stores are timed."""

    def __init__(self, target: Target, stopwatch: Stopwatch) -> None:
        self._target = target
        self.name, self.title = target.name, target.title
        self.capabilities, self.limits = target.capabilities, target.limits
        self.claims = target.claims
        self.versions = target.versions
        self._stopwatch = stopwatch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def start(self, trace: Trace) -> Store:
        """Start a store, timed as part of the store."""
        store = self._stopwatch.on("fresh store", self._target.start)(trace)
        return _WatchedStore(store, self._stopwatch)


class _WatchedStore:
    def __init__(self, store: Store, stopwatch: Stopwatch) -> None:
        self.apply = stopwatch.on("operation", store.apply)
        self.stored = stopwatch.on("read-back", store.stored)
        self.close = store.close


def run(target: Target, clock: FrozenClock) -> tuple[int, float]:
    """Run the machine; give its steps and seconds."""
    pair = Pair(target, clock)
    start = time.perf_counter()
    run_machine(pair, chosen(), "benchmark", seeds=range(CHUNKS))
    return pair.tally.steps, time.perf_counter() - start


def main() -> int:
    """Print the tables, write the file if one is asked for, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()

    speeds: dict[str, list[float]] = {"SQLite in memory": [], "a dictionary": []}
    shares: dict[str, dict[str, float]] = {}
    steps = 0
    with ReferenceMetastore(capabilities=STORE_ALONE) as metastore, FrozenClock() as clock:
        targets: dict[str, Target] = {"SQLite in memory": metastore, "a dictionary": Dictionary()}
        # In turn, so that a busy machine slows both alike.
        for _ in range(ROUNDS):
            for name, target in targets.items():
                steps, seconds = run(target, clock)
                speeds[name].append(steps / seconds)
        for name, target in targets.items():
            stopwatch = Stopwatch()
            with stopwatch.on_judging():
                steps, seconds = run(Watched(target, stopwatch), clock)
            rest = seconds - sum(stopwatch.seconds.values())
            spent = {**stopwatch.seconds, "Hypothesis and the rest": rest}
            shares[name] = {part: 1e6 * each / steps for part, each in spent.items()}

    # What disturbs a run only slows it down, so the best round says most.
    best = {name: max(each) for name, each in speeds.items()}
    ratio = best["SQLite in memory"] / best["a dictionary"]
    verdict = "met" if ratio >= BOUND else "MISSED"
    print(f"{steps} steps, the same on both sides; best of {ROUNDS} rounds in turn.\n")
    print("| machine | steps per second | of the dictionary | at least | |")
    print("| --- | ---: | ---: | ---: | --- |")
    print(f"| a dictionary | {best['a dictionary']:,.0f} | 1 | | |")
    print(
        f"| SQLite in memory | {best['SQLite in memory']:,.0f} | {ratio:.2f} | {BOUND} "
        f"| {verdict} |"
    )
    print("\nWhere the time goes, in microseconds of a step, with stopwatches in place:\n")
    print("| part | SQLite in memory | a dictionary |\n| --- | ---: | ---: |")
    for part in shares["SQLite in memory"]:
        print(
            f"| {part} | {shares['SQLite in memory'][part]:.0f} "
            f"| {shares['a dictionary'].get(part, 0):.0f} |"
        )
    if arguments.json:
        result = {"speeds": best, "ratio": ratio, "verdict": verdict, "parts": shares}
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return int(verdict == "MISSED")


if __name__ == "__main__":
    sys.exit(main())
