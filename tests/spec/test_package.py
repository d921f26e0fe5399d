"""The package: what it offers, and what its import costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import state_store_spec
from state_store_spec import clause_files, trace_files
from state_store_spec.trace import Trace

READERS = ("pydantic", "yaml", "markdown_it", "hypothesis", "sqlalchemy")


def run(program: str) -> str:
    """Run a program in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def test_everything_offered_is_there() -> None:
    """Each name of the package can be had, and the package lists it."""
    assert [] == [name for name in state_store_spec.__all__ if not hasattr(state_store_spec, name)]
    assert set(state_store_spec.__all__) <= set(dir(state_store_spec))


def test_names_come_from_their_modules() -> None:
    """A name that is had late is the same object as in the module it lives in."""
    assert state_store_spec.Trace is Trace
    assert state_store_spec.load_clauses is clause_files.load_clauses
    assert state_store_spec.read_trace is trace_files.read_trace


def test_unknown_name() -> None:
    """A name that the package does not have is an attribute error that says so."""
    with pytest.raises(
        AttributeError, match=r"^module 'state_store_spec' has no attribute 'Tracer'$"
    ):
        state_store_spec.Tracer  # noqa: B018


def test_import_brings_no_reader() -> None:
    """To import the vocabulary brings none of the libraries that read files."""
    program = (
        "import sys, state_store_spec as s; s.TaskScope('d', 'r', 't'); s.NEVER_EXPIRE; "
        f"print([name for name in {READERS!r} if name in sys.modules])"
    )

    assert run(program) == "[]"


def test_clauses_are_there_from_any_directory() -> None:
    """The clause files are found where the package is, and not where the user is."""
    program = (
        "import os, tempfile; os.chdir(tempfile.gettempdir()); "
        "import state_store_spec as s; print(s.find_clause('GC-1').id, len(s.load_clauses()))"
    )

    assert run(program) == f"GC-1 {len(state_store_spec.load_clauses())}"
