"""Judging a backend from Python: one function, which needs no test framework."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from state_store_conformance.budget import parse_duration
from state_store_conformance.checking import CheckOptions, check, save_counterexamples
from state_store_conformance.deviations.entries import Deviations, read_deviations
from state_store_conformance.errors import UsageError
from state_store_conformance.replaying import replay_words
from state_store_conformance.report import Report
from state_store_conformance.targets.claimed import read_claims
from state_store_conformance.targets.finding import custom_backend
from state_store_conformance.tiers import TIERS
from state_store_spec.claims import Claims, claims_from
from state_store_spec.profiles import DEFAULT_PROFILE


def check_backend(  # noqa: PLR0913 - one argument for each option
    factory: Callable[[], object],
    *,
    claims: Claims | Mapping[str, object] | Path | None = None,
    profile: str = DEFAULT_PROFILE,
    budget: float | str = "60s",
    seed: int = 0,
    max_traces: int | None = None,
    tiers: Iterable[str] = tuple(TIERS),
    call_timeout: float | str = "5s",
    deviations: Deviations | Path | None = None,
    save_traces: Path | None = None,
) -> Report:
    """Judge a backend, clause by clause.

    It is judged in a child process that is forked from this one, so that the factory may be a
    local function, and a backend that hangs or ends its process is judged as well.

    Args:
        factory: a class of a backend, or a function without arguments that returns an instance,
            a context manager around one, or is a generator function that yields one. It is called
            once for each trace.
        claims: what its author promises: :class:`~state_store_spec.claims.Claims`, a mapping, or
            a TOML file. By default what its class says in ``state_store_claims``.
        profile: the name of the law.
        budget: how long it may take: ``"10s"``, ``"1.5m"``, or seconds.
        seed: of the random traces; the same seed gives the same traces on every machine.
        max_traces: end after so many traces, however much time is left.
        tiers: where traces come from, out of :data:`state_store_conformance.tiers.TIERS`.
        call_timeout: how long one call may take before it counts as one that hangs.
        deviations: the clauses that it is known to break: entries, or a TOML file.
        save_traces: the folder that counterexamples are saved to; by default they are not.

    Returns:
        The report. Its ``verdict`` is PASS where every clause that can be asked of the backend
        passes; a backend that breaks a clause is no exception.

    Raises:
        UsageError: the factory makes no backend, or an argument says what cannot be done.
        ClaimsError: the claims cannot be made.
        UnknownProfileError: no profile has that name.
    """
    name, importable = name_of(factory)
    timeout = patience(call_timeout)
    target = custom_backend(lambda: factory, name, stated_claims(claims))
    options = CheckOptions(
        profile=profile,
        budget_seconds=seconds(budget),
        max_traces=max_traces,
        seed=seed,
        call_timeout_seconds=timeout,
        tiers=_tiers(tiers),
        deviations=stated_deviations(deviations),
    )
    report = check(target, options)
    if save_traces is None:
        return report
    words = partial(
        replay_words,
        claims_file=claims if isinstance(claims, Path) else None,
        call_timeout=timeout,
    )
    # Nobody else can call a local function, so there is no command.
    return save_counterexamples(report, save_traces, words if importable else _no_words)


def stated_claims(claims: Claims | Mapping[str, object] | Path | None) -> Claims | None:
    """Give the claims, in whatever form they are stated; ``None`` is left to the class.

    Raises:
        ClaimsError: they cannot be made.
    """
    if claims is None or isinstance(claims, Claims):
        return claims
    return read_claims(claims) if isinstance(claims, Path) else claims_from(claims)


def stated_deviations(deviations: Deviations | Path | None) -> Deviations:
    """Give the known deviations, in whatever form they are stated.

    Raises:
        UsageError: the file cannot be read, or is malformed.
    """
    if deviations is None:
        return Deviations()
    return read_deviations(deviations) if isinstance(deviations, Path) else deviations


def seconds(duration: float | str) -> float:
    """Give the seconds of a duration such as ``"10s"``, or of a number of seconds.

    Raises:
        UsageError: it is no duration.
    """
    if isinstance(duration, str):
        return parse_duration(duration)
    if isinstance(duration, bool) or not duration >= 0:
        raise UsageError(f"{duration!r} is no duration. Give seconds, or a text such as '10s'.")
    return float(duration)


def patience(duration: float | str) -> float:
    """Give the seconds that one call may take.

    Raises:
        UsageError: it is no duration, or none in which a call could come back.
    """
    found = seconds(duration)
    if not found:
        raise UsageError(f"call_timeout = {duration!r}: no call takes no time. Give '5s', or more.")
    return found


def name_of(factory: object) -> tuple[str, bool]:
    """Give ``module:attribute`` of a class or function, and say whether that finds it again."""
    module = getattr(factory, "__module__", None) or type(factory).__module__
    path = getattr(factory, "__qualname__", None) or type(factory).__qualname__
    found: object = sys.modules.get(module)
    for name in path.split("."):
        found = getattr(found, name, None)
    # What a script calls its main module, no other process finds by that name.
    return f"{module}:{path}", found is factory and module != "__main__"


def _no_words(file: str, target: str) -> tuple[str, ...]:  # noqa: ARG001 - as other words
    return ()


def _tiers(names: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(names)
    unknown = [name for name in chosen if name not in TIERS]
    if unknown or not chosen:
        raise UsageError(
            f"{', '.join(map(repr, unknown)) or 'nothing'} is no tier. Give some of "
            f"{', '.join(TIERS)}."
        )
    return chosen
