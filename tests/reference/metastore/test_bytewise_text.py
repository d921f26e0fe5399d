"""Text that looks alike to a collation is not alike to the store."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from state_store_reference.schema import asset, asset_active
from state_store_spec import AssetScope, TaskScope
from tests.reference.metastore.subject import SCOPE, Subject

COLLIDING = [
    "",
    " ",
    "a",
    "A",
    "a ",
    "a  ",
    " a",
    "a\t",
    "a\n",
    "\u00e1",  # a with acute, composed
    "a\u0301",  # the same, decomposed
    "ss",
    "\u00df",
    "\u01c4",
    "\u01c6",
    "\U0001f600",
    "\U0001f601",
    "\ufffd",
    "\u200b",
    "a\u200b",
    "%",
    "_",
    "\\",
    "'",
    "\\'",
    '"',
    ":row_key",
    "%(row_key)s",
    "?",
    "\x01",
    "\x7f",
    "\u0130",
    "i",
    "I",
    "\u0131",
    "1",
    "01",
    "1.0",
    "\uff11",
]


def test_keys_differ_by_their_bytes(either: Subject) -> None:
    """Keys that differ in case, accent, blank or width hold values of their own."""
    for key in COLLIDING:
        either.call("set", SCOPE, key, f"value of {key}")

    read = {key: either.call("get", SCOPE, key) for key in COLLIDING}

    assert read == {key: f"value of {key}" for key in COLLIDING}
    assert sorted(row.key for row in either.task_rows()) == sorted(COLLIDING)


def test_deleting_a_key_leaves_those_that_look_like_it(subject: Subject) -> None:
    """Deletion of one key of a colliding set deletes that one alone."""
    for key in COLLIDING:
        subject.call("set", SCOPE, key, key)

    for position, key in enumerate(COLLIDING):
        subject.call("delete", SCOPE, key)
        left = sorted(row.key for row in subject.task_rows())
        assert left == sorted(COLLIDING[position + 1 :])


def test_task_ids_and_dag_runs_differ_by_their_bytes(subject: Subject) -> None:
    """Task ids, dag ids and run ids that look alike are different places."""
    scopes = [TaskScope("dag", "run", name) for name in COLLIDING]
    for name in COLLIDING:
        subject.add_dag_run(name, "run")
        subject.add_dag_run("dag of many", name)
        scopes += [TaskScope(name, "run", "task"), TaskScope("dag of many", name, "task")]
    for scope in scopes:
        subject.call("set", scope, "key", repr(scope))

    read = [subject.call("get", scope, "key") for scope in scopes]

    assert read == [repr(scope) for scope in scopes]


def test_assets_differ_by_their_bytes(subject: Subject) -> None:
    """Names and uris of assets that look alike mean different assets."""
    with subject.engine.begin() as connection:
        for table in (asset, asset_active):
            connection.execute(
                insert(table), [{"name": name, "uri": f"uri {name}"} for name in COLLIDING]
            )
    for name in COLLIDING:
        subject.call("set", AssetScope(name=name), "key", name)

    by_name = [subject.call("get", AssetScope(name=name), "key") for name in COLLIDING]
    by_uri = [subject.call("get", AssetScope(uri=f"uri {name}"), "key") for name in COLLIDING]

    assert by_name == COLLIDING
    assert by_uri == COLLIDING


@pytest.mark.parametrize("character", ["k", "\u00e9", "\u6f22", "\U0001f600"])
def test_the_longest_key_beside_the_longest_ids(either: Subject, character: str) -> None:
    """A key of 512 characters of any width is kept beside ids as long as they may be."""
    task_id = (character * 250).encode()[:600].decode(errors="ignore")
    either.add_dag_run(character * 250, character * 250)
    scope = TaskScope(character * 250, character * 250, task_id, 2**31 - 1)
    key = character * 512

    either.call("set", scope, key, "value")

    assert either.call("get", scope, key) == "value"
    assert either.call("get", scope, key[:-1]) is None


def test_long_keys_that_no_compression_shortens(subject: Subject) -> None:
    """The longest index entry fits, though none of its characters repeats."""
    characters = [chr(0x20000 + 7 * number) for number in range(512)]
    scope = TaskScope("dag", "run", "".join(characters[:150]))

    subject.call("set", scope, "".join(characters), "value")

    assert subject.call("get", scope, "".join(characters)) == "value"
