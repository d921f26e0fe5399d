"""Text that people write as JSON or YAML, and errors that name its line and field.

YAML is read with the types of JSON: dates, durations, ``no`` and ``+14:00`` stay text, and a
field that is given twice is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# libyaml is many times faster; PyYAML without it reads the same.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_JSON_BEGINS: Final = re.compile(r'\s*\{\s*["}]')
_LONGEST_VALUE: Final = 80
_NUMBER_STARTS: Final = list("-0123456789")


class MalformedTextError(Exception):
    """The text is no JSON or YAML; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _JsonTypesLoader(_Loader):  # type: ignore[misc]
    """YAML with the types of JSON."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - replaced, not shared


for _tag, _pattern, _starts in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", _NUMBER_STARTS),
    # With a point, and a signed exponent if any: what else looks like a number (0E0), writers of
    # YAML leave unquoted as text.
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?", _NUMBER_STARTS),
):
    _JsonTypesLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), _starts
    )


def as_json(text: str) -> str:
    """Return the text as JSON, whether it is JSON or YAML.

    Raises:
        MalformedTextError: it is neither.
    """
    if not _JSON_BEGINS.match(text):
        try:
            return json.dumps(_yaml(text))
        except (ValueError, RecursionError) as error:
            raise MalformedTextError(1, "an alias contains itself. Expected YAML") from error
    try:
        json.loads(text, object_pairs_hook=_fields_given_once)
    except json.JSONDecodeError as error:
        raise MalformedTextError(
            error.lineno, f"{error.msg} (column {error.colno}). Expected JSON"
        ) from error
    except _GivenTwiceError as error:
        # JSON is YAML too, and YAML knows its lines.
        _yaml(text)
        raise MalformedTextError(1, str(error)) from error
    return text


def complaint(text: str, source: str, details: ErrorDetails) -> str:
    """Put one of pydantic's errors in a line: source, line, field, expectation and value."""
    given = "" if details["type"] == "missing" else f", got {_shortened(details['input'])}"
    message = details["msg"].removeprefix("Value error, ").rstrip(".")
    return complaint_at(text, source, details["loc"], f"{message}{given}")


def complaint_at(text: str, source: str, path: Sequence[str | int], message: str) -> str:
    """Put what is wrong with the field at ``path`` in a line."""
    field = ".".join(map(str, path)) or "the file"
    return f"{source}:{_line(text, path)}: {field}: {message}."


class _GivenTwiceError(Exception):
    pass


def _fields_given_once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(fields)
    if len(mapping) < len(fields):
        raise _GivenTwiceError("a field is given twice")
    return mapping


def _yaml(text: str) -> object:
    loader: Any = None
    try:
        loader = _JsonTypesLoader(text)
        node = loader.get_single_node()
        _refuse_odd_fields(node)
        return None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MalformedTextError(line, f"{error.problem}. Expected YAML") from error
    except yaml.YAMLError as error:
        message = " ".join(str(error).split())
        raise MalformedTextError(1, f"{message}. Expected YAML") from error
    finally:
        if loader is not None:
            loader.dispose()


def _refuse_odd_fields(node: yaml.Node | None) -> None:
    """Refuse a field that is given twice, or whose name is no text."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_odd_fields(item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise MalformedTextError(line, "the name of a field is no text. Expected YAML")
            if key.value in seen:
                raise MalformedTextError(line, f"the field {key.value!r} is given twice")
            seen.add(key.value)
            _refuse_odd_fields(value)


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 3]}..."


def _line(text: str, path: Sequence[str | int]) -> int:
    """Return the line of the deepest node that the path leads to; tags of unions are no nodes."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return 1
    line = node.start_mark.line + 1 if node is not None else 1
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
