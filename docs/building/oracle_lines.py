"""The lines of the oracle that say what a clause says: those that name it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import state_store_spec

PACKAGE: Final = Path(state_store_spec.__file__).parent
MOST_LINES: Final = 26

# The rules come first; what prepares them may name a clause as well.
_PLACES: Final = ("oracle", "limits.py", "retention.py", "scopes.py", "settings.py", "profiles")
_CLAUSE: Final = re.compile(r"\b[A-Z]+-\d+\b")


class Lines(NamedTuple):
    """A piece of the oracle.

    Attributes:
        file: below the package.
        first: the number of its first line.
        text: the lines, without the indentation that all of them share.
    """

    file: str
    first: int
    text: str


def lines_for(clause: str) -> Lines | None:
    """Give the shortest piece that names the clause; ``None`` where the oracle does not."""
    return min(_pieces().get(clause, ()), key=lambda lines: lines.text.count("\n"), default=None)


@cache
def _pieces() -> dict[str, list[Lines]]:
    found: dict[str, list[Lines]] = {}
    for place in _PLACES:
        for file in sorted(
            (PACKAGE / place).rglob("*.py") if "." not in place else [PACKAGE / place]
        ):
            for clause, lines in _pieces_of(file):
                found.setdefault(clause, []).append(lines)
    return found


def _pieces_of(file: Path) -> Iterator[tuple[str, Lines]]:
    source = file.read_text(encoding="utf-8").splitlines()
    module = ast.parse("\n".join(source))
    nodes: list[ast.stmt] = [
        *module.body,
        *(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.ClassDef)),
    ]
    for number, line in enumerate(source, start=1):
        for clause in _CLAUSE.findall(line):
            first, last = _around(nodes, number, len(source))
            lines = _cut(file, source, first, last)
            if clause in _CLAUSE.findall(lines.text):
                yield clause, lines


def _around(nodes: Sequence[ast.stmt], number: int, last_line: int) -> tuple[int, int]:
    """Give the first and last line of the smallest definition around or below a line."""
    around = [
        (_first(node), node.end_lineno or last_line)
        for node in nodes
        # A comment stands above what it speaks of.
        if _first(node) - 2 <= number <= (node.end_lineno or last_line)
    ]
    first, last = min(around, key=lambda span: span[1] - span[0], default=(1, last_line))
    return min(first, number), last


def _first(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _cut(file: Path, source: list[str], first: int, last: int) -> Lines:
    kept = source[first - 1 : last]
    if len(kept) > MOST_LINES:
        kept = [*kept[:MOST_LINES], f"{_indent(kept[MOST_LINES])}..."]
    indent = min((len(_indent(line)) for line in kept if line.strip()), default=0)
    text = "\n".join(line[indent:] for line in kept)
    return Lines(file.relative_to(PACKAGE).as_posix(), first, text)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
