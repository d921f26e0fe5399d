"""Apply each fault to a copy of the metastore and see the stateful tests catch it.

Prints a table in Markdown; ``--json FILE`` writes the same. Exit status 1 when a fault survives, or
when its counterexample is longer than it has to be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from faults.patched import PACKAGE, ROOT, patched_copy, patches

MOST_OPERATIONS = 6


def hunt(patch: Path, seed: int = 0) -> dict[str, Any]:
    """Run the stateful test in a process of its own, on a copy that has the fault."""
    return _run(patch, "faults.hunt", "--seed", str(seed), "--name", f"fault-{patch.stem}") | {
        "seed": seed
    }


def walk(patch: Path) -> dict[str, Any]:
    """Walk the small universes in a process of its own, on a copy that has the fault."""
    return _run(patch, "faults.walk")


def _run(patch: Path, module: str, *arguments: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        copy = patched_copy(patch, Path(folder))
        package = ("--package", str(copy / PACKAGE.name))
        done = subprocess.run(
            [sys.executable, "-m", module, *package, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(copy), str(ROOT)])},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{patch.name}: the hunt itself failed.\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"fault": patch.stem, **found}


def is_good(found: dict[str, Any]) -> bool:
    """Say whether the fault was caught, and shown in few operations."""
    return bool(found["caught"]) and found["operations"] <= MOST_OPERATIONS


def row(found: dict[str, Any]) -> str:
    """Give a row of the table."""
    if not found["caught"]:
        return f"| {found['fault']} | **no** | | {found['seconds_with_shrinking']:.1f} | | | |"
    return (
        f"| {found['fault']} | yes | {found['seconds_to_failure']:.2f} "
        f"| {found['seconds_with_shrinking']:.1f} | {found['operations']} "
        f"| {', '.join(found['counterexample'])} | {', '.join(found['clauses'])} |"
    )


def main() -> int:
    """Hunt every fault, print the table, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("faults", nargs="*", help="beginnings of the names of patches; all of them")
    arguments = parser.parse_args()

    sys.stdout.write(
        "Each fault is applied to a copy of the metastore; the state machine runs on SQLite in "
        f"memory, seed {arguments.seed}.\n\n"
        "| fault | caught | seconds to failure | with shrinking | operations | counterexample "
        "| clauses |\n| --- | --- | ---: | ---: | ---: | --- | --- |\n"
    )
    results: list[dict[str, Any]] = []
    for patch in patches():
        if arguments.faults and not patch.name.startswith(tuple(arguments.faults)):
            continue
        found = hunt(patch, arguments.seed)
        results.append(found)
        sys.stdout.write(row(found) + "\n")
        sys.stdout.flush()
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return int(not all(map(is_good, results)))


if __name__ == "__main__":
    sys.exit(main())
