"""The reference's own commands, mounted by ``state-store``: collection, and making the tables.

Whatever takes time to import is imported by the command that needs it: help must come at once.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Engine

    from state_store_reference.collection.records import CollectionSummary, ProgressListener
    from state_store_spec import StateStoreSettings

_URL_HELP = (
    "Database to work on, such as postgresql://user@host/name. "
    "Default: [database] sql_alchemy_conn of airflow.cfg or its environment variable."
)


class CommandError(click.ClickException):
    """A command that could not do its work: exit status 2, one message, no traceback."""

    exit_code = 2


@click.command("cleanup-task-states")
@click.option("--dry-run", is_flag=True, help="Count the rows that would go; delete nothing.")
@click.option("--url", metavar="URL", help=_URL_HELP)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def cleanup_task_states(*, dry_run: bool, url: str | None, quiet: bool) -> None:
    """Delete the state that garbage collection lets go.

    \b
    Three rules, in this order:
      expired   task state whose own expires_at has passed
      fallback  task state without expires_at, not updated for default_retention_days
      orphaned  state of assets without an asset_active record (same name and uri)

    Keys written with retention=NEVER_EXPIRE stay. A row that is renewed while the command runs
    stays too. A run that is interrupted leaves nothing half done; the next one finishes the work.

    \b
    Settings, in [state_store] of airflow.cfg or as AIRFLOW__STATE_STORE__*:
      default_retention_days    30  days; 0 disables "expired" and "fallback", not "orphaned"
      state_cleanup_batch_size   0  rows that one statement deletes at most, each batch
                                    committed on its own; 0: one statement for each rule
      backend                       a backend other than the metastore is skipped

    \b
    Example: see what would go, then delete it in batches.
      state-store cleanup-task-states --dry-run
      AIRFLOW__STATE_STORE__STATE_CLEANUP_BATCH_SIZE=10000 state-store cleanup-task-states

    Exit status: 0 done or skipped, 2 the database or a setting is not usable.
    """  # noqa: D301 - click reads \b as "keep these lines"
    from state_store_reference.collection import collect_garbage  # noqa: PLC0415
    from state_store_reference.configuration import (  # noqa: PLC0415
        SERVER_BACKEND,
        load_backend_class,
        load_settings,
    )
    from state_store_reference.metastore import MetastoreStateBackend  # noqa: PLC0415
    from state_store_reference.tables import require_tables  # noqa: PLC0415

    with _clear_errors("Batches that were committed stay deleted; run the command again."):
        settings = load_settings()
        backend = load_backend_class(SERVER_BACKEND)
        if backend is not None and not issubclass(backend, MetastoreStateBackend):
            if not quiet:
                click.echo(
                    f"Skipped: [state_store] backend = {settings.backend} is not the metastore. "
                    "Garbage collection works for the metastore only; nothing was deleted."
                )
            return
        with _engine(url) as engine, ExitStack() as stack:
            require_tables(engine)
            progress = None if quiet else stack.enter_context(_progress_bar())
            summary = collect_garbage(engine, settings, dry_run=dry_run, progress=progress)
    if not quiet:
        click.echo(_summary_text(summary, settings))


@click.group("db")
def db() -> None:
    """Look after the database of the metastore."""


@db.command("init")
@click.option("--url", metavar="URL", help=_URL_HELP)
def init(*, url: str | None) -> None:
    """Create the tables of the metastore.

    Tables that are there already are left as they are, rows included, so the command may be run
    any number of times.

    \b
    Example:
      state-store db init --url sqlite:////tmp/state.db

    Exit status: 0 the tables are there, 2 the database is not usable.
    """  # noqa: D301
    with _clear_errors("Check that this user may create tables."), _engine(url) as engine:
        missing = _missing_tables(engine)
        from state_store_reference.tables import create_tables  # noqa: PLC0415

        create_tables(engine)
        where = engine.url.render_as_string(hide_password=True)
    if missing:
        click.echo(f"Created in {where}: {', '.join(missing)}.")
    else:
        click.echo(f"Nothing to do: {where} has all tables of the metastore.")


def _missing_tables(engine: Engine) -> list[str]:
    from sqlalchemy import inspect  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from state_store_reference.schema import metadata  # noqa: PLC0415
    from state_store_reference.tables import unavailable  # noqa: PLC0415

    try:
        present = set(inspect(engine).get_table_names())
    except SQLAlchemyError as error:
        raise unavailable(engine, error) from error
    return [table.name for table in metadata.sorted_tables if table.name not in present]


@contextmanager
def _engine(url: str | None) -> Generator[Engine]:
    from state_store_reference.configuration import database_url  # noqa: PLC0415
    from state_store_reference.engines import create_metastore_engine  # noqa: PLC0415

    engine = create_metastore_engine(url or database_url())
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _clear_errors(remedy: str) -> Generator[None]:
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from state_store_spec import StateStoreError  # noqa: PLC0415

    try:
        yield
    except StateStoreError as error:
        raise CommandError(str(error)) from error
    except SQLAlchemyError as error:
        # Only what the database said: statement and parameters tell an operator nothing.
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise CommandError(f"The database gave up: {said}. {remedy}") from error


@contextmanager
def _progress_bar() -> Generator[ProgressListener | None]:
    """Show how far each rule has got, on a terminal; elsewhere do nothing."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )

    from state_store_reference.collection.records import CollectionProgress  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(progress: CollectionProgress) -> None:
            if progress.rule not in tasks:
                tasks[progress.rule] = bar.add_task(progress.rule.value, total=progress.total)
            bar.update(tasks[progress.rule], completed=progress.deleted)

        yield show


def _summary_text(summary: CollectionSummary, settings: StateStoreSettings) -> str:
    days = settings.default_retention_days
    verb = "Would delete" if summary.dry_run else "Deleted"
    lines = [f"{verb} {_rows(summary.total)}:"]
    if summary.time_based_cleanup:
        lines += [
            f"  expired   {summary.expired:>12,}  expires_at has passed",
            f"  fallback  {summary.fallback:>12,}  no expires_at, not updated for {days} days",
        ]
    lines.append(f"  orphaned  {summary.orphaned:>12,}  asset has no asset_active record")
    if not summary.time_based_cleanup:
        lines.append(
            "Time-based cleanup is disabled by [state_store] default_retention_days = 0: "
            "no task state is deleted, expired or not."
        )
    if summary.dry_run:
        lines.append("This was a dry run: nothing was deleted.")
    else:
        batches = f"{summary.batches:,} {'batch' if summary.batches == 1 else 'batches'}"
        lines.append(f"{batches}, {summary.elapsed_seconds:.2f} s.")
    return "\n".join(lines)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
