"""The court on mutants of the reference: each in a process of its own, judged by the kit alone."""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType
from typing import Any, Final

from benchmarks.mutants import Mutant

_PATIENCE_SECONDS: Final = 150.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a mutant.

    Attributes:
        id: of the mutant.
        module: that was changed.
        fate: ``killed``, ``survived``, or ``cannot be run``: importing or entering it raises.
        by: the clause that was broken, or the error.
        tier: where the trace came from.
        operations: of the counterexample.
        seconds: how long it took.
        database: the server that showed it; nothing is an embedded SQLite.
    """

    id: str
    module: str
    fate: str
    by: str = ""
    tier: str = ""
    operations: int = 0
    seconds: float = 0.0
    database: str = ""


class _MutantFinder:
    """Finds the one changed module, and leaves all others to Python."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """Find it."""
        del path, target
        if fullname != self._mutant.module:
            return None
        loader = _Changed(fullname, str(self._mutant.path), self._mutant.text)
        return spec_from_file_location(fullname, self._mutant.path, loader=loader)


class _Changed(SourceFileLoader):
    """Loads a module from changed text, past every cache of compiled modules."""

    def __init__(self, fullname: str, path: str, text: str) -> None:
        super().__init__(fullname, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the loader's interface
        """Compile it."""
        return compile(self._text, self.path, "exec")


def judged(mutant: Mutant, ask: Callable[[], dict[str, Any]]) -> Judged:
    """Judge a mutant in a child process.

    Args:
        mutant: is put in the place of its module.
        ask: imports what it judges, and gives ``fate``, ``by``, ``tier`` and ``operations``.
    """
    began = time.perf_counter()
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(mutant, ask, writing)
    os.close(writing)
    found = _received(child, reading)
    return Judged(
        id=mutant.id,
        module=mutant.module,
        seconds=round(time.perf_counter() - began, 2),
        **found,
    )


def _in_child(mutant: Mutant, ask: Callable[[], dict[str, Any]], writing: int) -> None:
    os.setsid()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    if mutant.module in sys.modules:
        raise RuntimeError(f"{mutant.module} was imported before its mutant was in its place")
    sys.meta_path.insert(0, _MutantFinder(mutant))
    try:
        found = ask()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the mutant cannot be run
        found = {"fate": "cannot be run", "by": traceback.format_exception_only(error)[-1].strip()}
    os.write(writing, pickle.dumps(found))
    os._exit(0)


def _received(child: int, reading: int) -> dict[str, Any]:
    ready, _, _ = select.select([reading], [], [], _PATIENCE_SECONDS)
    data = b""
    while ready and (more := os.read(reading, 65_536)):
        data += more
    os.close(reading)
    # The child's own child goes with it: both are of one session.
    for group in (True, False):
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not data:
        return {"fate": "killed", "by": "it does not come back"}
    found: dict[str, Any] = pickle.loads(data)  # noqa: S301 - our own child wrote it
    return found
