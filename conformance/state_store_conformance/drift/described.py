"""What a profile describes: parts of released files, each with its digest.

A part is a definition of a Python module, an option or a section of a YAML file, or the whole
file. So a patch release that changes something else in a large file rings no alarm.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import yaml
from pydantic import TypeAdapter

_FOLDER: Final = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A part of a released file as it was when a profile was written.

    Attributes:
        distribution: what installs the file.
        version: the version that the profile was written from.
        path: the file, below where packages are installed.
        part: the dotted name of the definition, option or section; empty for the whole file.
        sha256: the digest of the part, in hexadecimal.
    """

    distribution: str
    version: str
    path: str
    part: str = ""
    sha256: str

    @property
    def name(self) -> str:
        """The file, and the part of it."""
        return f"{self.part} in {self.path}" if self.part else self.path


@cache
def described_parts(profile: str) -> tuple[Described, ...]:
    """Give what a profile describes; nothing where it was not written from a release."""
    file = files("state_store_conformance") / _FOLDER / f"{profile}.json"
    if not file.is_file():
        return ()
    return _adapter().validate_json(file.read_text(encoding="utf-8"))


def as_file(parts: Iterable[Described]) -> str:
    """Give the parts as the text of their file, a part to a line."""
    documents: list[dict[str, str]] = _adapter().dump_python(tuple(parts), mode="json")
    lines = (json.dumps({name: text for name, text in one.items() if text}) for one in documents)
    return "[\n" + ",\n".join(f" {line}" for line in lines) + "\n]\n"


def digest(text: str, path: str, part: str) -> str | None:
    """Give the digest of a part of a file, or ``None`` where the file has no such part."""
    if not part:
        found: str | None = text
    elif path.endswith((".yml", ".yaml")):
        found = _yaml_part(text, part)
    else:
        found = _definition(text, part)
    return None if found is None else hashlib.sha256(found.encode()).hexdigest()


def _yaml_part(text: str, part: str) -> str | None:
    found: Any = yaml.safe_load(text)
    for name in part.split("."):
        section = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        if name not in section:
            return None
        found = section[name]
    return json.dumps(found, sort_keys=True)


def _definition(text: str, part: str) -> str | None:
    """Give the source of a class, a function or an assignment, with its decorators."""
    body: list[ast.stmt] = ast.parse(text).body
    node: ast.stmt | None = None
    for name in part.split("."):
        node = next((found for found in body if name in _names(found)), None)
        if node is None:
            return None
        body = node.body if isinstance(node, ast.ClassDef) else []
    if node is None:
        return None
    decorators = getattr(node, "decorator_list", [])
    first = min((decorator.lineno for decorator in decorators), default=node.lineno)
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _names(node: ast.stmt) -> tuple[str, ...]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return (node.name,)
        case ast.Assign():
            return tuple(target.id for target in node.targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
        case _:
            return ()


@cache
def _adapter() -> TypeAdapter[tuple[Described, ...]]:
    return TypeAdapter(tuple[Described, ...])
