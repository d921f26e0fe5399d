"""Judging a fault: the court is asked as its author would ask it, and stops at what it finds."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version
from time import perf_counter
from typing import Final

from state_store_conformance.budget import BudgetSpentError
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.findings import Findings
from state_store_conformance.report import ClauseReport, Report
from state_store_spec.clause import Clause
from state_store_spec.clause_files import load_clauses
from state_store_zoo.fault import Correct, Fault
from state_store_zoo.matrix import JudgedCorrect, JudgedFault, Matrix

Until = Callable[[frozenset[str]], bool]
"""Says whether enough clauses are known to be broken."""

INSPECTION: Final = "inspection"
"""The tier of what is seen before any trace is run."""


def judge_all(
    targets: Iterable[Fault | Correct],
    options: CheckOptions,
    progress: Callable[[str], None] = lambda _: None,
) -> Matrix:
    """Judge each, one after the other.

    Args:
        targets: faults and correct targets.
        options: how; the budget is for each.
        progress: is told the id of each before it is judged.
    """
    faults: list[JudgedFault] = []
    correct: list[JudgedCorrect] = []
    for target in targets:
        progress(target.id)
        if isinstance(target, Fault):
            faults.append(judge(target, options))
        else:
            correct.append(judge_correct(target, options))
    return Matrix(
        profile=options.profile,
        seed=options.seed,
        budget_seconds=options.budget_seconds,
        tiers=options.tiers,
        versions={
            "state-store-oracle": version("state-store-oracle"),
            "Python": platform.python_version(),
            "Hypothesis": version("hypothesis"),
        },
        faults=tuple(faults),
        correct=tuple(correct),
    )


def judge(fault: Fault, options: CheckOptions) -> JudgedFault:
    """Judge a fault until the first clause is known to be broken."""
    report, seconds = _report(fault, options, until=bool)
    return _judged(fault, report, seconds)


def judge_thoroughly(fault: Fault, options: CheckOptions) -> JudgedFault:
    """Judge a fault until every clause that it declares is known to be broken."""
    report, seconds = _report(fault, options, until=frozenset(fault.clauses).issubset)
    return _judged(fault, report, seconds)


def judge_correct(correct: Correct, options: CheckOptions) -> JudgedCorrect:
    """Judge a target that obeys the law, for as long as the budget lasts."""
    report = check(correct.make(), options)
    return JudgedCorrect(
        id=correct.id,
        title=correct.title,
        verdict=report.verdict,
        broken=_broken(report),
        reason=report.reason,
        traces=sum(report.traces.values()),
        steps=report.steps,
    )


def _report(fault: Fault, options: CheckOptions, *, until: Until) -> tuple[Report, float]:
    law = load_clauses(options.profile)
    started = perf_counter()
    found_after = None

    def stop_when_found(findings: Findings) -> None:
        nonlocal found_after
        if until(_known_to_be_broken(findings, law)):
            found_after = perf_counter() - started
            raise BudgetSpentError

    report = check(fault.make(), options, progress=stop_when_found)
    return report, perf_counter() - started if found_after is None else found_after


def _known_to_be_broken(findings: Findings, law: tuple[Clause, ...]) -> frozenset[str]:
    found = {*findings.failures, *(id_ for id_, why in findings.inspected.items() if why)}
    return frozenset(
        (*found, *(clause.id for clause in law if not found.isdisjoint(clause.rests_on)))
    )


def _judged(fault: Fault, report: Report, seconds: float) -> JudgedFault:
    broken = [clause for clause in report.clauses if clause.verdict == "FAIL"]
    resting = {
        clause.id
        for clause in load_clauses(report.profile)
        if not fault.may_break.isdisjoint(clause.rests_on)
    }
    shown = [clause for clause in broken if clause.counterexample is not None]
    first = next(iter(shown or broken), None)
    return JudgedFault(
        id=fault.id,
        chapter=fault.chapter,
        title=fault.title,
        because=fault.because,
        clauses=fault.clauses,
        neighbors=fault.neighbors,
        verdict="ERROR" if report.verdict == "ERROR" else "KILLED" if broken else "SURVIVED",
        killed_by=None if first is None else first.id,
        tier=None if first is None else _tier(first),
        operations=None if first is None else _operations(first),
        seconds=round(seconds, 3),
        traces=sum(report.traces.values()),
        broken=_broken(report),
        undeclared=tuple(sorted(set(_broken(report)) - fault.may_break - resting)),
        reason=report.reason,
    )


def _broken(report: Report) -> tuple[str, ...]:
    return tuple(clause.id for clause in report.clauses if clause.verdict == "FAIL")


def _tier(clause: ClauseReport) -> str:
    return INSPECTION if clause.counterexample is None else clause.counterexample.tier


def _operations(clause: ClauseReport) -> int:
    return 0 if clause.counterexample is None else len(clause.counterexample.trace.operations)
