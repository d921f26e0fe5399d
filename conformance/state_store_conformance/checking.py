"""Checking a target: all tiers within one budget, and a report."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from state_store_conformance.applicability import obstacles
from state_store_conformance.budget import Budget, BudgetSpentError
from state_store_conformance.deviations.entries import Deviations
from state_store_conformance.deviations.matching import KnownDeviation, known_deviations
from state_store_conformance.deviations.verdicts import with_known_deviations
from state_store_conformance.errors import BrokenFixtureError, UsageError
from state_store_conformance.exhaustive.shard import WHOLE, Shard
from state_store_conformance.findings import Findings
from state_store_conformance.inspection import CAN_BE_MADE
from state_store_conformance.replaying import replay_words
from state_store_conformance.report import ClauseReport, Report
from state_store_conformance.self_check import check_fixture
from state_store_conformance.target import Target
from state_store_conformance.tiers import TIERS
from state_store_conformance.tiers.bench import Bench, EngineError
from state_store_conformance.verdict import clause_reports, overall
from state_store_conformance.watched import WatchedTarget
from state_store_conformance.watched.messages import Facts
from state_store_conformance.watched.process import DEFAULT_CALL_TIMEOUT_SECONDS
from state_store_conformance.worker_side_runs import WorkerSideRuns
from state_store_spec.clause import Clause
from state_store_spec.clause_files import load_clauses
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile
from state_store_spec.trace_files import write_trace

DEFAULT_BUDGET_SECONDS: Final = 60.0
_SHARE_BEFORE_RANDOM: Final = 0.25
"""How much of the time left small universes may take from random traces."""

# The rest is for the hooks of a worker-side backend.
_SHARE_OF_METHODS: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How a target is to be checked.

    Attributes:
        profile: the name of the law.
        budget_seconds: how long it may take; a counterexample may cost a tenth more.
        max_traces: most traces to run, or ``None``.
        seed: of the random traces.
        call_timeout_seconds: how long one call of the target may take.
        tiers: names out of :data:`state_store_conformance.tiers.TIERS`.
        deviations: the clauses that the target is known to break.
        shard: the part of every small universe that is looked at.
        universes: the names of the small universes to walk through; none are all that the budget
            is likely to allow.
    """

    profile: str = DEFAULT_PROFILE
    budget_seconds: float = DEFAULT_BUDGET_SECONDS
    max_traces: int | None = None
    seed: int = 0
    call_timeout_seconds: float = DEFAULT_CALL_TIMEOUT_SECONDS
    tiers: tuple[str, ...] = tuple(TIERS)
    deviations: Deviations = field(default_factory=Deviations)
    shard: Shard = WHOLE
    universes: tuple[str, ...] = ()


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
        target: is entered and left in a child process.
        options: how.
        clauses: the law to report on; by default all clauses of the profile.
        progress: is told after each trace.
        on_deviations: is told before the first trace what each entry of the deviations matches.

    Raises:
        UnknownProfileError: no profile has that name.
        UsageError: an entry of the deviations matches nothing, or what another one does; there is
            no universe of a name; or a part of a tier is asked for that is not.
        TargetUnavailableError, SchemaRefusedError: the target cannot be started.
    """
    options = options or CheckOptions()
    profile = find_profile(options.profile)
    law = tuple(load_clauses(profile.name) if clauses is None else clauses)
    tiers = _prepared(options, law, target)
    began_at = datetime.now(UTC)
    with WatchedTarget(target, profile, options.call_timeout_seconds) as watched:
        # From here on: some targets take longer to start than they are judged.
        budget = Budget(options.budget_seconds, options.max_traces)
        watched.give_up_at = budget.gives_up_at
        facts = watched.target
        hosted = facts.hosted.capabilities if facts.hosted is not None else frozenset[str]()
        inspected = {found.clause: found.complaint for found in facts.inspected}
        known = known_deviations(
            options.deviations, law, obstacles(law, facts.capabilities, hosted, inspected)
        )
        on_deviations(known)
        bench = Bench(watched, budget, progress)
        bench.findings.inspected.update(inspected)
        _run_tiers(bench, watched, tiers)
    findings = bench.findings
    reports = with_known_deviations(
        clause_reports(law, findings, facts.capabilities, hosted), known, began_at.date()
    )
    verdict, reason = overall(reports, findings)
    return Report(
        verdict=verdict,
        reason=reason,
        profile=profile.name,
        target=facts.name,
        title=facts.title,
        began_at=began_at,
        seed=options.seed,
        budget_seconds=options.budget_seconds,
        elapsed_seconds=round(budget.elapsed_seconds, 3),
        traces={tier: findings.traces[tier] for tier in options.tiers},
        steps=findings.steps,
        capabilities=tuple(sorted(facts.capabilities)),
        claims=facts.claims.stated(),
        versions=_versions(facts),
        known_deviations=known,
        universes=tuple(findings.universes),
        clauses=reports,
    )


def save_counterexamples(
    report: Report,
    folder: Path,
    words: Callable[[str, str], Sequence[str]] = replay_words,
) -> Report:
    """Write each counterexample to a trace file; give the report that says where they are.

    Args:
        report: has the counterexamples.
        folder: is made when there is one.
        words: give the command that runs one again, of its file and the target; none if there
            is no command.
    """

    def saved(clause: ClauseReport) -> ClauseReport:
        found = clause.counterexample
        if found is None:
            return clause
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{_file_name(report.target)}-{clause.id}.json"
        trace = replace(found.trace, title=f"{clause.id}: {clause.title}")
        write_trace(trace, file)
        command = shlex.join(words(str(file), report.target)) or None
        return replace(
            clause,
            counterexample=replace(found, trace=trace, file=str(file), command=command),
        )

    return replace(report, clauses=tuple(saved(clause) for clause in report.clauses))


def _prepared(
    options: CheckOptions, law: tuple[Clause, ...], target: Target
) -> list[Callable[[Bench], None]]:
    """Import what the tiers need, before time is frozen, and only what they need."""
    runs: list[Callable[[Bench], None]] = []
    if "exhaustive" not in options.tiers and (options.universes or options.shard != WHOLE):
        raise UsageError(
            "universes and shards are parts of the tier exhaustive, and only "
            f"{', '.join(options.tiers)} was asked for. Ask for exhaustive as well."
        )
    if "examples" in options.tiers:
        from state_store_conformance.tiers.examples import run_examples  # noqa: PLC0415

        runs.append(partial(run_examples, clauses=law))
    if "situations" in options.tiers:
        from state_store_conformance.tiers.situation_traces import (  # noqa: PLC0415
            run_situation_traces,
        )

        runs.append(run_situation_traces)
    if "names" in options.tiers:
        # The names are those of the strategies, so Hypothesis comes along.
        from state_store_conformance.tiers.hostile_names import run_hostile_names  # noqa: PLC0415

        runs.append(run_hostile_names)
    if "crowds" in options.tiers:
        from state_store_conformance.tiers.crowds import run_crowds  # noqa: PLC0415

        runs.append(run_crowds)
    if "exhaustive" in options.tiers:
        from state_store_conformance.exhaustive.universes import find_universes  # noqa: PLC0415
        from state_store_conformance.tiers.exhaustive import run_exhaustive  # noqa: PLC0415

        runs.append(
            partial(
                run_exhaustive,
                target=target,
                share=_SHARE_BEFORE_RANDOM if "random" in options.tiers else 1.0,
                shard=options.shard,
                universes=find_universes(options.universes) or None,
            )
        )
    if "random" in options.tiers:
        # Hypothesis takes a while to import.
        from state_store_conformance.tiers.random_traces import run_random_traces  # noqa: PLC0415

        runs.append(partial(run_random_traces, seed=options.seed))
    return runs


def _run_tiers(
    bench: Bench, watched: WatchedTarget, tiers: Iterable[Callable[[Bench], None]]
) -> None:
    if bench.findings.inspected.get(CAN_BE_MADE):
        # Nothing can be called; that is the verdict.
        return
    runs = [*tiers]
    hosted = watched.target.hosted
    try:
        check_fixture(watched)
        if hosted is not None:
            bench.budget.spend_only(_SHARE_OF_METHODS)
        _run_each(bench, runs)
        if hosted is not None:
            bench.budget.spend_only(1)
            bench.turn_to(WorkerSideRuns(watched, hosted))
            _run_each(bench, runs)
    except BrokenFixtureError as error:
        bench.findings.engine_error = error
    except (EngineError, BudgetSpentError):
        # What was found until then is what there is to report.
        pass


def _run_each(bench: Bench, runs: Iterable[Callable[[Bench], None]]) -> None:
    with suppress(BudgetSpentError):
        for run_tier in runs:
            run_tier(bench)


def _versions(facts: Facts) -> dict[str, str]:
    return {
        "state-store-oracle": version("state-store-oracle"),
        "Python": platform.python_version(),
        "Hypothesis": version("hypothesis"),
        **facts.versions,
    }


def _file_name(target: str) -> str:
    plain = "".join(character if character.isalnum() else "-" for character in target)
    return "-".join(part for part in plain.split("-") if part)
