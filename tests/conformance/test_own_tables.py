"""Databases of other people: rows that are not ours are never touched."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from state_store_conformance.errors import SchemaRefusedError, TargetUnavailableError
from state_store_conformance.targets.own_tables import MARKER
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_reference import create_metastore_engine, create_tables

KINDS = ["sqlite", "postgres", "mysql"]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'some.db'}"
    make_url: Callable[[], str] = request.getfixturevalue(f"fresh_{request.param}_url")
    return make_url()


def execute(url: str, *statements: str) -> None:
    """Run statements on the database as its owner would."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def tables(url: str) -> set[str]:
    """Name the tables of the database."""
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def count(url: str, table: str) -> int:
    """Count the rows of a table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
    engine.dispose()
    return int(rows or 0)


def make_metastore(url: str) -> None:
    """Make the tables of the metastore, as `state-store db init` does."""
    engine = create_metastore_engine(url)
    create_tables(engine)
    engine.dispose()


def test_what_was_made_is_dropped(url: str) -> None:
    """A run leaves a database as it found it, tables of other names included."""
    execute(url, "CREATE TABLE mine (id INTEGER)", "INSERT INTO mine VALUES (1)")
    with ReferenceMetastore(url):
        assert {"task_state", MARKER} <= tables(url)

    assert tables(url) == {"mine"}
    assert count(url, "mine") == 1


def test_rows_that_are_not_ours_are_refused_by_name(url: str) -> None:
    """A metastore in use is refused before anything is written, and keeps its rows."""
    make_metastore(url)
    execute(url, "INSERT INTO dag_run (id, dag_id, run_id) VALUES (1, 'd', 'r')")
    before = tables(url)

    with pytest.raises(SchemaRefusedError, match=r"not made here, in: dag_run\.") as refused:
        ReferenceMetastore(url).__enter__()

    assert "Nothing was written" in str(refused.value) or "nothing was written" in str(
        refused.value
    )
    assert tables(url) == before
    assert count(url, "dag_run") == 1


def test_tables_of_another_shape_are_refused(url: str) -> None:
    """Tables that only share a name are somebody else's, empty or not."""
    execute(url, "CREATE TABLE dag_run (id INTEGER, conf INTEGER)")

    with pytest.raises(SchemaRefusedError, match="other columns: dag_run"):
        ReferenceMetastore(url).__enter__()

    assert tables(url) == {"dag_run"}


def test_empty_tables_are_used_and_left(url: str) -> None:
    """Tables that somebody made and never filled are worked in, and stay, empty."""
    make_metastore(url)
    before = tables(url)
    with ReferenceMetastore(url):
        pass

    assert tables(url) == before
    assert count(url, "dag_run") == 0


def test_what_a_killed_run_left_is_taken_away(url: str) -> None:
    """A run that was killed leaves marked tables; the next one knows them for ours."""
    program = (
        "import sys, time\n"
        "from state_store_conformance.targets.reference_metastore import ReferenceMetastore\n"
        "from state_store_spec.operations import DeclaredDagRun, Universe\n"
        "from state_store_spec.trace import Trace\n"
        "target = ReferenceMetastore(sys.argv[1]).__enter__()\n"
        "target.start(Trace(universe=Universe(dag_runs=(DeclaredDagRun(dag='d', run='r'),))))\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if not url.startswith("sqlite"):
            with pytest.raises(SchemaRefusedError, match="Another `state-store check`"):
                ReferenceMetastore(url).__enter__()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert count(url, "dag_run") == 1

    _enter_when_the_lock_is_gone(url)

    assert tables(url) == set()


def _enter_when_the_lock_is_gone(url: str) -> None:
    # A server needs a moment to notice that its client is gone.
    for _ in range(1000):
        try:
            with ReferenceMetastore(url):
                return
        except SchemaRefusedError as error:
            assert "Another" in str(error)  # noqa: PT017
    raise AssertionError("the lock of a dead process was never released")


def test_a_file_that_was_made_is_removed(tmp_path: Path) -> None:
    """A SQLite file that was not there before is not there afterwards."""
    file = tmp_path / "new.db"
    with ReferenceMetastore(f"sqlite:///{file}"):
        assert file.exists()

    assert not file.exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://me:geheim@127.0.0.1:1/none",
        "mysql+pymysql://me:geheim@127.0.0.1:1/none",
        "sqlite:////no/such/folder/file.db",
    ],
)
def test_a_database_that_does_not_answer_is_named_without_its_password(url: str) -> None:
    """The error names the database and what to look at, and keeps the secret."""
    with pytest.raises(TargetUnavailableError, match="cannot be used") as error:
        ReferenceMetastore(url).__enter__()

    assert "geheim" not in str(error.value)
    assert "Check that the server runs" in str(error.value)
