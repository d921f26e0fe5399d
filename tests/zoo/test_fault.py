"""Faults: how they are named, and what a matrix makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from state_store_zoo.fault import fault_id, first_sentence
from state_store_zoo.matrix import JudgedCorrect, JudgedFault, Matrix

FOUND = JudgedFault(
    id="folds-case",
    chapter="Keys",
    title="`JOB` and `job` are one key",
    because="a collation that ignores case",
    clauses=("VALUE-2",),
    neighbors=(),
    verdict="KILLED",
    killed_by="VALUE-2",
    tier="examples",
    operations=3,
    seconds=0.5,
    traces=7,
    broken=("VALUE-2",),
    undeclared=(),
    reason="it breaks VALUE-2",
)
MATRIX = Matrix(
    profile="pr-67299",
    seed=0,
    budget_seconds=60.0,
    tiers=("examples",),
    versions={},
    faults=(FOUND, replace(FOUND, operations=1, seconds=1.5)),
    correct=(),
)
OBEYS = JudgedCorrect(
    id="memory", title="", verdict="INCONCLUSIVE", broken=(), reason="", traces=1, steps=1
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("FoldsCase", "folds-case"), ("EndsIn2038", "ends-in2038"), ("MakesABlank", "makes-a-blank")],
)
def test_an_id_is_made_of_the_name(name: str, expected: str) -> None:
    """The id of a fault is its class's name in lower case, word by word."""
    assert expected == fault_id(type(name, (), {}))


def test_a_title_is_made_of_the_docstring() -> None:
    """What a fault does is said once, where it is written."""

    class Broken:
        """``set`` forgets.

        And more.
        """

    class Silent:
        pass

    assert first_sentence(Broken) == "`set` forgets"
    with pytest.raises(ValueError, match="give it a docstring"):
        first_sentence(Silent)


def test_a_matrix_counts() -> None:
    """Medians are of what was found; everything found is exit status 0."""
    assert (2, 1.0, 2.0, 3) == (
        len(MATRIX.killed),
        MATRIX.median_seconds,
        MATRIX.median_operations,
        MATRIX.most_operations,
    )
    assert MATRIX.exit_status == 0


@pytest.mark.parametrize(
    ("matrix", "status"),
    [
        (replace(MATRIX, faults=(replace(FOUND, verdict="SURVIVED"),)), 1),
        (replace(MATRIX, faults=(replace(FOUND, undeclared=("GC-1",)),)), 1),
        (replace(MATRIX, faults=(replace(FOUND, verdict="ERROR"),)), 2),
        (replace(MATRIX, correct=(OBEYS,)), 0),
        (replace(MATRIX, correct=(replace(OBEYS, verdict="FAIL"),)), 1),
        (replace(MATRIX, correct=(replace(OBEYS, verdict="ERROR"),)), 2),
    ],
    ids=["survived", "misjudged", "error", "obeys", "condemned", "error of a correct one"],
)
def test_whatever_is_wrong_is_an_exit_status(matrix: Matrix, status: int) -> None:
    """A survivor, a wrong blame and a false alarm are 1, an error of the engine is 2."""
    assert status == matrix.exit_status
