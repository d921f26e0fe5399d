"""Names of dags, runs, tasks and assets whose parts run into each other once they are joined."""

from __future__ import annotations

from typing import Final, NamedTuple

from state_store_spec.naming import NamedText, RepeatedText


class TaskTexts(NamedTuple):
    """Texts for two dags, two runs and two tasks."""

    dags: tuple[NamedText, NamedText]
    runs: tuple[NamedText, NamedText]
    tasks: tuple[NamedText, NamedText]


class AssetTexts(NamedTuple):
    """Texts for two names and two uris."""

    names: tuple[NamedText, NamedText]
    uris: tuple[NamedText, NamedText]


TASK_TEXTS: Final[tuple[TaskTexts, ...]] = (
    # As Airflow makes them.
    TaskTexts(
        ("sales.daily", "sales"),
        ("manual__2026-01-01T00:00:00+00:00", "manual__2026-01-01T00:00:00+00:00_1"),
        ("extract.orders", "orders"),
    ),
    # Joined by one separator, dag, run and task of one are those of another.
    TaskTexts(("d", "d.r"), ("r.t", "t"), ("t.x", "x")),
    TaskTexts(("d/r", "d"), ("r", "r/r"), ("t/t", "t")),
    TaskTexts(("d:r", "d"), ("r", "r:r"), ("t:t", "t")),
    TaskTexts(("d_r", "d"), ("r", "r_r"), ("t__t", "t")),
    TaskTexts(("d-1", "d"), ("r-1", "r"), ("t-1", "t")),
    # Joined by it, run and task of one are those of another, in the same dag.
    *(
        TaskTexts(("d", "e"), ("r", f"r{separator}t"), (f"t{separator}x", "x"))
        for separator in ("/", ":", ".", "_", "-", "|", ",")
    ),
    # Case, blanks, patterns.
    TaskTexts(("Sales", "sales"), ("Run", "run"), ("Load", "load")),
    TaskTexts(("s ", "s"), ("r ", "r"), ("t ", "t")),
    TaskTexts(("d_1", "dx1"), ("r%", "r1"), ("t*", "t1")),
    TaskTexts(("%", "_"), ("*", "?"), ("..", ".")),
    # Map indices and ids of rows in the place of names.
    TaskTexts(("1", "01"), ("-1", "0"), ("10", "2")),
    TaskTexts(("null", "None"), ("''", '"'), ("t'", "t\\")),
    # Other alphabets.
    TaskTexts(
        ("gr\u00f6\u00dfe", "gro\u0308\u00dfe"),
        ("\u65e5\u672c", "\u65e5"),
        ("\U0001f600", "\U0001f601"),
    ),
    # As long as they may be.
    TaskTexts(
        (RepeatedText(repeat="d", times=250), RepeatedText(repeat="d", times=249)),
        (RepeatedText(repeat="r", times=250), RepeatedText(repeat="r", times=249)),
        (RepeatedText(repeat="t", times=250), RepeatedText(repeat="t", times=249)),
    ),
)

ASSET_TEXTS: Final[tuple[AssetTexts, ...]] = (
    AssetTexts(("orders", "orders_eu"), ("s3://bucket/orders", "s3://bucket/orders/eu")),
    AssetTexts(("Orders", "orders"), ("s3://Bucket/orders", "s3://bucket/orders")),
    AssetTexts(("orders ", "orders"), ("s3://bucket/orders/", "s3://bucket/orders")),
    AssetTexts(("or%", "or_"), ("s3://bucket/or%20ders", "s3://bucket/or ders")),
    AssetTexts(("1", "2"), ("x://1", "x://2")),
    AssetTexts(("name:orders", "uri:orders"), ("file:///orders?a=1", "file:///orders#a")),
    AssetTexts(("..", "/"), ("file:///../orders", "file:///orders")),
    AssetTexts(("null", "None"), ("'", '"')),
    AssetTexts(("caf\u00e9", "cafe\u0301"), ("x://\u00e9", "x://e\u0301")),
    AssetTexts(
        (RepeatedText(repeat="n", times=1500), RepeatedText(repeat="n", times=1499)),
        (RepeatedText(repeat="u", times=1500), RepeatedText(repeat="u", times=1499)),
    ),
)
