"""Processes that write, read and clear the same keys at the same time; and one that forks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from state_store_spec import TaskScope
from tests.reference.object_storage.conftest import Storage
from tests.reference.object_storage.worker import KEYS, SCOPE, is_whole, whole

WORKER = Path(__file__).with_name("worker.py")
PROCESSES = 8
ROUNDS = {"local": 60, "s3": 12}


def counts(storage: Storage, rounds: int) -> Counter[str]:
    """Let the processes work together, and add up what they saw."""
    processes = [
        subprocess.Popen(
            [sys.executable, WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    try:
        return together(processes, storage, rounds)
    finally:
        for process in processes:
            process.kill()


def together(processes: list[subprocess.Popen[str]], storage: Storage, rounds: int) -> Counter[str]:
    """Order the processes about; none of them begins before all are ready."""
    for number, process in enumerate(processes):
        orders = {
            "base_path": storage.base_path,
            "storage_options": storage.options,
            "name": f"p{number}",
            "rounds": rounds,
            # Two of them, so that the others still read each other's values.
            "clears": number < 2,
        }
        tell(process, json.dumps(orders))
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    for process in processes:
        tell(process, "go")
    seen = Counter[str]()
    for process in processes:
        output, _ = process.communicate(timeout=120)
        assert 0 == process.returncode
        seen.update(json.loads(output))
    return seen


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Send a process one line."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def test_no_torn_value(request: pytest.FixtureRequest, storage: Storage) -> None:
    """Eight processes that write, read and clear never see a part or a mixture of values.

    They do see each other's values, or the test would show nothing.
    """
    rounds = ROUNDS[request.node.callspec.params["storage"]]

    seen = counts(storage, rounds)

    assert 0 == seen["torn"]
    assert seen["others"] > PROCESSES
    assert PROCESSES * rounds * 2 == seen.total()
    # No temporary file is left, and what is there is whole.
    root = Path(storage.base_path)
    assert {path.name for path in root.rglob("*") if path.is_file()} <= {"key=job", "key=rows"}
    backend = storage.backend()
    assert all(is_whole(backend.get(SCOPE, key) or whole("")) for key in KEYS)


def test_whole_value_is_recognized() -> None:
    """The check that the processes make finds a value that is cut or mixed."""
    value = whole("p1 7 " * 100)

    assert is_whole(value)
    assert not is_whole(value[:-1])
    assert not is_whole(value.replace("p1", "p2", 1))
    assert not is_whole("")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX systems fork")
def test_forked_process(storage: Storage) -> None:
    """A backend that was used before a fork works in the child, as tasks of Airflow need it."""
    script = """
import json, os, sys
from state_store_reference.object_storage import ObjectStorageStateBackend
from state_store_spec import TaskScope

scope = TaskScope("shop", "monday", "load", 1)
base_path, options = json.loads(sys.argv[1])
backend = ObjectStorageStateBackend(base_path, storage_options=options)
backend.set(scope, "job", "parent")
child = os.fork()
if child == 0:
    assert backend.get(scope, "job") == "parent"
    backend.set(scope, "job", "child")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert backend.get(scope, "job") == "child"
"""
    subprocess.run(
        [sys.executable, "-c", script, json.dumps([storage.base_path, storage.options])],
        check=True,
        timeout=60,
    )

    assert "child" == storage.backend().get(TaskScope("shop", "monday", "load", 1), "job")
