"""The templates of reports: what comes from outside is made harmless unless a filter did so."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from state_store_conformance.reports.legible import legible, spans

# What means something to GitHub's or GitLab's Markdown within a line; $ begins a formula.
_MEANINGFUL: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
_ADDRESS: Final = ":/?#[]@!$&'()*+,;=%~"
_BACKTICKS: Final = re.compile(r"`+")


def html_environment() -> Environment:
    """Give the templates of HTML and SVG, where every text is escaped."""
    return _environment(autoescape=True, law=_law_as_html, sentence=_as_sentence, px=_as_pixels)


def markdown_environment() -> Environment:
    """Give the templates of Markdown, where every text passes a filter of the template."""
    return _environment(
        autoescape=False,
        law=_law_as_markdown,
        text=text_as_markdown,
        fenced=fenced,
        link=_link_as_markdown,
    )


@cache
def _environment(*, autoescape: bool, **filters: Callable[..., str]) -> Environment:
    environment = Environment(
        loader=PackageLoader("state_store_conformance.reports"),
        autoescape=autoescape,  # noqa: S701 - off for Markdown alone, whose filters escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    if autoescape:
        environment.finalize = _finalized
    return environment


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def _as_pixels(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _finalized(value: object) -> object:
    # What no HTML can hold is spelled out before it is escaped; numbers stay as they are.
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def text_as_markdown(text: str) -> str:
    """Give the text as one line of Markdown that means nothing but itself."""
    return _MEANINGFUL.sub(r"\\\1", legible(text)).replace("\n", "<br>")


def fenced(text: str, language: str = "text") -> str:
    """Give the lines as a block of code whose fence no line of it can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{legible(text)}\n{fence}"


def _link_as_markdown(link: str) -> str:
    # Between angle brackets; the form of a deviation lets in no blanks.
    return quote(legible(link), safe=_ADDRESS)


def _law_as_markdown(sentence: str) -> str:
    return "".join(_MARKDOWN[span.kind](span.text) for span in spans(sentence))


def _code_as_markdown(code: str) -> str:
    # A bar ends the cell of a table even within code.
    fence = "`" * (_longest_run(code) + 1)
    blank = " " if "`" in code else ""
    return f"{fence}{blank}{code}{blank}{fence}".replace("|", r"\|")


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _law_as_html(sentence: str) -> Markup:
    return Markup("").join(_HTML[span.kind].format(span.text) for span in spans(sentence))


_MARKDOWN: Final[dict[str, Callable[[str], str]]] = {
    "plain": text_as_markdown,
    "code": _code_as_markdown,
    "strong": lambda text: f"**{text_as_markdown(text)}**",
}
_HTML: Final[dict[str, Markup]] = {
    "plain": Markup("{}"),
    "code": Markup("<code>{}</code>"),
    "strong": Markup("<strong>{}</strong>"),
}
