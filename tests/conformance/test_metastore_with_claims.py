# ruff: noqa: ANN401, D102 - what is passed on is passed on as it came
"""A metastore that is judged as a backend of somebody's own is held to everything it claims."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pytest

from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.errors import UsageError
from state_store_conformance.report import Report
from state_store_conformance.targets.finding import custom_backend
from state_store_spec import StateScope
from tests.conformance.metastore_with_claims import ClaimingMetastore, MetastoreInMemory

CLAIMED = {
    *("REF-1", "REF-2", "REF-3", "REF-4", "REF-5", "REF-6", "REF-7", "REF-8"),
    *("SESSION-1", "SESSION-2", "SESSION-3", "SCOPE-6", "SCOPE-8", "VALUE-3", "CUSTOM-7"),
    *("ORPHAN-3", "ORPHAN-4"),
}


def judged(factory: Any) -> Report:
    """Judge what a factory makes by the written traces."""
    options = CheckOptions(budget_seconds=120, tiers=("examples", "situations"))
    return check(custom_backend(lambda: factory, "metastore"), options)


class ForgetsAbsentDagRuns(ClaimingMetastore):
    """``set`` passes over a dag run that does not exist."""

    def set(
        self,
        scope: StateScope,
        key: str,
        value: str,
        *,
        expires_at: datetime | None = None,
        **_: Any,
    ) -> None:
        try:
            super().set(scope, key, value, expires_at=expires_at, **_)
        except ValueError as error:
            if "dag run" not in str(error):
                raise


class WithoutSurroundings(ClaimingMetastore):
    """Claims what nobody can make for it."""

    state_store_claims: ClassVar[dict[str, object]] = {"referential": True}

    def __init__(self, *engines: Any) -> None:
        super().__init__(*engines)
        del self.state_store_surroundings


def test_it_keeps_what_it_claims() -> None:
    """Dag runs, assets, sessions and Unicode keys are asked for, and nothing differs."""
    report = judged(MetastoreInMemory())
    passed = {clause.id for clause in report.clauses if clause.verdict == "PASS"}

    assert report.verdict == "PASS", report.reason
    assert passed >= CLAIMED


def test_a_claim_that_is_not_kept_fails() -> None:
    """Who claims to know dag runs has to refuse those that do not exist."""
    report = judged(MetastoreInMemory(ForgetsAbsentDagRuns))

    assert "REF-1" in {clause.id for clause in report.clauses if clause.verdict == "FAIL"}


def test_a_claim_that_nobody_can_try_is_a_mistake() -> None:
    """The error names the claim, what is missing, and what to give."""
    with pytest.raises(UsageError, match=r"claims referential.*has no add_dag_run.*Give it"):
        judged(MetastoreInMemory(WithoutSurroundings))
