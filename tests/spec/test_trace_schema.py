"""The published JSON Schema of trace files says what the reader of trace files says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError

from state_store_spec import Trace, dump_trace, load_clauses, trace_schema
from tests.spec.whole_traces import TRACES

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "schemas" / "trace.schema.json"
REGENERATE = "python -m state_store_spec.trace_files > docs/schemas/trace.schema.json"

VALIDATOR = Draft202012Validator(trace_schema())
EXAMPLES = [
    pytest.param(example, id=f"{clause.id} in {example.profile}: {example.title}")
    for clause in load_clauses()
    for example in clause.examples
]
ASSET = {"asset": "a", "name": "n", "uri": "u"}
CALL = {"op": "get", "scope": {"name": "n"}, "key": "k"}


def complaints(document: Any) -> list[ValidationError]:  # noqa: ANN401
    """Return what the schema finds wrong with a document."""
    return list(VALIDATOR.iter_errors(document))


def test_published_schema_is_up_to_date() -> None:
    """The file that people point their editors at is the schema of this version."""
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))

    assert trace_schema() == published, f"regenerate it: {REGENERATE}"


def test_schema_is_a_schema() -> None:
    """The schema keeps the rules of its own dialect."""
    Draft202012Validator.check_schema(trace_schema())

    assert trace_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_valid(example: Trace) -> None:
    """Each example of a clause keeps to the schema."""
    assert [] == complaints(json.loads(dump_trace(example)))


@given(TRACES)
@settings(max_examples=30)
def test_whole_traces_are_valid(trace: Trace) -> None:
    """Whatever can be written keeps to the schema."""
    assert [] == complaints(json.loads(dump_trace(trace)))


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"titel": "t"},
        {"format": "state-store-trace/2"},
        {"steps": [{"operation": {"op": "fly"}}]},
        {"steps": [{"operation": {"by": "P1D"}}]},
        {"steps": [{"operation": {**CALL, "kee": "k"}}]},
        {"steps": [{"operation": {"op": "get", "scope": {"name": "n"}}}]},
        {"steps": [{"operation": {**CALL, "key": 5}}]},
        {"steps": [{"operation": {**CALL, "mode": "later"}}]},
        {"steps": [{"operation": {**CALL, "scope": {"dag": "d", "run": "r"}}}]},
        {"steps": [{"operation": {**CALL, "scope": {"name": "n", "ury": "u"}}}]},
        {"steps": [{"operation": CALL, "expected": {}}]},
        {"steps": [{"operation": CALL, "expect": {"answer": {"answer": "gone"}}}]},
        {"steps": [{"operation": CALL, "expect": {"answer": {"answer": "value"}}}]},
        {"steps": [{"operation": {"op": "transaction", "operations": [{"op": "collect"}]}}]},
        {"settings": {"days": 1}},
        {"universe": {"assets": [{**ASSET, "state": "gone"}]}},
        {"universe": {"assets": [{**ASSET, "id": 1}]}},
        {"naming": {"a": {"repeat": "x"}}},
    ],
    ids=json.dumps,
)
def test_typos_are_rejected(document: object) -> None:
    """What the reader refuses for its form, the schema refuses too."""
    assert complaints(document)
