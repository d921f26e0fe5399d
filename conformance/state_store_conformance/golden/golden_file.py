"""Golden files: traces with their expectations, in a versioned form with a published schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from state_store_conformance.errors import UsageError
from state_store_spec.records import record
from state_store_spec.structured_text import MalformedTextError, as_json, complaint
from state_store_spec.trace import Trace
from state_store_spec.trace_files import dump_trace

GOLDEN_FORMAT: Final = "state-store-golden/1"


@record()
class GoldenTrace:
    """A trace, what it shows, and what a store must be able to do to run it.

    Attributes:
        shows: the situations of the clause that it reaches, or the numbers of its examples.
        needs: names of capabilities; a store without one of them leaves the trace out.
        trace: each step says what must be observed.
    """

    shows: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    trace: Trace


@record()
class GoldenFile:
    """The traces of a clause, or the tour of a small universe.

    Attributes:
        format: the version of the form.
        profile: the law that the expectations state.
        subject: the id of the clause, or the name of the universe.
        title: one line for people.
        traces: are run one by one, each on an empty store.
    """

    format: Literal["state-store-golden/1"] = GOLDEN_FORMAT
    profile: str
    subject: str
    title: str
    traces: tuple[GoldenTrace, ...]


def golden_schema() -> dict[str, Any]:
    """Give the JSON Schema of golden files."""
    schema = _adapter().json_schema()
    for model in schema["$defs"].values():
        for name, field in model.get("properties", {}).items():
            # What tells the members of a union apart has a default in Python, and none in a file.
            if "const" in field:
                model["required"] = sorted({*model.get("required", ()), name})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def dump_golden(golden: GoldenFile) -> str:
    """Give the file as JSON text, the same for the same traces on every machine."""
    head = {name: getattr(golden, name) for name in ("format", "profile", "subject", "title")}
    lines = [f" {json.dumps(name)}: {_plain(value)}" for name, value in head.items()]
    traces = ",\n".join(
        f'  {{"shows": {_plain(one.shows)}, "needs": {_plain(one.needs)}, '
        f'"trace": {dump_trace(one.trace).rstrip()}}}'
        for one in golden.traces
    )
    return "{\n" + ",\n".join([*lines, f' "traces": [\n{traces}\n ]']) + "\n}\n"


def read_golden(file: Path) -> GoldenFile:
    """Read a golden file.

    Raises:
        UsageError: it cannot be read, or is malformed: line, field and expectation.
    """
    try:
        text = file.read_text(encoding="utf-8")
        document = as_json(text)
    except (OSError, UnicodeDecodeError, MalformedTextError) as error:
        raise UsageError(f"{file}: {error}. Expected a golden file, JSON in UTF-8.") from error
    try:
        return _adapter().validate_json(document, strict=True)
    except ValidationError as error:
        found = complaint(text, str(file), error.errors()[0])
        raise UsageError(f"{found}\nFill it again: state-store golden fill.") from error


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _adapter() -> TypeAdapter[GoldenFile]:
    return TypeAdapter(GoldenFile)


if __name__ == "__main__":
    # The page docs/schemas/golden.schema.json is written so.
    print(json.dumps(golden_schema(), indent=2, ensure_ascii=False))  # noqa: T201
