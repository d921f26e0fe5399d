"""A week with the state store: run it, and read what happens beside docs/walkthrough.md."""

# ruff: noqa: INP001, T201 - a script, and what it prints is the point of it
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from freezegun import freeze_time

from state_store_reference import (
    AssetStateAccessor,
    MetastoreStateBackend,
    ServerBoundary,
    TaskInstances,
    TaskInstanceState,
    TaskStateAccessor,
    collect_garbage,
    create_metastore_engine,
    create_tables,
    memory_url,
)
from state_store_reference.schema import asset, asset_active, dag_run
from state_store_spec import NEVER_EXPIRE, StateStoreSettings, TaskScope

settings = StateStoreSettings(default_retention_days=5, clear_on_success=True)

engine = create_metastore_engine(memory_url())
create_tables(engine)
backend = MetastoreStateBackend(engine)
server = ServerBoundary(backend, engine)
task_instances = TaskInstances(engine, backend, settings)


def airflow_makes_a_dag_run_and_an_asset() -> None:
    """What Airflow does before any task runs."""
    with engine.begin() as connection:
        connection.execute(dag_run.insert().values(dag_id="shop", run_id="monday"))
        connection.execute(asset.insert().values(name="orders", uri="s3://shop/orders"))
        connection.execute(asset_active.insert().values(name="orders", uri="s3://shop/orders"))


def job_id_outlives_a_retry() -> None:
    """The first try submits a job and fails; the second finds the job and waits for it."""
    print("-- A job id outlives a retry")
    load = TaskScope("shop", "monday", "load")
    for attempt in (1, 2):
        task_instances.move(load, TaskInstanceState.RUNNING)
        state = TaskStateAccessor(load, server)
        job = state.get("job")
        if job is None:
            state.set("job", "job-17", retention=timedelta(days=2))
            print(f"try {attempt}: no job yet, so job-17 is submitted; the connection breaks")
            task_instances.move(load, TaskInstanceState.UP_FOR_RETRY)
        else:
            print(f"try {attempt}: found {job}, which is done by now")


def asset_remembers_a_watermark() -> None:
    """Whatever task asks for the asset, by its name or by its uri, finds the same state."""
    print("-- An asset remembers a watermark")
    AssetStateAccessor(name="orders", boundary=server).set("watermark", "order 2026")
    found = AssetStateAccessor(uri="s3://shop/orders", boundary=server).get("watermark")
    print(f"written by name, read by uri: {found}")


def each_map_index_has_its_own_state() -> None:
    """A mapped task: three task instances, and none sees the keys of another."""
    print("-- Each map index has its own state")
    for index in range(3):
        state = TaskStateAccessor(TaskScope("shop", "monday", "convert", index), server)
        state.set("page", f"page {index} of 3")
        state.set("trace", "line 1", retention=timedelta(days=2))
        state.set("model", "kept for the audit", retention=NEVER_EXPIRE)
    show_convert()


def success_clears_what_succeeded() -> None:
    """``clear_on_success`` acts on exactly the task instance that moves to success."""
    print("-- Success clears what succeeded")
    load = TaskScope("shop", "monday", "load")
    moves = {
        load: TaskInstanceState.SUCCESS,
        TaskScope("shop", "monday", "convert", 0): TaskInstanceState.SUCCESS,
        TaskScope("shop", "monday", "convert", 1): TaskInstanceState.FAILED,
        TaskScope("shop", "monday", "convert", 2): TaskInstanceState.SKIPPED,
    }
    for scope, to in moves.items():
        transition = task_instances.move(scope, to)
        keys = "cleared" if transition.cleared else "kept"
        print(f"{scope.task_id}[{scope.map_index}] moves to {transition.state}: keys {keys}")
    print(f"load: {len(server.list_task_state(load))} keys")
    print(f"orders: {[row.key for row in server.list_asset_state(name='orders')]}")


def week_passes() -> None:
    """Nothing happens to a row by itself, whatever its expiry says."""
    print("-- A week passes")
    print(f"now it is {datetime.now(UTC):%A, %d %B}")
    show_convert()


def collection_takes_what_is_due() -> None:
    """By the row's own expiry, or five days after its last update; never what never expires."""
    print("-- The collection takes what is due")
    counted = collect_garbage(engine, settings, dry_run=True)
    print(f"dry run: {counted.total} rows are due")
    collected = collect_garbage(engine, settings)
    print(f"collected: {collected.expired} expired, {collected.fallback} too old")
    show_convert()
    print(f"orders: {[row.key for row in server.list_asset_state(name='orders')]}")


def renamed_asset_loses_its_state() -> None:
    """An asset without an active record keeps its rows only until the next collection."""
    print("-- A renamed asset loses its state")
    with engine.begin() as connection:
        connection.execute(asset_active.delete())
        connection.execute(asset.insert().values(name="all orders", uri="s3://shop/orders"))
        connection.execute(asset_active.insert().values(name="all orders", uri="s3://shop/orders"))
    found = AssetStateAccessor(name="all orders", boundary=server).get("watermark")
    print(f"the renamed asset has the watermark {found}")
    print(f"collected: {collect_garbage(engine, settings).orphaned} orphaned")


def show_convert() -> None:
    """Print what people see of the mapped task in the UI."""
    for index in range(3):
        for row in server.list_task_state(TaskScope("shop", "monday", "convert", index)):
            end = f"until {row.expires_at:%d %B}" if row.expires_at else "for five days"
            print(f"convert[{index}] {row.key}: {'for ever' if row.never_expire else end}")


def main() -> None:
    """Live through the week."""
    with freeze_time("2026-03-02 08:00:00"):
        airflow_makes_a_dag_run_and_an_asset()
        job_id_outlives_a_retry()
        asset_remembers_a_watermark()
        each_map_index_has_its_own_state()
        success_clears_what_succeeded()
    with freeze_time("2026-03-09 08:00:00"):
        week_passes()
        collection_takes_what_is_due()
        renamed_asset_loses_its_state()
    engine.dispose()


if __name__ == "__main__":
    main()
