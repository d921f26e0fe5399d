"""A trace that is written and read again is the same trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import Phase, given, settings

from state_store_spec import Trace, dump_trace, load_clauses, load_trace, read_trace, write_trace
from tests.spec.whole_traces import TRACES

EXAMPLES = [
    pytest.param(example, id=f"{clause.id} in {example.profile}: {example.title}")
    for clause in load_clauses()
    for example in clause.examples
]

# To explain a failure takes minutes with models of so many fields, and says little.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


@given(TRACES)
@settings(phases=PHASES)
def test_json(trace: Trace) -> None:
    """JSON keeps every field of every model, and the text is the same when written again."""
    text = dump_trace(trace)

    assert trace == load_trace(text)
    assert text == dump_trace(load_trace(text))


@given(TRACES)
@settings(phases=PHASES)
def test_yaml(trace: Trace) -> None:
    """The same data written as YAML is the same trace, whatever YAML makes of a plain word."""
    document = json.loads(dump_trace(trace))

    assert trace == load_trace(yaml.safe_dump(document, sort_keys=False))
    assert trace == load_trace(yaml.safe_dump(document, default_flow_style=True))


@pytest.mark.parametrize("text", ["0E0", "1e5", "1.0e5", "1.5", "1.5e+3", "12", "null", "no", "~"])
def test_a_text_that_looks_like_something_else_survives_yaml(text: str) -> None:
    """What a writer of YAML leaves unquoted is text, and what it quotes is text as well."""
    document = {"title": text}

    assert text == load_trace(yaml.safe_dump(document)).title


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example: Trace, tmp_path: Path) -> None:
    """The examples of the clauses go through a file and come back."""
    path = tmp_path / "example.json"
    write_trace(example, path)

    assert example == read_trace(path)
    assert path.read_bytes() == dump_trace(example).encode()


def test_a_trace_is_written_for_eyes() -> None:
    """A step has a line of its own, and what is absent is not written."""
    text = dump_trace(
        load_trace(
            "title: 'Größe'\n"
            "universe: {dag_runs: [{dag: d, run: r}]}\n"
            "steps:\n"
            "- operation: {op: get, scope: {dag: d, run: r, task: t}, key: k}\n"
            "  expect: {answer: {answer: value, value: null}}\n"
            "- operation: {op: advance, by: P1DT0.5S}\n"
        )
    )

    assert (
        "{\n"
        ' "format": "state-store-trace/1",\n'
        ' "title": "Größe",\n'
        ' "profile": "pr-67299",\n'
        ' "start": "2026-01-01T00:00:00Z",\n'
        ' "settings": {"default_retention_days": 30, "clear_on_success": false, '
        '"state_cleanup_batch_size": 0},\n'
        ' "universe": {"dag_runs": [{"dag": "d", "run": "r", "exists": true}], "assets": []},\n'
        ' "naming": {},\n'
        ' "steps": [\n'
        '  {"operation": {"op": "get", "scope": {"dag": "d", "run": "r", "task": "t", '
        '"map_index": -1}, "key": "k", "mode": "sync"}, '
        '"expect": {"answer": {"value": null, "answer": "value"}}},\n'
        '  {"operation": {"op": "advance", "by": "P1DT0.5S"}}\n'
        " ]\n"
        "}\n"
    ) == text


def test_a_trace_without_steps() -> None:
    """No step is an empty list."""
    assert Trace() == load_trace(dump_trace(Trace()))
    assert dump_trace(Trace()).endswith(' "steps": []\n}\n')
