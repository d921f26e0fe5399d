"""No run is green because a server was not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Nothing listens on port 1.
NOBODY = "mysql+pymysql://root@127.0.0.1:1/test"
CONFTEST = f"""
from dataclasses import replace
from tests import server_fixtures, servers
server_fixtures.MYSQL = replace(servers.MYSQL, default_url={NOBODY!r})
"""
TESTS = """
def test_of_the_server(mysql_url): pass
def test_of_the_server_too(fresh_mysql_url): fresh_mysql_url()
def test_of_nothing(): pass
"""


def run(folder: Path, *options: str, **variables: str) -> tuple[int, str]:
    """Run three tests, two of which need a server that is not there."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_three.py").write_text(TESTS)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"CI", "STATE_STORE_TEST_MYSQL_URL"}
    }
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(folder)]
    command += ["-p", "tests.server_fixtures", "-p", "no:cacheprovider", *options, str(folder)]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("options", [(), ("--numprocesses", "2")], ids=["alone", "distributed"])
def test_developer_is_told_what_did_not_run(options: tuple[str, ...], tmp_path: Path) -> None:
    """Without the server its tests skip; the summary names server, number and variable."""
    status, output = run(tmp_path, *options)

    assert 0 == status
    assert "1 passed, 2 skipped" in output
    assert "MISSING SERVERS" in output
    assert "MySQL/MariaDB: 2 tests did NOT run." in output
    assert "set STATE_STORE_TEST_MYSQL_URL to the URL of one" in output


@pytest.mark.parametrize(
    "variables",
    [{"CI": "true"}, {"STATE_STORE_TEST_MYSQL_URL": NOBODY}],
    ids=["in CI", "server was named"],
)
def test_missing_server_is_a_failure(variables: dict[str, str], tmp_path: Path) -> None:
    """In CI, and for a server that somebody named, a test that cannot run fails."""
    status, output = run(tmp_path, **variables)

    assert 1 == status
    assert "MySQL/MariaDB does not answer" in output
    assert "skipped" not in output
