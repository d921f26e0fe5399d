"""Draws what a terminal shows of a failing backend: ``make pictures``."""

from __future__ import annotations

import re
from collections.abc import Hashable
from io import StringIO
from pathlib import Path
from typing import Final

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from state_store_conformance.checking import CheckOptions, check, save_counterexamples
from state_store_conformance.targets.finding import custom_backend
from state_store_conformance.terminal import print_report
from state_store_spec import StateScope, TaskScope
from state_store_zoo.custom.memory import MemoryBackend

PICTURE: Final = Path(__file__).resolve().parents[1] / "pictures" / "terminal.svg"
_NAME: Final = "mypackage.state:MyBackend"
_FONTS: Final = re.compile(r"@font-face \{\{.*?\}\}\s*", flags=re.DOTALL)


class ForgetsTheRun(MemoryBackend):
    """Keeps one state for all runs of a task."""

    def place(self, scope: StateScope) -> Hashable:
        """Leave the run out."""
        if isinstance(scope, TaskScope):
            return scope.dag_id, scope.task_id, scope.map_index
        return scope


def drawn() -> str:
    """Judge the backend, and give the picture of what is printed."""
    console = Console(record=True, width=84, force_terminal=True, file=StringIO())
    console.print(Text.assemble(("$ ", "dim"), f"state-store check {_NAME} -q"))
    options = CheckOptions(tiers=("examples",))
    report = check(custom_backend(lambda: ForgetsTheRun, _NAME), options)
    report = save_counterexamples(report, Path(".state-store") / "traces")
    print_report(report, console, verbosity=-1)
    # The letters are those of the reader's machine: nothing is loaded from elsewhere.
    return console.export_svg(title="state-store", code_format=_FONTS.sub("", CONSOLE_SVG_FORMAT))


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
