"""The report as one HTML page that needs nothing else: no network, no script to be read."""

from __future__ import annotations

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Final, NamedTuple

from markupsafe import Markup

from state_store_conformance.applicability import OBSTACLES
from state_store_conformance.report import ClauseReport, ClauseVerdict, Report
from state_store_conformance.reports.sentences import (
    COUNTED,
    effort,
    headline,
    origin,
    password_hint,
)
from state_store_conformance.reports.steps import beside_the_answer, legend, steps_in_words
from state_store_conformance.reports.templating import html_environment
from state_store_conformance.reports.timelines.drawing import timeline
from state_store_conformance.target import CAPABILITIES
from state_store_conformance.universe_wording import universe_in_words
from state_store_spec.situations import SITUATIONS

_BROKEN: Final[tuple[ClauseVerdict, ...]] = ("FAIL", "KNOWN DEVIATION")


class Tally(NamedTuple):
    """How many clauses there are of a verdict.

    Attributes:
        verdict: the verdict.
        words: what is said of a number of clauses.
        number: how many there are.
        before: how many there are of the verdicts before it.
    """

    verdict: ClauseVerdict
    words: str
    number: int
    before: int


class SituationReport(NamedTuple):
    """A situation: what it is, how often it was reached, and which clauses need it."""

    id: str
    sentence: str
    times: int
    clauses: tuple[str, ...]


def html(report: Report) -> str:
    """Give the report as a page that a browser opens from a file, by mail or from an archive."""
    environment = html_environment()
    style, script = _source("page.css") + _source("timeline.css"), _source("page.js")
    situations = _situations(report)
    return environment.get_template("page.html.jinja").render(
        report=report,
        headline=headline(report),
        effort=effort(report),
        style=Markup(style),  # noqa: S704 - our own
        script=Markup(script),  # noqa: S704 - our own
        policy=_policy(style, script),
        tallies=_tallies(report),
        broken=_broken(report),
        chapters=[
            (chapter, list(clauses))
            for chapter, clauses in groupby(report.clauses, key=lambda clause: clause.chapter)
        ],
        reached=[situation for situation in situations if situation.times],
        missing=[situation for situation in situations if not situation.times],
        not_asked=_not_asked(report),
        capabilities=CAPABILITIES,
        universe_in_words=universe_in_words,
        timeline=timeline,
        steps_in_words=steps_in_words,
        beside_the_answer=beside_the_answer,
        legend=legend,
        origin=partial(origin, report=report),
        password_hint=password_hint,
    )


def _broken(report: Report) -> list[ClauseReport]:
    """Give what is broken: failures first, those with steps to show before the others."""
    broken = (clause for clause in report.clauses if clause.verdict in _BROKEN)
    return sorted(broken, key=lambda clause: (clause.verdict, clause.counterexample is None))


def _policy(style: str, script: str) -> str:
    """Forbid everything but our own style and script: what got in by a mistake does nothing."""
    return f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"


def _hash(text: str) -> str:
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@cache
def _source(name: str) -> str:
    return files("state_store_conformance.reports").joinpath("templates", name).read_text("utf-8")


def _tallies(report: Report) -> list[Tally]:
    tallies: list[Tally] = []
    before = 0
    for verdict, words in COUNTED.items():
        if count := report.count(verdict):
            tallies.append(Tally(verdict, words, count, before))
            before += count
    return tallies


def _situations(report: Report) -> list[SituationReport]:
    counts: dict[str, int] = {}
    clauses: dict[str, list[str]] = {}
    for clause in report.clauses:
        if clause.verdict == "NOT APPLICABLE":
            continue
        for name in (*clause.situations_reached, *clause.situations_missing):
            counts[name] = clause.situations_reached.get(name, 0)
            clauses.setdefault(name, []).append(clause.id)
    return [
        SituationReport(
            id=name,
            sentence=SITUATIONS[name].sentence if name in SITUATIONS else "",
            times=count,
            clauses=tuple(clauses[name]),
        )
        for name, count in counts.items()
    ]


def _not_asked(report: Report) -> list[tuple[str, list[ClauseReport]]]:
    groups: dict[str, list[ClauseReport]] = {}
    for clause in report.clauses:
        if clause.obstacle is not None:
            groups.setdefault(OBSTACLES[clause.obstacle], []).append(clause)
    return list(groups.items())
