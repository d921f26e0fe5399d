"""Measure how long people wait before anything happens: the import, and the command's help.

Prints a table in Markdown; ``--json FILE`` writes the same numbers. Exit status 1 when a bound is
missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = 15
COMMAND = Path(sys.executable).with_name("state-store")
IMPORT = """
import time
start = time.perf_counter()
import state_store_spec
print(time.perf_counter() - start)
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was measured; all times are in seconds, and medians."""

    what: str
    seconds: float
    bound_seconds: float | None

    @property
    def verdict(self) -> str:
        """Say whether the bound, if there is one, was met."""
        if self.bound_seconds is None:
            return ""
        return "met" if self.seconds <= self.bound_seconds else "MISSED"


def run(command: list[str], environment: dict[str, str]) -> tuple[float, str]:
    """Run a command from start to end; give its seconds and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def measure() -> list[Measure]:
    """Measure in processes of their own, with bytecode compiled as after an installation."""
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        run([*python, IMPORT], environment)
        run([str(COMMAND), "--help"], environment)

        runs = range(RUNS)
        bare = [run([*python, "pass"], environment)[0] for _ in runs]
        imports = [float(run([*python, IMPORT], environment)[1]) for _ in runs]
        helps = [run([str(COMMAND), "--help"], environment)[0] for _ in runs]
    return [
        Measure("the interpreter alone, as a process", statistics.median(bare), None),
        Measure("`import state_store_spec`, the statement", statistics.median(imports), 0.2),
        Measure("`state-store --help`, as a process", statistics.median(helps), 0.4),
    ]


def main() -> int:
    """Print the table, write the file if one is asked for, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()

    measures = measure()
    print(f"Median of {RUNS} runs, warm, bytecode compiled.\n")
    print("| what | seconds | at most | |\n| --- | ---: | ---: | --- |")
    for one in measures:
        bound = "" if one.bound_seconds is None else f"{one.bound_seconds:.1f}"
        print(f"| {one.what} | {one.seconds:.3f} | {bound} | {one.verdict} |")
    if arguments.json:
        text = json.dumps([asdict(one) | {"verdict": one.verdict} for one in measures], indent=2)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return int(any(one.verdict == "MISSED" for one in measures))


if __name__ == "__main__":
    sys.exit(main())
