"""Judging a backend from Python: one function, any factory."""

from __future__ import annotations

import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import state_store_conformance
from state_store_conformance import Report, check_backend
from state_store_conformance.deviations.entries import Deviation, Deviations
from state_store_conformance.errors import BrokenFixtureError, UsageError
from state_store_spec import Claims, ClaimsError, read_trace
from tests.conformance import plain_backends
from tests.conformance.plain_backends import (
    CannotBeMade,
    ClaimsTooMuch,
    ClearsEveryMapIndex,
    HangsInGet,
    InMemory,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

EXAMPLES: Any = {"tiers": ("examples",), "budget": "60s"}


def failed(report: Report) -> list[str]:
    """Give the clauses that are broken."""
    return [clause.id for clause in report.clauses if clause.verdict == "FAIL"]


def factories() -> dict[str, Callable[[], object]]:
    """Give every kind of thing that makes a backend."""

    def local() -> InMemory:
        return InMemory()

    @contextmanager
    def blocking() -> Generator[InMemory]:
        yield InMemory()

    @asynccontextmanager
    async def asynchronous() -> AsyncGenerator[InMemory]:
        yield InMemory()

    async def coroutine() -> InMemory:
        return InMemory()

    async def async_generator() -> AsyncGenerator[InMemory]:
        yield InMemory()

    return {
        "class": InMemory,
        "local function": local,
        "context manager": blocking,
        "async context manager": asynchronous,
        "coroutine": coroutine,
        "generator": plain_backends.yielded,
        "async generator": async_generator,
    }


@pytest.mark.parametrize("kind", list(factories()))
def test_whatever_makes_a_backend_is_taken(kind: str) -> None:
    """A class, a function of this very test, a context manager, a coroutine or a generator."""
    report = check_backend(factories()[kind], **EXAMPLES, max_traces=5)

    assert [] == failed(report)
    assert report.steps > 0
    assert report.verdict == "INCONCLUSIVE"


def test_a_backend_that_obeys_conforms() -> None:
    """All clauses that can be asked pass, and the exit status is that of the command."""
    report = check_backend(InMemory, budget=60, max_traces=230)

    assert ("PASS", 0) == (report.verdict, report.exit_status)


def test_a_broken_backend_is_no_exception(tmp_path: Path) -> None:
    """The report says what is broken, saves the trace and says how to run it again."""
    report = check_backend(ClearsEveryMapIndex, **EXAMPLES, save_traces=tmp_path)
    (found,) = (clause.counterexample for clause in report.clauses if clause.counterexample)

    assert ["SCOPE-4"] == failed(report)
    assert found.file is not None
    assert read_trace(Path(found.file)) == found.trace
    assert found.command == (
        f"state-store replay {found.file} --target "
        "tests.conformance.plain_backends:ClearsEveryMapIndex"
    )


def test_a_local_function_has_no_command(tmp_path: Path) -> None:
    """No other process could call it, so none is promised."""

    def local() -> InMemory:
        return ClearsEveryMapIndex()

    report = check_backend(local, **EXAMPLES, save_traces=tmp_path)
    (found,) = (clause.counterexample for clause in report.clauses if clause.counterexample)

    assert found.command is None
    assert found.file is not None


@pytest.mark.parametrize("form", ["class", "mapping", "claims", "file"])
def test_claims_are_held_against_it(form: str, tmp_path: Path) -> None:
    """To claim too much is to fail, in whatever form it is claimed; the trace says what was."""
    file = tmp_path / "claims.toml"
    file.write_text('expiry = "prompt"\ndurable = true\n')
    stated: dict[str, Any] = {
        "class": None,
        "mapping": {"expiry": "prompt", "durable": True},
        "claims": Claims(expiry="prompt", durable=True),
        "file": file,
    }
    report = check_backend(
        ClaimsTooMuch if form == "class" else InMemory,
        claims=stated[form],
        **EXAMPLES,
        save_traces=tmp_path,
    )
    claimed = {"expiry": "prompt", "durable": True}
    found = [clause.counterexample for clause in report.clauses if clause.counterexample]

    assert {"CUSTOM-5", "CUSTOM-7"} <= set(failed(report))
    assert claimed == report.claims
    assert [claimed] * len(found) == [one.trace.claims.stated() for one in found]
    assert [form == "file"] * len(found) == ["--claims" in (one.command or "") for one in found]


def test_a_known_deviation_does_not_count_against_it() -> None:
    """What is listed is run, and shown as what it is."""
    known = Deviations(entries=(Deviation(clause="SCOPE-4", reason="accepted"),))
    report = check_backend(ClearsEveryMapIndex, **EXAMPLES, deviations=known)

    assert [] == failed(report)
    assert "KNOWN DEVIATION" in {clause.verdict for clause in report.clauses}


def test_a_call_that_hangs_is_waited_for_as_long_as_is_said() -> None:
    """The patience with one call is the caller's to choose."""
    report = check_backend(HangsInGet, **EXAMPLES, call_timeout=0.3, max_traces=3)
    found = next(clause for clause in report.clauses if clause.id == "METHOD-7").counterexample

    assert found is not None
    assert "0.3 s" in found.differences[0].actual


def test_a_factory_that_breaks_is_not_the_fault_of_the_backend() -> None:
    """The error names the factory and what it raised; so does the report on a class."""

    def unreachable() -> InMemory:
        raise ConnectionError("nobody answers")

    with pytest.raises(BrokenFixtureError, match="nobody answers"):
        check_backend(unreachable, **EXAMPLES)

    report = check_backend(CannotBeMade, **EXAMPLES)
    assert ("ERROR", 2) == (report.verdict, report.exit_status)
    assert "nobody answers" in report.reason


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"budget": "soon"}, "'soon' is no duration"),
        ({"budget": -1}, "-1 is no duration"),
        ({"tiers": ("guesses",)}, "'guesses' is no tier"),
        ({"tiers": ()}, "nothing is no tier"),
        ({"call_timeout": 0}, "no call takes no time"),
        ({"profile": "airflow-9"}, "'airflow-9' is no profile"),
        ({"deviations": Path("/no/such.toml")}, "Expected a deviations file"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arguments: dict[str, Any], told: str) -> None:
    """The error names the value and the remedy, before anything is run."""
    with pytest.raises(ValueError, match=told):
        check_backend(InMemory, **arguments)


def test_claims_that_mean_nothing_are_refused() -> None:
    """The error names the claim and what can be claimed."""
    with pytest.raises(ClaimsError, match="Did you mean 'expiry'"):
        check_backend(InMemory, claims={"expire": "prompt"})


def test_an_instance_is_refused() -> None:
    """One instance for all traces would share state between them."""
    instance: Any = InMemory()

    with pytest.raises(UsageError, match="is an instance of InMemory"):
        check_backend(instance)


def test_everything_that_is_offered_is_there() -> None:
    """What is listed can be imported, and is listed by `dir`."""
    offered = state_store_conformance.__all__

    assert sorted(offered) == offered
    assert set(offered) <= set(dir(state_store_conformance))
    assert all(getattr(state_store_conformance, name) is not None for name in offered)
    with pytest.raises(AttributeError, match="no attribute 'check'"):
        _ = state_store_conformance.check


def test_importing_the_package_costs_nothing() -> None:
    """In every session of pytest it is imported, and brings no database, Hypothesis or pydantic."""
    heavy = "{'sqlalchemy', 'hypothesis', 'pydantic', 'rich', 'state_store_spec'}"
    program = "import sys, state_store_conformance.pytest_plugin;"
    program += f"print(sorted({heavy} & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ended.stdout == "[]\n"
