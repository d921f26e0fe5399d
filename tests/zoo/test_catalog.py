"""The catalog: what it promises of itself, before anything is judged."""

from __future__ import annotations

from collections import Counter

import pytest

from state_store_conformance.exhaustive.scouts import RepeatableTarget
from state_store_spec.clause_files import load_clauses
from state_store_zoo.catalog import CORRECT, FAULTS
from state_store_zoo.fault import Correct, Fault

LAW = {clause.id: clause for clause in load_clauses("pr-67299")}


def test_every_testable_clause_has_a_fault() -> None:
    """No clause is there of which nobody knows whether the court would see it broken.

    A clause that rests on others is broken with them, so that a fault of those is one of it.
    """
    declared = {clause for fault in FAULTS for clause in fault.clauses}
    without = [
        clause.id
        for clause in LAW.values()
        if clause.testable and clause.id not in declared and declared.isdisjoint(clause.rests_on)
    ]

    assert [] == without


def test_faults_name_clauses_that_there_are() -> None:
    """No fault speaks of a clause that the law does not have."""
    named = {clause for fault in FAULTS for clause in fault.may_break}

    assert set() == named - LAW.keys()


def test_there_are_many_faults_and_each_has_a_name_of_its_own() -> None:
    """At least sixty, and no two of them, nor a correct target, have the same id."""
    ids = Counter([*(fault.id for fault in FAULTS), *(correct.id for correct in CORRECT)])

    assert len(FAULTS) >= 60
    assert [] == [name for name, times in ids.items() if times > 1]


def test_every_fault_says_what_it_breaks_and_why() -> None:
    """A reader learns what is wrong, and how somebody comes to write it."""
    for fault in FAULTS:
        assert fault.clauses
        assert fault.title
        assert fault.because
        assert len(set(fault.clauses)) == len(fault.clauses)
        assert set(fault.clauses).isdisjoint(fault.neighbors), fault.id


@pytest.mark.parametrize("target", [*FAULTS, *CORRECT], ids=lambda target: target.id)
def test_scouts_can_be_sent(target: Fault | Correct) -> None:
    """Whatever can be open several times at once can be made again, and is of the same kind."""
    made = target.make()
    if isinstance(made, RepeatableTarget):
        another = made.another()
        assert another is not made
        assert another is None or type(another) is type(made)
