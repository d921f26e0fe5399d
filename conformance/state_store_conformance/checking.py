"""Checking a target: all tiers within one budget, and a report."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from state_store_conformance.budget import Budget, BudgetSpentError
from state_store_conformance.clock import FrozenClock
from state_store_conformance.deviations.entries import Deviations
from state_store_conformance.deviations.matching import KnownDeviation, known_deviations
from state_store_conformance.deviations.verdicts import with_known_deviations
from state_store_conformance.findings import Findings
from state_store_conformance.report import ClauseReport, Report
from state_store_conformance.side_by_side import SideBySide
from state_store_conformance.target import Target
from state_store_conformance.tiers import TIERS
from state_store_conformance.tiers.bench import Bench, EngineError
from state_store_conformance.verdict import clause_reports, overall
from state_store_spec.clause import Clause
from state_store_spec.clause_files import load_clauses
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace_files import write_trace

DEFAULT_BUDGET_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How a target is to be checked.

    Attributes:
        profile: the name of the law.
        budget_seconds: how long it may take; a counterexample may cost a tenth more.
        max_traces: most traces to run, or ``None``.
        seed: of the random traces.
        tiers: names out of :data:`state_store_conformance.tiers.TIERS`.
        deviations: the clauses that the target is known to break.
    """

    profile: str = DEFAULT_PROFILE
    budget_seconds: float = DEFAULT_BUDGET_SECONDS
    max_traces: int | None = None
    seed: int = 0
    tiers: tuple[str, ...] = tuple(TIERS)
    deviations: Deviations = field(default_factory=Deviations)


def check(
    target: Target,
    options: CheckOptions | None = None,
    *,
    clauses: Iterable[Clause] | None = None,
    progress: Callable[[Findings], None] = lambda _: None,
    on_deviations: Callable[[tuple[KnownDeviation, ...]], None] = lambda _: None,
) -> Report:
    """Judge a target.

    Args:
        target: is entered and left here.
        options: how.
        clauses: the law to report on; by default all clauses of the profile.
        progress: is told after each trace.
        on_deviations: is told before the first trace what each entry of the deviations matches.

    Raises:
        UnknownProfileError: no profile has that name.
        UsageError: an entry of the deviations matches nothing, or what another one does.
        TargetUnavailableError, SchemaRefusedError: the target cannot be started.
    """
    options = options or CheckOptions()
    profile = find_profile(options.profile)
    law = tuple(load_clauses(profile.name) if clauses is None else clauses)
    budget = Budget(options.budget_seconds, options.max_traces)
    tiers = _prepared(options, law)
    # The real day: time is not frozen yet.
    began_at = datetime.now(UTC)
    with target:
        known = known_deviations(options.deviations, law, target.capabilities)
        on_deviations(known)
        versions = _versions(target)
        # Drivers have been imported by now, with the real types of dates.
        with FrozenClock() as clock:
            bench = Bench(SideBySide(target, clock, profile), budget, progress)
            try:
                for run_tier in tiers:
                    run_tier(bench)
            except (BudgetSpentError, EngineError):
                # What was found until then is what there is to report.
                pass
    findings = bench.findings
    reports = with_known_deviations(
        clause_reports(law, findings, target.capabilities), known, began_at.date()
    )
    verdict, reason = overall(reports, findings)
    return Report(
        verdict=verdict,
        reason=reason,
        profile=profile.name,
        target=target.name,
        title=target.title,
        began_at=began_at,
        seed=options.seed,
        budget_seconds=options.budget_seconds,
        elapsed_seconds=round(budget.elapsed_seconds, 3),
        traces={tier: findings.traces[tier] for tier in options.tiers},
        steps=findings.steps,
        capabilities=tuple(sorted(target.capabilities)),
        versions=versions,
        known_deviations=known,
        clauses=reports,
    )


def save_counterexamples(report: Report, folder: Path) -> Report:
    """Write each counterexample to a trace file; give the report that says where they are."""

    def saved(clause: ClauseReport) -> ClauseReport:
        found = clause.counterexample
        if found is None:
            return clause
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{_file_name(report.target)}-{clause.id}.json"
        trace = replace(found.trace, title=f"{clause.id}: {clause.title}")
        write_trace(trace, file)
        command = shlex.join(["state-store", "replay", str(file), "--target", report.target])
        return replace(
            clause,
            counterexample=replace(found, trace=trace, file=str(file), command=command),
        )

    return replace(report, clauses=tuple(saved(clause) for clause in report.clauses))


def _prepared(options: CheckOptions, law: tuple[Clause, ...]) -> list[Callable[[Bench], None]]:
    """Import what the tiers need, before time is frozen, and only what they need."""
    runs: list[Callable[[Bench], None]] = []
    if "examples" in options.tiers:
        from state_store_conformance.tiers.examples import run_examples  # noqa: PLC0415

        runs.append(partial(run_examples, clauses=law))
    if "situations" in options.tiers:
        from state_store_conformance.tiers.situation_traces import (  # noqa: PLC0415
            run_situation_traces,
        )

        runs.append(run_situation_traces)
    if "random" in options.tiers:
        # Hypothesis takes a while to import.
        from state_store_conformance.tiers.random_traces import run_random_traces  # noqa: PLC0415

        runs.append(partial(run_random_traces, seed=options.seed))
    return runs


def _versions(target: Target) -> dict[str, str]:
    return {
        "state-store-oracle": version("state-store-oracle"),
        "Python": platform.python_version(),
        "Hypothesis": version("hypothesis"),
        **target.versions(),
    }


def _file_name(target: str) -> str:
    plain = "".join(character if character.isalnum() else "-" for character in target)
    return "-".join(part for part in plain.split("-") if part)
