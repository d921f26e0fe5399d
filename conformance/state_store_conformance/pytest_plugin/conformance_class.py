"""A class of tests for a backend: whoever derives from it says how the backend is made."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest

from state_store_conformance.backend_checking import stated_claims
from state_store_conformance.pytest_plugin import outcomes
from state_store_conformance.pytest_plugin.judging import (
    clause_of,
    judge,
    report_of,
    run_pinned,
)
from state_store_conformance.pytest_plugin.options import check_options, shown_path
from state_store_conformance.pytest_plugin.pinned_traces import Pinned, traces_of_class
from state_store_conformance.pytest_plugin.sharing import Judgment, judgments_of
from state_store_conformance.targets.finding import custom_backend
from state_store_spec.claims import Claims
from state_store_spec.clause_files import load_clauses
from state_store_spec.errors import StateStoreError

if TYPE_CHECKING:
    from state_store_conformance.checking import CheckOptions
    from state_store_conformance.report import ClauseReport, Report
    from state_store_conformance.side_by_side import Run
    from state_store_conformance.target import Target


class BackendConformance:
    """One test for each clause of the law, and one for the verdict as a whole.

    Derive from it, and say how the backend is made::

        class TestMyBackend(BackendConformance):
            def make_backend(self):
                return MyBackend(...)

    The backend is judged once, when the first of the tests runs. The command line of pytest has
    options that override the attributes.

    Attributes:
        claims: what the backend promises: a mapping, :class:`~state_store_spec.claims.Claims`, or
            the path of a TOML file beside the module; by default what its class says.
        budget: how long judging may take: ``"10s"``, ``"1.5m"``, or seconds.
        seed: of the random traces.
        profile: the name of the law.
        call_timeout: how long one call may take before it counts as one that hangs.
        max_traces: end after so many traces, however much time is left.
        deviations: a TOML file beside the module, with the clauses that it is known to break.
        traces: a folder of trace files beside the module, each of which becomes a test; by default
            ``state_store_traces``, if it is there.
    """

    state_store_abstract: ClassVar[bool] = True

    claims: ClassVar[Claims | Mapping[str, object] | Path | str | None] = None
    budget: ClassVar[str | float | None] = None
    seed: ClassVar[int | None] = None
    profile: ClassVar[str | None] = None
    call_timeout: ClassVar[str | float | None] = None
    max_traces: ClassVar[int | None] = None
    deviations: ClassVar[Path | str | None] = None
    traces: ClassVar[Path | str | None] = None

    def make_backend(self, *fixtures: Any, **named_fixtures: Any) -> object:  # noqa: ANN401
        """Make a backend, for one trace.

        It is called in a child process, once for each trace. Each argument is a fixture of pytest,
        which is set up once, by the first test, in the process of pytest.

        Returns:
            A backend, or a context manager around one. As a generator function it yields one.
        """
        raise NotImplementedError(
            f"{type(self).__qualname__} does not say how its backend is made: write a method "
            "make_backend(self) that returns one."
        )

    @pytest.fixture
    def state_store_clause(self, request: pytest.FixtureRequest) -> tuple[ClauseReport, Report]:
        """Give what was found of a clause."""
        report = _report(request)
        clause = clause_of(report, request.param)
        outcomes.require_asked(clause, report)
        return clause, report

    @pytest.fixture
    def state_store_report(self, request: pytest.FixtureRequest) -> Report:
        """Give what was found of the backend as a whole."""
        report = _report(request)
        outcomes.require_judged(report)
        return report

    @pytest.fixture
    def state_store_run(self, request: pytest.FixtureRequest) -> tuple[Run, Pinned]:
        """Give what came of a pinned trace."""
        file = shown_path(request.config, request.param)
        pinned = Pinned(file, _words(request, str(file), ""))
        return run_pinned(request.param, lambda: _judged(request)), pinned

    def test_clause(self, state_store_clause: tuple[ClauseReport, Report]) -> None:
        """The backend keeps the clause."""
        outcomes.settle(*state_store_clause)

    def test_verdict(self, state_store_report: Report) -> None:
        """The backend keeps every clause that can be asked of it."""
        outcomes.settle_whole(state_store_report)

    def test_trace(self, state_store_run: tuple[Run, Pinned]) -> None:
        """The backend breaks nothing in a trace that once broke something."""
        run, pinned = state_store_run
        outcomes.settle_trace(run, pinned.command)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each clause, and of each pinned trace."""
        if "state_store_clause" in metafunc.fixturenames:
            try:
                folder = metafunc.definition.path.parent
                options = check_options(metafunc.config, type(self), folder)
                ids = [clause.id for clause in load_clauses(options.profile)]
            except StateStoreError as error:
                told = f"{type(self).__qualname__}: {error}"
                raise pytest.Collector.CollectError(told) from error
            metafunc.parametrize("state_store_clause", ids, ids=ids, indirect=True)
        if "state_store_run" in metafunc.fixturenames:
            collector = metafunc.definition.getparent(pytest.Class)
            files = [] if collector is None else traces_of_class(collector)
            names = [file.name for file in files]
            metafunc.parametrize("state_store_run", files, ids=names, indirect=True)


def _report(request: pytest.FixtureRequest) -> Report:
    judgments = judgments_of(request.config)
    return report_of(judgments.of(_class_of(request).nodeid, lambda: _judge(request)))


def _judge(request: pytest.FixtureRequest) -> Judgment:
    try:
        target, options = _judged(request)
    except StateStoreError as error:
        return Judgment(refusal=str(error))
    return judge(request.config, target, options, partial(_words, request))


def _judged(request: pytest.FixtureRequest) -> tuple[Target, CheckOptions]:
    """Give the backend as a target, and how it is judged.

    Raises:
        StateStoreError: the claims or the attributes say what cannot be done.
    """
    instance = cast("BackendConformance", request.instance)
    claims = instance.claims
    if isinstance(claims, str | Path):
        claims = request.path.parent / claims
    make = instance.make_backend
    # Only the test that has the backend judged sets up what the backend needs.
    fixtures = {name: request.getfixturevalue(name) for name in _fixture_names(make)}
    factory = partial(make, **fixtures)
    name = _class_of(request).nodeid
    return (
        custom_backend(lambda: factory, name, stated_claims(claims)),
        check_options(request.config, type(instance), request.path.parent),
    )


def _fixture_names(make: Any) -> list[str]:  # noqa: ANN401 - a method of a class of tests
    return [
        name
        for name, parameter in inspect.signature(make).parameters.items()
        if parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}
        and parameter.default is parameter.empty
    ]


def _words(request: pytest.FixtureRequest, file: str, target: str) -> tuple[str, ...]:  # noqa: ARG001
    """Give the command that runs a trace again: nobody but pytest can make the backend."""
    name = f"{_class_of(request).nodeid}::test_trace"
    return ("pytest", name, "--state-store-traces", file)


def _class_of(request: pytest.FixtureRequest) -> pytest.Class:
    found = request.node.getparent(pytest.Class)
    if not isinstance(found, pytest.Class):
        raise TypeError(f"{request.node.nodeid} is no test of a class.")
    return found
