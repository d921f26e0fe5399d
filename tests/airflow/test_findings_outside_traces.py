"""The findings that no trace can say, each as a regression on every database that shows it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.servers import MYSQL, POSTGRES

PROGRAM = Path(__file__).with_name("outside_traces.py")
PAGES = {
    "nested_not_a_number": "nested-not-a-number.md",
    "renewed_during_collection": "renewed-row-is-collected.md",
    "success_of_the_dag_run": "success-without-a-worker.md",
    "many_expired_rows": "many-expired-rows.md",
    "keys_after_an_upgrade": "keys-after-an-upgrade-on-mysql.md",
    "name_of_one_uri_of_another": "name-of-one-asset-uri-of-another.md",
}
EVERYWHERE = {"nested_not_a_number": [None], "renewed_during_collection": None}


@cache
def seen(server: str | None) -> dict[str, Any]:
    """Run the program in a process of its own: an Airflow is imported for one database."""
    command = [sys.executable, str(PROGRAM), *([] if server is None else [server])]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


def is_still_so(expected: dict[str, Any], actual: dict[str, Any]) -> None:
    """Compare, and say which finding was mended."""
    for name, bad in expected.items():
        if actual[name] != bad:
            pytest.fail(
                f"FIXED: docs/findings/{PAGES[name]} says {bad!r}, and {actual[name]!r} was seen. "
                "If that is what the page expects, say there which version has mended it."
            )
    assert set(expected) == set(actual)


def test_on_sqlite() -> None:
    """What was found on SQLite is still so."""
    expected = {
        **EVERYWHERE,
        "success_of_the_dag_run": ["success", '"17"'],
        "name_of_one_uri_of_another": "of returns",
    }

    is_still_so(expected, seen(None))


def test_on_postgres(postgres_url: str) -> None:
    """What was found on PostgreSQL with psycopg is still so."""
    server = make_url(postgres_url).set(database=make_url(POSTGRES.url()).database)
    words = server.render_as_string(hide_password=False)

    is_still_so({**EVERYWHERE, "many_expired_rows": ["OperationalError", 70_000]}, seen(words))


def test_on_mysql(mysql_url: str) -> None:
    """What was found on MySQL or MariaDB is still so."""
    server = make_url(mysql_url).set(drivername="mysql", database=make_url(MYSQL.url()).database)
    words = server.render_as_string(hide_password=False)

    is_still_so({**EVERYWHERE, "keys_after_an_upgrade": '"capital"'}, seen(words))
