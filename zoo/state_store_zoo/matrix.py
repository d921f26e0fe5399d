"""The kill matrix: what the court found of each fault, as frozen data with a published schema."""

from __future__ import annotations

from functools import cache
from statistics import median
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from state_store_conformance.report import Verdict
from state_store_spec.records import record

MATRIX_FORMAT: Final = "state-store-mutants/1"

Fate: TypeAlias = Literal["KILLED", "SURVIVED", "ERROR"]
"""What became of a fault: it was found, it was not, the engine broke."""

Count: TypeAlias = Annotated[int, Field(ge=0)]


@record()
class JudgedFault:
    """What the court found of a fault.

    Attributes:
        id: of the fault.
        chapter: the chapter it stands in.
        title: what it does.
        because: how somebody comes to write it.
        clauses: the clauses it breaks.
        neighbors: further clauses that may be blamed.
        verdict: its fate.
        killed_by: the clause that was broken first.
        tier: where the trace came from that showed it.
        operations: of the counterexample, as short as it was made; 0 where no trace was needed.
        seconds: real seconds until the counterexample was there, and short.
        traces: how many were run until then.
        broken: every clause that was known to be broken then.
        undeclared: those of them that the fault does not declare.
        reason: the court's own sentence.
    """

    id: str
    chapter: str
    title: str
    because: str
    clauses: tuple[str, ...]
    neighbors: tuple[str, ...]
    verdict: Fate
    killed_by: str | None
    tier: str | None
    operations: Count | None
    seconds: float
    traces: Count
    broken: tuple[str, ...]
    undeclared: tuple[str, ...]
    reason: str


@record()
class JudgedCorrect:
    """What the court found of a target that obeys the law.

    Attributes:
        id: of the target.
        title: what it is.
        verdict: the court's; ``FAIL`` is a false alarm.
        broken: the clauses that it was blamed for.
        reason: the court's own sentence.
        traces: how many were run.
        steps: how many were compared.
    """

    id: str
    title: str
    verdict: Verdict
    broken: tuple[str, ...]
    reason: str
    traces: Count
    steps: Count


@record()
class Matrix:
    """The kill matrix.

    Attributes:
        format: the version of its form.
        profile: the law.
        seed: of the random traces.
        budget_seconds: for each target.
        tiers: the sources of traces.
        versions: of this project and of Python.
        faults: what became of each fault.
        correct: what was said of targets that obey the law.
    """

    format: Literal["state-store-mutants/1"] = MATRIX_FORMAT
    profile: str
    seed: int
    budget_seconds: float
    tiers: tuple[str, ...]
    versions: dict[str, str]
    faults: tuple[JudgedFault, ...]
    correct: tuple[JudgedCorrect, ...]

    @property
    def judged(self) -> tuple[JudgedFault | JudgedCorrect, ...]:
        """Everything that was judged."""
        return (*self.faults, *self.correct)

    @property
    def killed(self) -> tuple[JudgedFault, ...]:
        """The faults that were found."""
        return tuple(fault for fault in self.faults if fault.verdict == "KILLED")

    @property
    def survived(self) -> tuple[JudgedFault, ...]:
        """The faults that were not."""
        return tuple(fault for fault in self.faults if fault.verdict == "SURVIVED")

    @property
    def misjudged(self) -> tuple[JudgedFault, ...]:
        """The faults that were laid to a clause that they do not break."""
        return tuple(fault for fault in self.killed if fault.undeclared)

    @property
    def condemned(self) -> tuple[JudgedCorrect, ...]:
        """The correct targets that were blamed."""
        return tuple(correct for correct in self.correct if correct.verdict == "FAIL")

    @property
    def median_seconds(self) -> float:
        """Of those that were found."""
        return median(fault.seconds for fault in self.killed) if self.killed else 0.0

    @property
    def median_operations(self) -> float:
        """Of their counterexamples."""
        return median(self._operations()) if self.killed else 0.0

    @property
    def most_operations(self) -> int:
        """Of the longest counterexample."""
        return max(self._operations(), default=0)

    @property
    def exit_status(self) -> int:
        """The status that the command ends with."""
        if any(judged.verdict == "ERROR" for judged in self.judged):
            return 2
        return int(bool(self.survived or self.misjudged or self.condemned))

    def _operations(self) -> list[int]:
        return [fault.operations or 0 for fault in self.killed]


def matrix_schema() -> dict[str, Any]:
    """Give the JSON Schema of kill matrices."""
    schema = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def dump_matrix(matrix: Matrix) -> str:
    """Give the kill matrix as JSON text."""
    return _adapter().dump_json(matrix, indent=1).decode() + "\n"


@cache
def _adapter() -> TypeAdapter[Matrix]:
    return TypeAdapter(Matrix)
