"""The kill matrix: faults are found, and no correct target is condemned."""

from __future__ import annotations

import pytest

from state_store_conformance.checking import CheckOptions
from state_store_zoo.catalog import CORRECT, FAULTS
from state_store_zoo.fault import Correct, Fault
from state_store_zoo.judging import judge_correct, judge_thoroughly

MOST_OPERATIONS = 6


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_every_fault_is_found_and_laid_to_the_clauses_it_breaks(fault: Fault) -> None:
    """Each clause that it declares is found to be broken, and none that it does not declare."""
    judged = judge_thoroughly(fault, CheckOptions(budget_seconds=60))

    assert ("KILLED", ()) == (judged.verdict, judged.undeclared), judged.reason
    assert set() == set(fault.clauses) - set(judged.broken)
    assert judged.operations is not None
    assert judged.operations <= MOST_OPERATIONS


@pytest.mark.parametrize("correct", CORRECT, ids=lambda correct: correct.id)
def test_what_obeys_the_law_is_not_condemned(correct: Correct) -> None:
    """What the faults are built on breaks no clause, and the engine does not break on it."""
    judged = judge_correct(correct, CheckOptions(budget_seconds=5))

    assert () == judged.broken
    assert judged.verdict != "ERROR", judged.reason
    assert judged.traces > 0
