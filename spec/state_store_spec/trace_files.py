"""Trace files: traces as JSON or YAML, their published schema, and errors that name the line."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from state_store_spec.claims import NO_CLAIMS
from state_store_spec.errors import TraceError
from state_store_spec.structured_text import MalformedTextError, as_json, complaint, complaint_at
from state_store_spec.trace import Trace
from state_store_spec.trace_rules import broken_rules


@cache
def _adapter() -> TypeAdapter[Trace]:
    return TypeAdapter(Trace)


def trace_schema() -> dict[str, Any]:
    """Return the JSON Schema of trace files."""
    schema = _adapter().json_schema()
    for model in schema["$defs"].values():
        for name, field in model.get("properties", {}).items():
            # What tells the members of a union apart has a default in Python, and none in a file.
            if "const" in field:
                model["required"] = sorted({*model.get("required", ()), name})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def dump_trace(trace: Trace) -> str:
    """Return the trace as JSON text, the same for the same trace on every machine.

    A step has a line of its own, so that traces can be read and compared by eye.
    """
    document: Any = _without_absent(_adapter().dump_python(trace, mode="json"))
    if trace.claims == NO_CLAIMS:
        del document["claims"]
    else:
        document["claims"] = trace.claims.stated()
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
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TraceError(
            f"{path}: {error}. Expected a trace file: JSON or YAML in UTF-8."
        ) from error
    return load_trace(text, source=str(path))


def load_trace(text: str, source: str = "trace", profile: str | None = None) -> Trace:
    """Read a trace from JSON or YAML text.

    Args:
        text: the trace.
        source: names it in errors.
        profile: the profile of a trace that names none; the default one where this is left out.

    Raises:
        TraceError: the text is malformed: line, field and expectation.
    """
    try:
        document = as_json(text)
    except MalformedTextError as error:
        raise TraceError(f"{source}:{error.line}: {error}.") from error
    try:
        trace = _adapter().validate_json(document, strict=True)
    except ValidationError as error:
        # The first complaints suffice: the union of operations repeats itself.
        lines = [complaint(text, source, details) for details in error.errors()[:3]]
        raise TraceError("\n".join(lines)) from error
    if profile is not None and "profile" not in json.loads(document):
        trace = replace(trace, profile=profile)
    broken = [complaint_at(text, source, path, message) for path, message in broken_rules(trace)]
    if broken:
        raise TraceError("\n".join(broken))
    return trace


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_absent(value: object) -> object:
    """Leave out what is absent; of the fields that may be null, these two mean it."""
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {
            name: _without_absent(field)
            for name, field in fields.items()
            if field is not None or name in {"value", "expires_at"}
        }
    if isinstance(value, list):
        return [_without_absent(item) for item in cast("list[object]", value)]
    return value


if __name__ == "__main__":
    # The page docs/schemas/trace.schema.json is written so.
    print(json.dumps(trace_schema(), indent=2, ensure_ascii=False))  # noqa: T201
