"""Consuming: golden files on a target, each step compared with what the file expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

from state_store_conformance.errors import UsageError
from state_store_conformance.golden.golden_file import GoldenFile
from state_store_conformance.side_by_side import Run
from state_store_conformance.target import Target
from state_store_conformance.watched import WatchedTarget
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Observation


@dataclass(slots=True)
class Consumed:
    """What came of a golden file.

    Attributes:
        golden: the file.
        agreed: how many of its traces the target agrees with.
        left_out: how many of them need what the target does not offer.
        differing: the run of each trace that differs.
    """

    golden: GoldenFile
    agreed: int = 0
    left_out: int = 0
    differing: list[Run] = field(default_factory=list[Run])


def consumed(target: Target, files: Iterable[GoldenFile], profile: str) -> Iterator[Consumed]:
    """Run the traces of each file on the target.

    Args:
        target: is entered and left in a child process.
        files: are of one profile.
        profile: its name.

    Raises:
        UsageError: a file expects what the law of this version does not.
    """
    with WatchedTarget(target, find_profile(profile)) as watched:
        capabilities = watched.target.capabilities
        for golden in files:
            outcome = Consumed(golden)
            for number, one in enumerate(golden.traces, start=1):
                if not set(one.needs) <= capabilities:
                    outcome.left_out += 1
                    continue
                run = watched.run(one.trace)
                _check_expectations(golden, number, run)
                if run.differences:
                    outcome.differing.append(run)
                else:
                    outcome.agreed += 1
            yield outcome


def _check_expectations(golden: GoldenFile, number: int, run: Run) -> None:
    """Compare what the file expects with what the target was judged by, as far as both say it."""
    for position, (step, moment) in enumerate(
        zip(run.trace.steps, run.moments, strict=False), start=1
    ):
        conforming = moment.conforming()
        for name in (part.name for part in fields(Observation)):
            stated = getattr(step.expect, name, None)
            judged_by = getattr(conforming, name)
            if stated is not None and judged_by is not None and stated != judged_by:
                raise UsageError(
                    f"{golden.subject}, trace {number}, step {position}: the file expects "
                    f"{name} to be {stated!r}, and the law of this version {judged_by!r}. "
                    "Fill the golden traces again: state-store golden fill."
                )
