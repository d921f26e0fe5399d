"""Timelines as SVG: one for wide pages, one for narrow ones."""

from __future__ import annotations

from typing import Final, NamedTuple

from markupsafe import Markup

from state_store_conformance.report import Counterexample
from state_store_conformance.reports.templating import html_environment
from state_store_conformance.reports.timelines.history import History, history
from state_store_conformance.reports.timelines.layout import laid_out
from state_store_spec.trace import Trace

_GLYPHS: Final = {
    "write": "written",
    "read": "read",
    "delete": "deleted",
    "clear": "cleared",
    "lose": "object lost",
    "expiry": "expires",
}
_SWATCHES: Final = {
    "time": "time passes",
    "collection": "collection",
    "expected": "expected",
    "actual": "actual",
    "wrong": "not as expected",
    "wrong-answer": "not as expected",
    "missing": "missing",
}
_WIDTHS: Final = {"wide": 880, "narrow": 308}


class Timeline(NamedTuple):
    """The drawings of a counterexample, and the signs that they use.

    Attributes:
        drawings: the style sheet of the page shows the one that fits.
        glyphs: names of shapes, each with what it means.
        swatches: names of colors, each with what it means.
    """

    drawings: Markup
    glyphs: dict[str, str]
    swatches: dict[str, str]


def timeline(found: Counterexample) -> Timeline:
    """Draw a counterexample: what had to be, and below it what was."""
    answers_differ = any(
        difference.subject.startswith("answer") for difference in found.differences
    )
    return _drawn(history(found.trace, answers_differ=answers_differ), found.trace, compares=True)


def timeline_of_law(trace: Trace) -> Timeline:
    """Draw what a trace expects: how long each row has to be there."""
    return _drawn(history(trace), trace, compares=False)


def _drawn(told: History, trace: Trace, *, compares: bool) -> Timeline:
    template = html_environment().get_template("timeline.svg.jinja")
    steps = len(told.columns)
    keys = "1 key" if len(told.lanes) == 1 else f"{len(told.lanes)} keys"
    label = f"Timeline of {steps} steps over {keys}; the table says it in words."
    laid = {
        size: laid_out(told, trace.start, width, compares=compares)
        for size, width in _WIDTHS.items()
    }
    drawn = (
        template.render(size=size, label=label, drawing=drawing) for size, drawing in laid.items()
    )
    looks = {glyph.look for lane in laid["wide"].lanes for glyph in lane.glyphs}
    looks |= {bar.look for lane in laid["wide"].lanes for bar in lane.bars}
    looks |= {column.kind for column in told.columns}
    return Timeline(
        # The template escapes what it is given.
        drawings=Markup("").join(map(Markup, drawn)),
        glyphs={name: words for name, words in _GLYPHS.items() if name in looks},
        swatches={name: words for name, words in _SWATCHES.items() if name in looks},
    )
