"""The fenced blocks of what people read, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
_FENCED: Final = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block.

    Attributes:
        page: where it stands, below the project.
        language: the word behind the fence.
        text: its lines.
    """

    page: str
    language: str
    text: str

    def __str__(self) -> str:
        first = self.text.splitlines()[0] if self.text else ""
        return f"{self.page}: {first[:60]}"


def pages() -> Iterator[Path]:
    """Yield the pages that were written by hand."""
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        yield ROOT / name
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if "generated" not in page.parts:
            yield page


def blocks(*languages: str) -> list[Block]:
    """Give the blocks in these languages."""
    return [
        Block(page.relative_to(ROOT).as_posix(), language, text)
        for page in pages()
        for language, text in _FENCED.findall(page.read_text(encoding="utf-8"))
        if language in languages
    ]


def commands() -> list[tuple[str, str]]:
    """Give each command that a page shows: the page, and the command without its comment."""
    found: list[tuple[str, str]] = []
    for block in blocks("console"):
        text = block.text.replace("\\\n", " ")
        for line in text.splitlines():
            if line.startswith("$ "):
                command, _, _ = line.removeprefix("$ ").partition(" #")
                found.append((block.page, " ".join(command.split())))
    return found
