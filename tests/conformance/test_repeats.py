"""A counterexample is run again before it is shown: only what depends on chance is said to."""

from __future__ import annotations

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_reference.metastore import MetastoreStateBackend
from state_store_zoo.catalog import FAULTS


def test_what_only_a_read_back_shows_fails_again_by_the_same_clause() -> None:
    """Keys that are folded are seen where nobody wrote; the text of such a key matters as well."""
    (fault,) = (fault for fault in FAULTS if fault.id == "folds-case")

    report = check(fault.make(), CheckOptions(budget_seconds=30, tiers=("examples",)))
    shown = {found.id: found.counterexample for found in report.clauses if found.counterexample}

    assert "VALUE-2" in shown
    assert all(found.repeated for found in shown.values())
    assert all(clause == found.differences[0].clause for clause, found in shown.items())


def test_a_failure_that_depends_on_chance_says_so() -> None:
    """A fault that does not come again is still a failure, and the report says what it is."""
    calls = iter(range(1000))

    class FailsOnce(MetastoreStateBackend):
        def get(self, *arguments, **options):  # type: ignore[no-untyped-def] # noqa: ANN002, ANN003, ANN202
            # The first ones are those of the self-check.
            if next(calls) == 10:
                raise RuntimeError("only once")
            return super().get(*arguments, **options)

    made = ReferenceMetastore(backend=FailsOnce)
    report = check(made, CheckOptions(tiers=("examples",)))
    failed = [found for found in report.clauses if found.verdict == "FAIL"]

    assert len(failed) == 1
    assert failed[0].counterexample is not None
    assert not failed[0].counterexample.repeated
    assert "did not fail again" in failed[0].reason
