"""Trace files: traces as JSON or YAML, their published schema, and errors that name the line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import TypeAdapter, ValidationError

from state_store_spec.errors import TraceError
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@cache
def _adapter() -> TypeAdapter[Trace]:
    return TypeAdapter(Trace)


def trace_schema() -> dict[str, Any]:
    """Return the JSON Schema of trace files."""
    schema = _adapter().json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def dump_trace(trace: Trace) -> str:
    """Return the trace as JSON text, the same for the same trace on every machine.

    A step has a line of its own, so that traces can be read and compared by eye.
    """
    document = _without_absent(_adapter().dump_python(trace, mode="json"))
    steps = ",\n".join(f"  {_compact(step)}" for step in document.pop("steps"))
    fields = [f" {json.dumps(name)}: {_compact(value)}" for name, value in document.items()]
    fields.append(f' "steps": [\n{steps}\n ]' if steps else ' "steps": []')
    return "{\n" + ",\n".join(fields) + "\n}\n"


def write_trace(trace: Trace, path: Path) -> None:
    """Write the trace to a JSON file."""
    path.write_text(dump_trace(trace), encoding="utf-8")


def read_trace(path: Path) -> Trace:
    """Read a trace from a JSON or YAML file.

    Raises:
        TraceError: the file cannot be read, or is malformed: line, field and expectation.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TraceError(
            f"{path}: {error}. Expected a trace file: JSON or YAML in UTF-8."
        ) from error
    return load_trace(text, source=str(path))


def load_trace(text: str, source: str = "trace") -> Trace:
    """Read a trace from JSON or YAML text; ``source`` names it in errors.

    Raises:
        TraceError: the text is malformed: line, field and expectation.
    """
    document = _as_json(text, source)
    try:
        trace = _adapter().validate_json(document, strict=True)
    except ValidationError as error:
        # The first complaints suffice: the union of operations repeats itself.
        lines = [_complaint(text, source, details) for details in error.errors()[:3]]
        raise TraceError("\n".join(lines)) from error
    broken = [
        f"{source}:{_line(text, path)}: {_field(path)}: {message}."
        for path, message in broken_rules(trace)
    ]
    if broken:
        raise TraceError("\n".join(broken))
    return trace


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_absent(value: Any) -> Any:
    """Leave out what is absent; of the fields that may be null, these two mean it."""
    if isinstance(value, dict):
        return {
            name: _without_absent(field)
            for name, field in value.items()
            if field is not None or name in {"value", "expires_at"}
        }
    if isinstance(value, list):
        return [_without_absent(item) for item in value]
    return value


class _TextLoader(yaml.SafeLoader):
    """YAML whose dates and durations stay text, as they are in JSON."""


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _as_json(text: str, source: str) -> str:
    if text.lstrip().startswith("{"):
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            raise TraceError(
                f"{source}:{error.lineno}: {error.msg} (column {error.colno}). Expected JSON."
            ) from error
        return text
    try:
        document = yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TraceError(f"{source}:{line}: {error.problem}. Expected YAML.") from error
    except yaml.YAMLError as error:
        raise TraceError(f"{source}: {error}. Expected YAML.") from error
    return json.dumps(document)


def _complaint(text: str, source: str, details: ErrorDetails) -> str:
    path = details["loc"]
    given = "" if details["type"] == "missing" else f", got {_shortened(details['input'])}"
    message = details["msg"].removeprefix("Value error, ")
    return f"{source}:{_line(text, path)}: {_field(path)}: {message}{given}."


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _field(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path)) or "the file"


def _line(text: str, path: Sequence[str | int]) -> int:
    """Return the line of the deepest node that the path leads to; tags of unions are no nodes."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return 1
    line = 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
