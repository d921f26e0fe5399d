"""The walkthrough does what its page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"
SCRIPT = DOCS / "examples" / "walkthrough.py"
PAGE = DOCS / "walkthrough.md"


def blocks(language: str) -> list[str]:
    """Give the fenced blocks of one language."""
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def unindented(text: str) -> str:
    """Give the lines without the blanks at their beginnings."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def test_output_is_what_the_page_shows(tmp_path: Path) -> None:
    """Run anywhere, in any time zone, the script prints the pieces of the page in their order."""
    environment = {**os.environ, "TZ": "Pacific/Kiritimati"}

    output = subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "".join(blocks("text")) == output
    assert [] == list(tmp_path.iterdir())


def test_code_is_what_the_script_does() -> None:
    """Each piece of code on the page stands in the script, line by line."""
    script = unindented(SCRIPT.read_text(encoding="utf-8"))
    pieces = blocks("python")

    assert 8 <= len(pieces)
    assert [] == [piece for piece in pieces if unindented(piece) not in script]
