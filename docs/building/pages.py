"""Writes the generated pages: ``python -m docs.building.pages FOLDER``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader

from docs.building.holding_up import HeldUp, held_up
from docs.building.oracle_lines import Lines, lines_for
from state_store_conformance.golden.filling import with_expectations
from state_store_conformance.reports.steps import StepInWords, legend, steps_in_words
from state_store_conformance.reports.templating import markdown_environment
from state_store_conformance.reports.timelines.drawing import timeline_of_law
from state_store_spec.clause import Clause
from state_store_spec.clause_files import CHAPTERS, FOLDER, load_clauses
from state_store_spec.profiles import PROFILES, find_profile
from state_store_spec.situations import SITUATIONS
from state_store_spec.telling_apart import Differing, differing_clauses
from state_store_spec.trace import Observation, Step, Trace
from state_store_zoo.catalog import FAULTS

TEMPLATES: Final = Path(__file__).parent / "templates"
DRAFT, RELEASE = "pr-67299", "airflow-3.3"

_HEADING: Final = re.compile(r"^# (?P<mark>[A-Z]+): (?P<title>.+)\n+(?P<intro>(?:.+\n)*)")


class ExampleOnPage(NamedTuple):
    """An example as it is shown: drawn, and step by step."""

    title: str
    only: str
    drawing: str
    steps: tuple[StepInWords, ...]
    legend: tuple[str, ...]


class ClauseOnPage(NamedTuple):
    """A clause with everything that is shown of it."""

    clause: Clause
    instead: str
    examples: tuple[ExampleOnPage, ...]
    lines: Lines | None
    situations: tuple[tuple[str, str, bool], ...]
    held: HeldUp


def write_pages(folder: Path) -> None:
    """Write a page for each chapter, one for both profiles, and the matrix."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = _environment()
    chapters = {clause.source_file: clause for clause in load_clauses()}
    clauses = load_clauses()
    for chapter in CHAPTERS:
        source = f"{FOLDER}/{chapter}.md"
        if source not in chapters:
            continue
        heading = _heading(chapter)
        own = [clause for clause in clauses if clause.source_file == source]
        _write(
            folder / f"{chapter}.md",
            environment.get_template("chapter.md.jinja").render(
                mark=heading["mark"],
                title=heading["title"],
                intro=" ".join(heading["intro"].split()),
                clauses=[_on_page(clause) for clause in own],
            ),
        )
    _write(folder / "profiles.md", _profiles(environment))
    _write(folder / "traceability.md", _traceability(environment, clauses))


def _write(file: Path, text: str) -> None:
    # Templates leave blank lines where they had nothing to say.
    file.write_text(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", encoding="utf-8")


def _environment() -> Environment:
    return markdown_environment().overlay(loader=FileSystemLoader(TEMPLATES))


def _heading(chapter: str) -> dict[str, str]:
    text = (files("state_store_spec") / FOLDER / f"{chapter}.md").read_text(encoding="utf-8")
    found = _HEADING.match(text)
    if found is None:
        raise ValueError(f"{chapter}.md does not begin with '# MARK: Title' and a paragraph")
    return found.groupdict()


def _on_page(clause: Clause) -> ClauseOnPage:
    held = held_up(clause)
    return ClauseOnPage(
        clause=clause,
        instead=_instead(clause),
        examples=tuple(_examples(clause)),
        lines=lines_for(clause.id),
        situations=tuple(
            (name, SITUATIONS[name].sentence, name in held.in_universes)
            for name in clause.situations
        ),
        held=held,
    )


def _instead(clause: Clause) -> str:
    """Say what the other profiles have in the place of a clause."""
    others = [find_profile(name) for name in PROFILES if name not in clause.profiles]
    named = (
        f"{{ref}}`{other.named_otherwise[clause.id]} <{other.named_otherwise[clause.id].lower()}>` "
        f"in `{other.name}` instead"
        for other in others
        if clause.id in other.named_otherwise
    )
    return "; ".join(named)


def _examples(clause: Clause) -> Iterator[ExampleOnPage]:
    for title, told in groupby(clause.examples, key=lambda example: example.title):
        examples = list(told)
        first = examples[0]
        alone = {example.profile for example in examples} != set(clause.profiles)
        trace = with_expectations(first, find_profile(first.profile))
        yield ExampleOnPage(
            title=title,
            only=first.profile if alone else "",
            drawing=_one_line(str(timeline_of_law(trace).drawings)),
            steps=steps_in_words(_answers_alone(first, trace)),
            legend=tuple(legend(first)),
        )


def _answers_alone(told: Trace, answered: Trace) -> Trace:
    """Give the trace with the oracle's answers; what is stored is drawn."""
    steps = zip(told.steps, answered.steps, strict=True)
    return replace(answered, steps=tuple(_answer_alone(own, step) for own, step in steps))


def _answer_alone(told: Step, answered: Step) -> Step:
    """Keep what crosses the boundary, and the worker's objects, where the example tells them."""
    shown, full = told.expect or Observation(), answered.expect or Observation()
    return replace(
        answered,
        expect=Observation(
            answer=full.answer,
            objects=full.objects if shown.objects is not None else None,
            crossed=full.crossed if shown.crossed is not None else None,
        ),
    )


def _one_line(drawing: str) -> str:
    """Keep blank lines out, which would end a block of HTML in Markdown."""
    return "\n".join(line for line in drawing.splitlines() if line.strip())


def _profiles(environment: Environment) -> str:
    held = [{clause.id for clause in load_clauses(name)} for name in (DRAFT, RELEASE)]
    return environment.get_template("profiles.md.jinja").render(
        one=find_profile(DRAFT),
        other=find_profile(RELEASE),
        shared=len(held[0] & held[1]),
        sides=[
            (DRAFT, RELEASE, list(_told_apart(differing_clauses(DRAFT, RELEASE)))),
            (RELEASE, DRAFT, list(_told_apart(differing_clauses(RELEASE, DRAFT)))),
        ],
    )


def _told_apart(differing: Iterable[Differing]) -> Iterator[dict[str, Any]]:
    for each in differing:
        yield {
            "clause": each.clause,
            "instead": each.instead,
            "steps": () if each.shown is None else steps_in_words(each.shown.trace),
            "shown_with": each.shown_with,
            "not_said": each.not_said,
        }


def _traceability(environment: Environment, clauses: tuple[Clause, ...]) -> str:
    return environment.get_template("traceability.md.jinja").render(
        rows=[
            (clause, len({example.title for example in clause.examples}), held_up(clause))
            for clause in clauses
        ],
        clauses=len(clauses),
        situations=len(SITUATIONS),
        faults=len(FAULTS),
    )


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
