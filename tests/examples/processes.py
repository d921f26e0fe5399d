"""Processes that work on one store at the same time, and what they saw."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tests.examples.store import Store

WORKER: Final = Path(__file__).with_name("worker.py")
PROCESSES: Final = 4
ROUNDS: Final = {"redis": 60, "files": 30, "dynamodb": 8, "sqlite3": 30}
"""How often each process writes, by the name of the example: some are slow."""


def work_together(store: Store) -> Counter[str]:
    """Start the processes, let them begin together, and add up what they saw."""
    orders = json.dumps({"store": asdict(store), "rounds": ROUNDS[store.example]})
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.examples.worker", f"p{number}", orders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=WORKER.parents[2],
        )
        for number in range(PROCESSES)
    ]
    try:
        return _together(processes)
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _together(processes: list[subprocess.Popen[str]]) -> Counter[str]:
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    seen = Counter[str]()
    for process in processes:
        output, _ = process.communicate(timeout=120)
        assert 0 == process.returncode
        seen.update(json.loads(output))
    return seen
