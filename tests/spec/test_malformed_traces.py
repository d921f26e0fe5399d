"""Trace files that are malformed: the error names the line, the field and what was expected."""

# ruff: noqa: E501 - an expected error stands in one piece
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from state_store_spec import TraceError, load_trace, read_trace
from state_store_spec.profiles import PROFILES
from state_store_spec.structured_text import MalformedTextError, as_json

OPERATIONS = (
    "'get', 'set', 'set_never_expire', 'delete', 'clear', 'transaction', 'advance', 'reopen', "
    "'collect', 'sweep_orphans', 'change_settings', 'add_dag_run', 'delete_dag_run', "
    "'activate_asset', 'deactivate_asset', 'rename_asset', 'delete_asset', 'accessor_get', "
    "'accessor_set', 'accessor_delete', "
    "'accessor_clear', 'task_instance_moves', 'list_keys', 'configure_worker_backend', "
    "'set_worker_clock', 'lose_object'"
)
ASSET = "universe: {assets: [{asset: a, name: n, uri: u}]}\n"


class Malformed(NamedTuple):
    """A text, and the error that it is answered with."""

    what: str
    text: str
    error: str


def step(*lines: str) -> str:
    """Return a trace of one step, whose operation has these lines from line 3 on."""
    return "steps:\n- operation:\n" + "".join(f"    {line}\n" for line in lines)


SYNTAX = [
    Malformed("JSON with a comma too many", '{\n "title": "t",\n}', "trace:3: Expecting property name enclosed in double quotes (column 1). Expected JSON."),
    Malformed("JSON that ends too early", '{"title": "t"', "trace:1: Expecting ',' delimiter (column 14). Expected JSON."),
    Malformed("YAML that ends too early", "steps: [\n", "trace:2: did not find expected node content. Expected YAML."),
    Malformed("YAML with a wrong indent", "title: t\n profile: p\n", "trace:2: mapping values are not allowed in this context. Expected YAML."),
    Malformed("YAML with a character that it cannot have", "title: \x01", 'trace:1: unacceptable character #x0001: control characters are not allowed in "<unicode string>", position 7. Expected YAML.'),
    Malformed("YAML with a field that is no text", "? [a]\n: b", "trace:1: the name of a field is no text. Expected YAML."),
    Malformed("YAML that contains itself", "steps: &steps [*steps]", "trace:1: an alias contains itself. Expected YAML."),
    Malformed("a field given twice in YAML", "title: t\ntitle: u\n", "trace:2: the field 'title' is given twice."),
    Malformed("a field given twice in JSON", '{"steps": [],\n "steps": []}', "trace:2: the field 'steps' is given twice."),
    Malformed("an empty file", "", "trace:1: the file: Input should be an object, got None."),
    Malformed("a list", "- op: get\n", "trace:1: the file: Input should be an object, got [{'op': 'get'}]."),
    Malformed("a lone surrogate in JSON", '{"title": "\\ud800"}', "trace:1: the file: Invalid JSON: unexpected end of hex escape at line 1 column 18, got '{\"title\": \"\\\\ud800\"}'."),
]  # fmt: skip

FIELDS = [
    Malformed("another format", "title: t\nformat: state-store-trace/2\n", "trace:2: format: Input should be 'state-store-trace/1', got 'state-store-trace/2'."),
    Malformed("an unknown field", "titel: t\n", "trace:1: titel: Unexpected keyword argument, got 't'."),
    Malformed("an unknown profile", "profile: pr-1\n", f"trace:1: profile: 'pr-1' is no profile of the specification. Known profiles: {', '.join(sorted(PROFILES))}."),
    Malformed("steps that are no list", "steps: 5\n", "trace:1: steps: Input should be a valid array, got 5."),
    Malformed("a step without its operation", "steps:\n- {op: collect}\n", "trace:2: steps.0.operation: Field required.\ntrace:2: steps.0.op: Unexpected keyword argument, got 'collect'."),
    Malformed("an unknown operation", step("op: sett", "key: k"), f"trace:2: steps.0.operation: Input tag 'sett' found using 'op' does not match any of the expected tags: {OPERATIONS}, got {{'op': 'sett', 'key': 'k'}}."),
    Malformed("an operation without a name", step("key: k"), "trace:2: steps.0.operation: Unable to extract tag using discriminator 'op', got {'key': 'k'}."),
    Malformed("a typo in a field of an operation", step("op: advance", "bi: P1D"), "trace:2: steps.0.operation.advance.by: Field required.\ntrace:4: steps.0.operation.advance.bi: Unexpected keyword argument, got 'P1D'."),
    Malformed("a scope of half a task", step("op: clear", "scope: {dag: d, run: r}"), "trace:4: steps.0.operation.clear.scope.SymbolicTaskScope.task: Field required."),
    Malformed("a scope of both kinds", step("op: clear", "scope: {dag: d, run: r, task: t, uri: u}"), "trace:4: steps.0.operation.clear.scope.SymbolicTaskScope.uri: Unexpected keyword argument, got 'u'."),
    Malformed("a scope that is no object", step("op: clear", "scope: d"), "trace:4: steps.0.operation.clear.scope.SymbolicAssetScope: Input should be an object, got 'd'."),
    Malformed("a key that is a number", step("op: get", "scope: {name: n}", "key: 5"), "trace:5: steps.0.operation.get.key: Input should be a valid string, got 5."),
    Malformed("a mode that does not exist", step("op: get", "scope: {name: n}", "key: k", "mode: later"), "trace:6: steps.0.operation.get.mode: Input should be 'sync' or 'async', got 'later'."),
    Malformed("a duration that is a number", step("op: advance", "by: 5"), "trace:4: steps.0.operation.advance.by: Input should be a valid duration, got 5."),
    Malformed("a collection inside a transaction", step("op: transaction", "operations:", "- op: collect"), "trace:5: steps.0.operation.transaction.operations.0: Input tag 'collect' found using 'op' does not match any of the expected tags: 'get', 'set', 'set_never_expire', 'delete', 'clear', got {'op': 'collect'}."),
    Malformed("an unknown answer", step("op: collect") + "  expect:\n    answer: {answer: gone}\n", "trace:5: steps.0.expect.answer: Input tag 'gone' found using 'answer' does not match any of the expected tags: 'value', 'done', 'refused', 'raised', 'none', 'collected', 'answers', 'listed', got {'answer': 'gone'}."),
    Malformed("half an answer", step("op: collect") + "  expect:\n    answer: {answer: collected, expired: 1, fallback: 0}\n", "trace:5: steps.0.expect.answer.collected.orphaned: Field required."),
    Malformed("a long value is cut", f"steps: {'x' * 90}\n", f"trace:1: steps: Input should be a valid array, got '{'x' * 76}...."),
    Malformed("four mistakes are answered with three", "a: 1\nb: 2\nc: 3\nd: 4\n", "trace:1: a: Unexpected keyword argument, got 1.\ntrace:2: b: Unexpected keyword argument, got 2.\ntrace:3: c: Unexpected keyword argument, got 3."),
]  # fmt: skip

SETTINGS = [
    Malformed("an unknown setting", "settings:\n  retention_days: 1\n", "trace:2: settings.retention_days: Unexpected keyword argument, got 1."),
    Malformed("a setting that is text", "settings:\n  default_retention_days: '1'\n", "trace:2: settings.default_retention_days: Input should be a valid integer, got '1'."),
    Malformed("negative days", "settings:\n  default_retention_days: -1\n", "trace:1: settings: [state_store] default_retention_days = -1 is below zero (CONF-6). Write a number of days, 0 or more; 0 switches the limit off, got {'default_retention_days': -1}."),
    Malformed("a negative batch size", "settings:\n  state_cleanup_batch_size: -5\n", "trace:1: settings: [state_store] state_cleanup_batch_size = -5 is below zero (CONF-6). Write a number of rows, 0 or more; 0 switches the limit off, got {'state_cleanup_batch_size': -5}."),
    Malformed("a change to negative days", step("op: change_settings", "default_retention_days: -1"), "trace:4: steps.0.operation.default_retention_days: expected 0 or more, got -1."),
    Malformed("a change to a negative batch size", step("op: change_settings", "state_cleanup_batch_size: -5"), "trace:4: steps.0.operation.state_cleanup_batch_size: expected 0 or more, got -5."),
]  # fmt: skip

TIME = [
    Malformed("a start without zone", "title: t\nstart: 2026-01-01T00:00:00\n", "trace:2: start: expected an instant with its zone, such as 2026-01-01T00:00:00Z."),
    Malformed("a start that is a date", "start: 2026-01-01\n", "trace:1: start: Input should be a valid datetime, invalid datetime separator, expected `T`, `t`, `_` or space, got '2026-01-01'."),
    Malformed("a start before time", "start: 0001-01-01T00:00:00+14:00\n", "trace:1: start: expected an instant between the years 2 and 9998."),
    Malformed("time that goes back", step("op: advance", "by: -PT1S"), "trace:4: steps.0.operation.by: expected a duration of zero or more that ends before the year 10000, got -1 day, 23:59:59."),
    Malformed("time that ends", step("op: advance", "by: P9999999D"), "trace:4: steps.0.operation.by: expected a duration of zero or more that ends before the year 10000, got 9999999 days, 0:00:00."),
    Malformed("an expiry after time", step("op: set", "scope: {name: n}", "key: k", "value: v", "expires_in: P9999999D"), "trace:7: steps.0.operation.expires_in: expected an expiry between the years 2 and 9998, got 9999999 days, 0:00:00 from 2026-01-01 00:00:00+00:00."),
    Malformed("an expiry in no zone", step("op: set", "scope: {name: n}", "key: k", "value: v", "expires_in: P1D", "expires_zone: +25:00"), "trace:8: steps.0.operation.expires_zone: expected UTC, naive or an offset such as +05:30, got '+25:00'."),
    Malformed("a stored instant without zone", step("op: collect") + "  actual:\n    stored:\n    - {scope: {asset: a}, key: k, value: v, updated_at: 2026-01-01T00:00:00Z, expires_at: 2026-01-02T00:00:00, never_expire: false}\n", "trace:6: steps.0.actual.stored.0.expires_at: expected an instant with its zone, such as 2026-01-01T00:00:00Z, got 2026-01-02T00:00:00."),
]  # fmt: skip

UNIVERSE = [
    Malformed("an asset in an unknown state", "universe:\n  assets:\n  - {asset: a, name: n, uri: u, state: gone}\n", "trace:3: universe.assets.0.state: Input should be 'active', 'inactive' or 'absent', got 'gone'."),
    Malformed("an active asset with an id of nobody's", "universe:\n  assets:\n  - {asset: a, name: n, uri: u, absent_id: 7}\n", "trace:3: universe.assets.0.absent_id: expected none for an asset that is active: the database gives it its id."),
    Malformed("an asset declared twice", "universe:\n  assets:\n  - {asset: a, name: n, uri: u}\n  - {asset: a, name: m, uri: v}\n", "trace:4: universe.assets.1.asset: 'a' is declared twice."),
    Malformed("two assets of one identity", "universe:\n  assets:\n  - {asset: a, name: n, uri: u}\n  - {asset: b, name: n, uri: u, state: absent}\n", "trace:4: universe.assets.1: the same name and uri as 'a': they identify one asset."),
    Malformed("two active assets of one name", "universe:\n  assets:\n  - {asset: a, name: n, uri: u}\n  - {asset: b, name: n, uri: v}\n", "trace:2: universe.assets: two active assets share a name: at most one may."),
    Malformed("two active assets of one uri", "universe:\n  assets:\n  - {asset: a, name: n, uri: u}\n  - {asset: b, name: m, uri: u}\n", "trace:2: universe.assets: two active assets share a uri: at most one may."),
    Malformed("a dag run declared twice", "universe:\n  dag_runs:\n  - {dag: d, run: r}\n  - {dag: d, run: r, exists: false}\n", "trace:2: universe.dag_runs: a dag run is declared twice."),
    Malformed("an asset that is not declared", step("op: deactivate_asset", "asset: a"), "trace:4: steps.0.operation.asset: 'a' is no asset of the universe, which has []."),
    Malformed("a rename to an asset that is not declared", ASSET + step("op: rename_asset", "asset: a", "to: b"), "trace:6: steps.0.operation.to: 'b' is no asset of the universe, which has ['a']."),
    Malformed("a dag run that is not declared", step("op: delete_dag_run", "dag: d", "run: r"), "trace:2: steps.0.operation: ('d', 'r') is no dag run of the universe, which has []."),
    Malformed("a scope whose asset is not declared", step("op: clear", "scope: {asset: b}"), "trace:4: steps.0.operation.scope.asset: 'b' is no asset of the universe, which has []."),
    Malformed("a call of another mode than its transaction", step("op: transaction", "mode: async", "operations:", "- {op: clear, scope: {name: n}}"), "trace:6: steps.0.operation.operations.0.mode: expected 'async' as in its transaction, got 'sync'."),
]  # fmt: skip

NAMING = [
    Malformed("two symbols of one text", "naming:\n  a: x\n  b: x\n", "trace:3: naming.b: the same text as 'a': symbols must stay apart."),
    Malformed("the same text written in two ways", "naming:\n  a: xx\n  b: {repeat: x, times: 2}\n", "trace:3: naming.b: the same text as 'a': symbols must stay apart."),
    Malformed("a text that is another symbol", "naming:\n  a: k\n" + step("op: get", "scope: {name: n}", "key: k"), "trace:2: naming.a: the same text as 'k': symbols must stay apart."),
    Malformed("a code point beyond Unicode", "naming:\n  a:\n    code_points: [97, 1114112]\n", "trace:3: naming.a.code_points.1: expected a number from 0 to 1114111, got 1114112."),
    Malformed("a text repeated fewer than no times", "naming:\n  a: {repeat: x, times: -1}\n", "trace:2: naming.a.times: expected 0 or more, got -1."),
    Malformed("a name that is a number", "naming:\n  a: 5\n", "trace:2: naming.a.str: Input should be a valid string, got 5.\ntrace:2: naming.a.RepeatedText: Input should be an object, got 5.\ntrace:2: naming.a.CodePoints: Input should be an object, got 5."),
]  # fmt: skip

LIST_ONE = "expected the id, the name or the uri of an asset, and one only"
WORKER_ASSET = "expected the name or the uri of an asset: a worker gives one of them, and no id"
CLOCKS = "expected at most 300 days, got "

AROUND = [
    Malformed("an accessor with an id", ASSET + step("op: accessor_get", "scope: {asset: a}", "key: k"), f"trace:5: steps.0.operation.scope: {WORKER_ASSET}."),
    Malformed("an accessor with an id and a name", ASSET + step("op: accessor_clear", "scope: {asset: a, name: n}"), f"trace:5: steps.0.operation.scope: {WORKER_ASSET}."),
    Malformed("an accessor with a name and a uri", ASSET + step("op: accessor_delete", "scope: {name: n, uri: u}", "key: k"), f"trace:5: steps.0.operation.scope: {WORKER_ASSET}."),
    Malformed("an accessor of nothing", step("op: accessor_set", "scope: {}", "key: k", "value: v"), f"trace:4: steps.0.operation.scope: {WORKER_ASSET}."),
    Malformed("the lost object of an id", ASSET + step("op: lose_object", "scope: {asset: a}", "key: k"), f"trace:5: steps.0.operation.scope: {WORKER_ASSET}."),
    Malformed("asset state with a retention", step("op: accessor_set", "scope: {name: n}", "key: k", "value: v", "retention: P1D"), "trace:7: steps.0.operation.retention: expected none: the accessor of an asset takes no retention."),
    Malformed("asset state that never expires", step("op: accessor_set", "scope: {name: n}", "key: k", "value: v", "retention: NEVER_EXPIRE"), "trace:7: steps.0.operation.retention: expected none: the accessor of an asset takes no retention."),
    Malformed("a worker's clock too far ahead", step("op: set_worker_clock", "ahead: P301D"), f"trace:4: steps.0.operation.ahead: {CLOCKS}301 days, 0:00:00."),
    Malformed("a worker's clock too far behind", step("op: set_worker_clock", "ahead: -P301D"), f"trace:4: steps.0.operation.ahead: {CLOCKS}-301 days, 0:00:00."),
    Malformed("a list of nothing", step("op: list_keys", "scope: {}"), f"trace:4: steps.0.operation.scope: {LIST_ONE}."),
    Malformed("a list by a name and a uri", step("op: list_keys", "scope: {name: n, uri: u}"), f"trace:4: steps.0.operation.scope: {LIST_ONE}."),
    Malformed("a list of an asset that is not declared", step("op: list_keys", "scope: {asset: b}"), "trace:4: steps.0.operation.scope.asset: 'b' is no asset of the universe, which has []."),
    Malformed("a move of an asset", step("op: task_instance_moves", "scope: {name: n}", "to: success"), "trace:4: steps.0.operation.task_instance_moves.scope.dag: Field required.\ntrace:4: steps.0.operation.task_instance_moves.scope.run: Field required.\ntrace:4: steps.0.operation.task_instance_moves.scope.task: Field required."),
    Malformed("a value that is called like a reference", step("op: set", "scope: {name: n}", "key: k", "value: reference to x"), "trace:6: steps.0.operation.value: 'reference to x' begins with 'reference to ', as only the symbols of references do."),
    Malformed("a value of an accessor that is called like a reference", step("op: accessor_set", "scope: {name: n}", "key: k", "value: reference to x"), "trace:6: steps.0.operation.value: 'reference to x' begins with 'reference to ', as only the symbols of references do."),
    Malformed("a value in a session that is called like a reference", step("op: transaction", "operations:", "- {op: set, scope: {name: n}, key: k, value: reference to x}"), "trace:5: steps.0.operation.operations.0.value: 'reference to x' begins with 'reference to ', as only the symbols of references do."),
    Malformed("a listed instant without zone", step("op: list_keys", "scope: {name: n}") + "  expect:\n    answer:\n      answer: listed\n      rows:\n      - {scope: {asset: a}, key: k, value: v, updated_at: 2026-01-01T00:00:00, expires_at: null, never_expire: false}\n", "trace:9: steps.0.expect.answer.rows.0.updated_at: expected an instant with its zone, such as 2026-01-01T00:00:00Z, got 2026-01-01T00:00:00."),
    Malformed("a text that is the task of a move", "naming:\n  a: t\n" + step("op: task_instance_moves", "scope: {dag: d, run: r, task: t}", "to: success"), "trace:2: naming.a: the same text as 't': symbols must stay apart."),
    Malformed("a text that is the key of a lost object", "naming:\n  a: k\n" + step("op: lose_object", "scope: {name: n}", "key: k"), "trace:2: naming.a: the same text as 'k': symbols must stay apart."),
]  # fmt: skip


@pytest.mark.parametrize(
    "malformed",
    [*SYNTAX, *FIELDS, *SETTINGS, *TIME, *UNIVERSE, *NAMING, *AROUND],
    ids=lambda malformed: malformed.what,
)
def test_malformed(malformed: Malformed) -> None:
    """The error has the line, the field, what was expected there and what was found."""
    with pytest.raises(TraceError) as caught:
        load_trace(malformed.text)

    assert malformed.error == str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_errors_name_the_file(tmp_path: Path) -> None:
    """An error in a file begins with the path of the file."""
    path = tmp_path / "wrong.yaml"
    path.write_text("titel: t\n", encoding="utf-8")

    with pytest.raises(TraceError) as caught:
        read_trace(path)

    assert f"{path}:1: titel: Unexpected keyword argument, got 't'." == str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is a malformed trace like any other, and not a traceback."""
    path = tmp_path / "none.json"

    with pytest.raises(TraceError) as caught:
        read_trace(path)

    assert (
        f"{path}: [Errno 2] No such file or directory: '{path}'. "
        "Expected a trace file: JSON or YAML in UTF-8."
    ) == str(caught.value)


def test_file_in_another_encoding(tmp_path: Path) -> None:
    """A file that is not UTF-8 is refused, and says so."""
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: Größe\n".encode("latin-1"))

    with pytest.raises(TraceError, match=r"can't decode byte .*Expected a trace file: .* UTF-8\.$"):
        read_trace(path)


def test_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    """A mark that editors put at the beginning of a file is no part of it."""
    path = tmp_path / "marked.json"
    path.write_text(r'{"title": "\ud83d\ude00"}', encoding="utf-8-sig")

    assert read_trace(path).title == "😀"


@pytest.mark.parametrize(
    ("plain", "read"),
    [
        ("no", '"no"'),
        ("on", '"on"'),
        ("+14:00", '"+14:00"'),
        ("1:30", '"1:30"'),
        ("2026-01-01", '"2026-01-01"'),
        ("0x10", '"0x10"'),
        ("010", '"010"'),
        ("1_000", '"1_000"'),
        ("=", '"="'),
        ("-5", "-5"),
        ("1.5e+3", "1500.0"),
        ("true", "true"),
        ("~", "null"),
        ("", "null"),
    ],
)
def test_plain_words_of_yaml(plain: str, read: str) -> None:
    """A plain word of YAML is text, but for what JSON would take for a number or a constant."""
    assert f'{{"a": {read}}}' == as_json(f"a: {plain}\n")


def test_an_error_of_syntax_has_a_line() -> None:
    """Whoever reads a text of another kind learns the line as well."""
    with pytest.raises(MalformedTextError) as caught:
        as_json("a: 1\nb: [\n")

    assert caught.value.line == 3
