"""Fixtures that hand out servers, and the report on those that were missing."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.servers import (
    MYSQL,
    POSTGRES,
    SERVERS,
    Server,
    ServerUnreachableError,
    ping_redis,
    temporary_database,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

PROPERTY = "missing_server"


def missing(error: ServerUnreachableError) -> NoReturn:
    """Skip on a developer's machine; fail in CI, or when somebody named the server.

    Raises:
        pytest.skip.Exception: the test does not run, and the summary will say so.
        pytest.fail.Exception: the test fails.
    """
    if os.environ.get("CI") == "true" or error.server.is_chosen():
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    raise pytest.skip.Exception(str(error)) from error


def database_factory(server: Server) -> Iterator[Callable[[], str]]:
    """Give a function that makes databases, and drop them all at the end."""
    with ExitStack() as databases:

        def make_database() -> str:
            try:
                return databases.enter_context(temporary_database(server))
            except ServerUnreachableError as error:
                missing(error)

        yield make_database


@pytest.fixture(scope="session")
def fresh_postgres_url() -> Iterator[Callable[[], str]]:
    """Give a function: each call makes an empty PostgreSQL database and returns its URL."""
    yield from database_factory(POSTGRES)


@pytest.fixture(scope="session")
def fresh_mysql_url() -> Iterator[Callable[[], str]]:
    """Give a function: each call makes an empty MySQL/MariaDB database and returns its URL."""
    yield from database_factory(MYSQL)


@pytest.fixture(scope="session")
def postgres_url(fresh_postgres_url: Callable[[], str]) -> str:
    """Give the URL of a PostgreSQL database of this test process, empty at the start."""
    return fresh_postgres_url()


@pytest.fixture(scope="session")
def mysql_url(fresh_mysql_url: Callable[[], str]) -> str:
    """Give the URL of a MySQL/MariaDB database of this test process, empty at the start."""
    return fresh_mysql_url()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Give the URL of a Redis server, which others use too: keep to keys of your own prefix."""
    try:
        return ping_redis()
    except ServerUnreachableError as error:
        missing(error)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark the report of a test without its server; the mark survives the way to the controller."""
    report = yield
    cause = call.excinfo and call.excinfo.value.__cause__
    if report.skipped and isinstance(cause, ServerUnreachableError):
        report.user_properties.append((PROPERTY, cause.server.name))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud which server was missing, how many tests did not run, and what to set."""
    skipped = terminalreporter.getreports("skipped")
    missed = Counter(
        value for report in skipped for name, value in report.user_properties if name == PROPERTY
    )
    if not missed:
        return
    terminalreporter.section("MISSING SERVERS", sep="!", red=True, bold=True)
    for server in SERVERS:
        if count := missed[server.name]:
            tests = "1 test" if count == 1 else f"{count} tests"
            terminalreporter.write_line(
                f"{server.name}: {tests} did NOT run. Start a server at {server.default_url} "
                f"or set {server.variable} to the URL of one.",
                red=True,
            )
