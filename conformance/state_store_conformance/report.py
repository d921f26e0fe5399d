"""The report of a run, as frozen data with a published schema."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from state_store_conformance.applicability import Obstacle
from state_store_conformance.deviations.entries import Deviation
from state_store_conformance.deviations.matching import KnownDeviation
from state_store_spec.clause import Need
from state_store_spec.records import record
from state_store_spec.trace import Trace

REPORT_FORMAT: Final = "state-store-report/1"

Verdict: TypeAlias = Literal["PASS", "FAIL", "INCONCLUSIVE", "ERROR"]
"""What is said of a target: it conforms, it does not, nobody knows, the engine broke."""

ClauseVerdict: TypeAlias = Literal[
    "PASS", "FAIL", "KNOWN DEVIATION", "INCONCLUSIVE", "NOT APPLICABLE", "ERROR"
]
"""What is said of a clause; a known deviation is broken as its author has listed it."""

EXIT_STATUS: Final[dict[Verdict, int]] = {"PASS": 0, "FAIL": 1, "ERROR": 2, "INCONCLUSIVE": 3}

Count: TypeAlias = Annotated[int, Field(ge=0)]


@record()
class SeenDifference:
    """One thing that was not as the law has it.

    Attributes:
        clause: the id of the clause that it breaks.
        subject: what was looked at.
        expected: what must be observed.
        actual: what was observed.
    """

    clause: str
    subject: str
    expected: str
    actual: str


@record()
class Counterexample:
    """The shortest program found that shows a broken clause.

    Attributes:
        trace: the program, with what was expected and observed at each step.
        differences: what differed at its last step.
        tier: where it came from.
        repeated: whether it failed again when the trace was run again.
        file: the trace file it was saved to, if it was.
        command: runs it again.
    """

    trace: Trace
    differences: tuple[SeenDifference, ...]
    tier: str
    repeated: bool
    file: str | None = None
    command: str | None = None


@record()
class ClauseReport:
    """What is said of one clause.

    Attributes:
        id: the id of the clause.
        chapter: the chapter it stands in.
        title: a few words.
        sentence: the normative sentence.
        source: the words of the documentation that it rests on.
        interpretation: why the clause reads those words as it does, where that is not plain.
        verdict: the verdict.
        reason: why it is not a plain pass; empty for one.
        obstacle: why it is not applicable, as a category.
        deviation: the entry of the deviations file that lists it.
        lacking: what the target does not offer that the clause needs, the most telling first.
        situations_reached: how often each of its situations was reached.
        situations_missing: those that were not reached.
        examples_passed: how many of its examples ran to their end.
        counterexample: shows that it is broken.
    """

    id: str
    chapter: str
    title: str
    sentence: str
    source: tuple[str, ...] = ()
    interpretation: str = ""
    verdict: ClauseVerdict
    reason: str = ""
    obstacle: Obstacle | None = None
    deviation: Deviation | None = None
    lacking: tuple[Need, ...] = ()
    situations_reached: dict[str, Count]
    situations_missing: tuple[str, ...] = ()
    examples_passed: Count = 0
    counterexample: Counterexample | None = None


@record()
class UniverseReport:
    """What was shown of a small universe.

    Attributes:
        name: the universe.
        title: what it asks about.
        states: how many states the oracle finds in it.
        transitions: how many transitions lead from them.
        shard: which part of them was to be taken, such as 1/1.
        transitions_of_shard: how many those are.
        agreed: how many were taken, with everything as the law has it.
        differing: how many were taken and differed; those behind them were not looked at.
    """

    name: str
    title: str
    states: Count
    transitions: Count
    shard: str
    transitions_of_shard: Count
    agreed: Count
    differing: Count

    @property
    def proved(self) -> bool:
        """Whether every transition of the part agrees."""
        return self.agreed == self.transitions_of_shard


@record()
class Report:
    """What is said of a target.

    Attributes:
        format: the version of the report's form.
        verdict: PASS where every clause that can be asked of the target passes, or is broken
            as its author has listed it.
        reason: why, in one sentence.
        profile: the law it was judged by.
        target: how the target is given on the command line, passwords hidden.
        title: the target in words.
        began_at: when the run began, in UTC.
        seed: the seed of the random traces.
        budget_seconds: how long the run was allowed to take.
        elapsed_seconds: how long it took.
        traces: how many traces were run, by tier.
        steps: how many steps were compared.
        capabilities: what the target can do.
        claims: what the target's author claims, as far as it differs from no claims.
        versions: of this project, of Python, of the target and what it runs on.
        known_deviations: the entries of the deviations file, with the clauses of each.
        universes: what was shown of small universes.
        clauses: each clause of the profile.
    """

    format: Literal["state-store-report/1"] = REPORT_FORMAT
    verdict: Verdict
    reason: str
    profile: str
    target: str
    title: str
    began_at: datetime
    seed: int
    budget_seconds: float
    elapsed_seconds: float
    traces: dict[str, Count]
    steps: Count
    capabilities: tuple[str, ...]
    claims: dict[str, str | int | float | bool | None]
    versions: dict[str, str]
    known_deviations: tuple[KnownDeviation, ...] = ()
    universes: tuple[UniverseReport, ...] = ()
    clauses: tuple[ClauseReport, ...]

    @property
    def exit_status(self) -> int:
        """The status that a command ends with."""
        return EXIT_STATUS[self.verdict]

    def count(self, verdict: ClauseVerdict) -> int:
        """Count the clauses of a verdict."""
        return sum(clause.verdict == verdict for clause in self.clauses)


def report_schema() -> dict[str, Any]:
    """Give the JSON Schema of reports."""
    schema = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def dump_report(report: Report) -> str:
    """Give the report as JSON text."""
    # ASCII: what UTF-8 lacks, such as a lone surrogate in an error's message, JSON can escape.
    return json.dumps(_adapter().dump_python(report, mode="json"), indent=1) + "\n"


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)
