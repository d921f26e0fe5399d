"""Entries of a deviations file, as frozen data with a published schema, and how they are read."""

from __future__ import annotations

import json
import tomllib
from dataclasses import field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from state_store_conformance.errors import UsageError
from state_store_spec.records import record

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_DATE: Final = (
    "it must be the last day on which the deviation is accepted: write until = 2027-01-31"
)
_RULES: Final = {
    "missing": "every entry has it: write one",
    "unexpected_keyword_argument": "no field has that name: mend or remove it (a file holds "
    "[[deviation]] entries, an entry clause, reason, link and until)",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "string_type": "it must be a text: write one in quotes",
    "string_too_short": "it must say something: write a line of text",
    "string_pattern_mismatch": "it must be the address of a page: write one that begins with "
    "https:// or http://",
    "unprintable": "it must be text that can be printed: write it without control characters",
    "tuple_type": "it must be a list of entries: begin each with [[deviation]]",
    "dataclass_type": "it must be an entry: begin it with [[deviation]]",
}
"""The rule and the remedy for each complaint of pydantic, by its type."""


def _printable(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise PydanticCustomError("string_too_short", "blank")
    if not text.isprintable():
        raise PydanticCustomError("unprintable", "control characters")
    return text


Words = Annotated[str, Field(min_length=1), AfterValidator(_printable)]


@record()
class Deviation:
    """One entry: a clause that the target is known to break.

    Attributes:
        clause: the id of a clause, or a pattern of ids such as ``GC-*``.
        reason: why the target breaks it, and why that is accepted.
        link: where it is dealt with: an issue, a decision, a page of the vendor.
        until: the last day (UTC) on which it is accepted; ``None`` for as long as it happens.
    """

    clause: Words
    reason: Words
    link: Annotated[str, Field(pattern=r"^https?://[^\s\x00-\x1f]+$")] | None = None
    until: date | None = None


@record()
class DeviationsFile:
    """A file of known deviations.

    Attributes:
        deviation: the entries, each under a ``[[deviation]]``.
    """

    deviation: tuple[Deviation, ...] = field(default=())


@record()
class Deviations:
    """The entries that a target is judged with, and where they come from.

    Attributes:
        entries: in the order of the file.
        source: names the file in errors.
    """

    entries: tuple[Deviation, ...] = ()
    source: str = "deviations"

    def place(self, number: int) -> str:
        """Name an entry by the file, its number from 1, and its clause."""
        return f"{self.source}: entry {number} ({self.entries[number - 1].clause!r})"


def read_deviations(path: Path) -> Deviations:
    """Read a deviations file.

    Raises:
        UsageError: it cannot be read, or is malformed: file, entry, rule and remedy.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{path}: {error}. Expected a deviations file: TOML in UTF-8, with a [[deviation]] "
            "for each clause that is known to be broken."
        ) from error
    try:
        # Through JSON, where strict means that a number is no text, and a date is its text.
        file = _adapter().validate_json(json.dumps(document, default=str), strict=True)
    except ValidationError as error:
        lines = [_complaint(path, document, details) for details in error.errors()]
        raise UsageError("\n".join(lines)) from error
    return Deviations(entries=file.deviation, source=str(path))


def deviations_schema() -> dict[str, Any]:
    """Give the JSON Schema of deviations files, for editors that check TOML by one."""
    schema = _adapter().json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@cache
def _adapter() -> TypeAdapter[DeviationsFile]:
    return TypeAdapter(DeviationsFile)


def _complaint(path: Path, document: dict[str, Any], details: ErrorDetails) -> str:
    where, fields = "the file", details["loc"]
    if len(fields) > 1 and isinstance(fields[1], int):
        entry: Any = document["deviation"][fields[1]]
        clause = f" ({entry['clause']!r})" if isinstance(entry, dict) and "clause" in entry else ""
        where, fields = f"entry {fields[1] + 1}{clause}", fields[2:]
    name = f": {fields[0]}" if fields else ""
    given = "" if details["type"] == "missing" else f" = {details['input']!r}"
    rule = _RULES.get(details["type"], details["msg"])
    return f"{path}: {where}{name}{given}: {rule}."


if __name__ == "__main__":
    # The page docs/schemas/deviations.schema.json is written so.
    print(json.dumps(deviations_schema(), indent=2))  # noqa: T201
