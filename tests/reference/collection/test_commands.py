"""The commands: what they print, how they end, and what they never say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from freezegun import freeze_time
from sqlalchemy import inspect

from state_store_reference import MetastoreStateBackend, create_metastore_engine
from state_store_reference.commands import cleanup_task_states, db
from tests.reference.collection.store import DAY, NOW, Store

if TYPE_CHECKING:
    from click import Command


class Derived(MetastoreStateBackend):
    """A subclass of the metastore, which collection works for."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty ``$AIRFLOW_HOME`` and no settings."""
    for variable in [name for name in os.environ if name.startswith("AIRFLOW__")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def filled(store: Store) -> Store:
    """Give a store with rows for each rule."""
    store.add_tasks(
        {"key": "expired", "expires_at": NOW - DAY},
        *({"key": f"old {n}", "updated_at": NOW - 31 * DAY} for n in range(2)),
        {"key": "stays"},
    )
    store.add_orphans(2)
    store.activate("asset 2", "uri 2")
    return store


def url_of(store: Store) -> str:
    """Give the URL with its password."""
    return store.engine.url.render_as_string(hide_password=False)


def run(command: Command, *arguments: str, **environment: str) -> Result:
    """Run a command at the frozen instant."""
    with freeze_time(NOW):
        return CliRunner().invoke(
            command, arguments, env={f"AIRFLOW__{name}": text for name, text in environment.items()}
        )


def test_the_summary_is_by_rule(filled: Store) -> None:
    """The command deletes, says what went by which rule, and exits with 0 (GC-11)."""
    result = run(
        cleanup_task_states, "--url", url_of(filled), STATE_STORE__STATE_CLEANUP_BATCH_SIZE="1"
    )

    assert 0 == result.exit_code
    assert [
        "Deleted 5 rows:",
        "  expired              1  expires_at has passed",
        "  fallback             2  no expires_at, not updated for 30 days",
        "  orphaned             2  asset has no asset_active record",
    ] == result.stdout.splitlines()[:4]
    assert result.stdout.splitlines()[4].startswith("5 batches, ")
    assert "" == result.stderr
    assert ["stays"] == filled.task_keys()
    assert [(2, "a"), (2, "b")] == filled.asset_keys()


def test_a_dry_run_says_so(filled: Store) -> None:
    """A dry run gives the same counts in other words, and deletes nothing."""
    result = run(cleanup_task_states, "--dry-run", "--url", url_of(filled))

    assert 0 == result.exit_code
    assert "Would delete 5 rows:" == result.stdout.splitlines()[0]
    assert "This was a dry run: nothing was deleted." == result.stdout.splitlines()[-1]
    assert 4 == len(filled.task_keys())


def test_disabled_cleanup_is_announced(filled: Store) -> None:
    """With a retention of 0 the summary says why no task state went."""
    result = run(
        cleanup_task_states, "--url", url_of(filled), STATE_STORE__DEFAULT_RETENTION_DAYS="0"
    )

    assert 0 == result.exit_code
    assert "Deleted 2 rows:" == result.stdout.splitlines()[0]
    assert "Time-based cleanup is disabled by [state_store] default_retention_days = 0" in (
        result.stdout
    )
    assert "expired  " not in result.stdout
    assert 4 == len(filled.task_keys())


def test_quiet_prints_nothing(filled: Store) -> None:
    """With --quiet nothing is printed, not even on a terminal."""
    result = run(cleanup_task_states, "--quiet", "--url", url_of(filled))

    assert (0, "") == (result.exit_code, result.output)
    assert ["stays"] == filled.task_keys()


def test_a_terminal_shows_progress(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each rule has a bar, beside the summary and not in it."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run(cleanup_task_states, "--url", url_of(filled))

    assert 0 == result.exit_code
    assert "fallback" in result.stderr
    assert "Deleted 5 rows:" == result.stdout.splitlines()[0]


def test_the_configured_database_is_the_default(filled: Store) -> None:
    """Without --url the command works on [database] sql_alchemy_conn."""
    result = run(cleanup_task_states, DATABASE__SQL_ALCHEMY_CONN=url_of(filled))

    assert "Deleted 5 rows:" == result.stdout.splitlines()[0]


@pytest.mark.parametrize(
    "backend", ["state_store_spec.BaseStateBackend", "json.JSONDecoder", "no.such.Backend", "bare"]
)
def test_what_is_no_backend_is_an_error(filled: Store, backend: str) -> None:
    """A setting that names no backend is said to be wrong, exit status 2, nothing deleted."""
    result = run(cleanup_task_states, "--url", url_of(filled), STATE_STORE__BACKEND=backend)

    assert 2 == result.exit_code
    assert backend in result.stderr
    assert 4 == len(filled.task_keys())


def test_a_custom_backend_is_skipped_by_name(filled: Store) -> None:
    """What is not the metastore is skipped: named, exit status 0, nothing deleted (GC-13)."""
    backend = "state_store_reference.ObjectStorageStateBackend"

    result = run(cleanup_task_states, "--url", url_of(filled), STATE_STORE__BACKEND=backend)

    assert 0 == result.exit_code
    assert result.stdout.startswith(f"Skipped: [state_store] backend = {backend} ")
    assert 4 == len(filled.task_keys())


@pytest.mark.parametrize("backend", [MetastoreStateBackend, Derived])
def test_the_metastore_and_what_derives_from_it_are_not_skipped(
    filled: Store, backend: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configured metastore, or a subclass of it, is collected."""
    monkeypatch.setitem(sys.modules, "my_backends", sys.modules[backend.__module__])
    result = run(
        cleanup_task_states,
        "--url",
        url_of(filled),
        STATE_STORE__BACKEND=f"my_backends.{backend.__name__}",
    )

    assert "Deleted 5 rows:" == result.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://someone:s3cret@127.0.0.1:9/nowhere", "does not answer"),
        ("mysql://someone:s3cret@127.0.0.1:9/nowhere", "does not answer"),
        ("sqlite:////no/such/folder/state.db", "state-store db init"),
        ("oracle://someone:s3cret@127.0.0.1/nowhere", "oracle"),
        ("s3cret", "malformed"),
    ],
)
def test_an_unusable_database_is_a_clear_error(url: str, said: str) -> None:
    """Exit status 2, one message with the remedy, no password and no traceback."""
    result = run(cleanup_task_states, "--url", url)

    assert 2 == result.exit_code
    assert said in result.stderr
    assert result.stderr.startswith("Error: ")
    assert "s3cret" not in result.output
    assert "Traceback" not in result.output


def test_missing_tables_are_a_clear_error(home: Path) -> None:
    """A database without the tables is left as it is, and the command that makes them is named."""
    result = run(cleanup_task_states)

    assert 2 == result.exit_code
    assert "Run: state-store db init" in result.stderr
    assert not (home / "airflow.db").exists()


def test_a_wrong_setting_is_a_clear_error(filled: Store) -> None:
    """A negative batch size ends the command before anything is deleted."""
    result = run(
        cleanup_task_states, "--url", url_of(filled), STATE_STORE__STATE_CLEANUP_BATCH_SIZE="-1"
    )

    assert 2 == result.exit_code
    assert "state_cleanup_batch_size" in result.stderr
    assert 4 == len(filled.task_keys())


def rename_column(store: Store, old: str, new: str) -> None:
    """Rename a column of ``task_state``."""
    # SQLite renames by the schema that the connection last read: one from the pool may be late.
    store.engine.dispose()
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE task_state RENAME COLUMN {old} TO {new}")


def test_a_failing_statement_is_a_clear_error(filled: Store) -> None:
    """What the database says in the middle of a run is shown without the statement."""
    rename_column(filled, "never_expire", "gone")
    try:
        result = run(cleanup_task_states, "--url", url_of(filled))
    finally:
        rename_column(filled, "gone", "never_expire")

    assert 2 == result.exit_code
    assert result.stderr.startswith("Error: The database gave up: ")
    assert "SELECT" not in result.stderr


def test_init_makes_the_tables_once(home: Path) -> None:
    """The first run names the tables it made, the second finds nothing to do."""
    first, second = run(db, "init"), run(db, "init")

    assert (0, 0) == (first.exit_code, second.exit_code)
    assert first.stdout.startswith("Created in sqlite")
    assert "task_state" in first.stdout
    assert second.stdout.startswith("Nothing to do: ")
    engine = create_metastore_engine(f"sqlite:///{home / 'airflow.db'}")
    assert "asset_state" in inspect(engine).get_table_names()
    engine.dispose()


def test_init_leaves_rows_alone(filled: Store) -> None:
    """Tables that are there keep their rows."""
    result = run(db, "init", "--url", url_of(filled))

    assert 0 == result.exit_code
    assert 4 == len(filled.task_keys())


def test_init_says_what_is_wrong() -> None:
    """A database that does not answer is exit status 2, without the password."""
    result = run(db, "init", "--url", "postgresql://someone:s3cret@127.0.0.1:9/nowhere")

    assert 2 == result.exit_code
    assert "does not answer" in result.stderr
    assert "s3cret" not in result.output


@pytest.mark.parametrize("command", [cleanup_task_states, db.commands["init"]])
def test_help_has_an_example(command: Command) -> None:
    """Help shows how to call the command and what its exit statuses mean."""
    result = run(command, "--help")

    assert "state-store " in result.stdout
    assert "Exit status: 0 " in result.stdout


def test_help_imports_no_database() -> None:
    """Help comes at once because neither SQLAlchemy nor rich is imported for it."""
    program = (
        "import sys, state_store_reference.commands;"
        "print({'sqlalchemy', 'rich', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "set()\n" == done.stdout
