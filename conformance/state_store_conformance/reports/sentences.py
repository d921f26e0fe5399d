"""What every form of a report says in the same words."""

from __future__ import annotations

from typing import Final

from state_store_conformance.report import ClauseVerdict, Counterexample, Report, Verdict

_HEADLINES: Final[dict[Verdict, str]] = {
    "PASS": "CONFORMS",
    "FAIL": "DOES NOT CONFORM",
    "INCONCLUSIVE": "INCONCLUSIVE",
    "ERROR": "ERROR",
}
_ORIGINS: Final = {
    "examples": "an example of the law",
    "situations": "the trace of a situation",
    "names": "a trace of hostile names",
    "crowds": "a trace of many rows",
    "exhaustive": "a walk through a small universe",
}
COUNTED: Final[dict[ClauseVerdict, str]] = {
    "PASS": "passed",
    "FAIL": "failed",
    "KNOWN DEVIATION": "broken as listed",
    "INCONCLUSIVE": "inconclusive",
    "ERROR": "in error",
    "NOT APPLICABLE": "not applicable",
}
"""Each verdict as what is said of a number of clauses."""


def headline(report: Report) -> str:
    """Give what is said of the target: a target that conforms says with how many deviations."""
    known = report.count("KNOWN DEVIATION")
    if report.verdict != "PASS" or not known:
        return _HEADLINES[report.verdict]
    return f"{_HEADLINES['PASS']}, with {known} known deviation{'' if known == 1 else 's'}"


def counts(report: Report) -> str:
    """Give how many clauses there are of each verdict, those of which there is one at least."""
    shown = [
        f"{count} {words}" for verdict, words in COUNTED.items() if (count := report.count(verdict))
    ]
    number = len(report.clauses)
    return f"{number} clause{'' if number == 1 else 's'}: {', '.join(shown)}"


def effort(report: Report) -> str:
    """Give how much was run."""
    traces = sum(report.traces.values())
    return f"{traces:,} traces, {report.steps:,} steps, {report.elapsed_seconds:.1f} s"


def origin(found: Counterexample, report: Report) -> str:
    """Give how long the counterexample is, and what it was made of."""
    steps = len(found.trace.steps)
    source = _ORIGINS.get(found.tier, f"seed {report.seed}")
    told = f"{steps} step{'' if steps == 1 else 's'}, shortened from {source}."
    if found.repeated:
        return told
    return f"{told} It did not fail again when it was run again: it depends on chance."


def password_hint(found: Counterexample) -> str:
    """Say what to put into the command that runs it again, where a password is hidden."""
    hidden = found.command is not None and "***" in found.command
    return "(put the password in the place of ***)" if hidden else ""
