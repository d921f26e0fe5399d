"""The alarm: what of the installed release is no longer as a profile describes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from state_store_conformance.drift.described import Described, described_parts, digest
from state_store_conformance.drift.installed import Installed, InstalledFiles, installed_file
from state_store_spec.clause import Clause, Quote
from state_store_spec.clause_files import load_clauses
from state_store_spec.documents import DOCUMENTS

_COMMENT: Final = re.compile(r"(?m)^\s*#:? ?")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that has changed.

    Attributes:
        subject: the file, its part, or the clause whose words are gone.
        message: what it was written from, and what is there now.
    """

    subject: str
    message: str


def in_words(found: Iterable[Alarm], profile: str) -> str:
    """Give every alarm as a line, and below them what to do; no text where there is none."""
    lines = [alarm.message for alarm in found]
    if lines:
        lines.append(
            "Read what has changed and mend the clauses that describe it. Then write the digests "
            f"anew: python -m state_store_conformance.drift --profile {profile} --record"
        )
    return "\n".join(lines)


def alarms(profile: str, find: InstalledFiles = installed_file) -> tuple[Alarm, ...]:
    """Give what of the installed release is no longer as the profile describes it.

    Args:
        profile: its name.
        find: finds the installed files.

    Raises:
        NotInstalledError: a distribution that the profile describes is not installed.
        UnknownProfileError: no profile has that name.
    """
    clauses = load_clauses(profile)
    return (
        *_changed_parts(profile, described_parts(profile), find),
        *_lost_words(clauses, find),
    )


def _changed_parts(
    profile: str, parts: Iterable[Described], find: InstalledFiles
) -> Iterator[Alarm]:
    for part in parts:
        file = find(part.distribution, part.path)
        now = digest(_text(file), part.path, part.part) if file.path.is_file() else None
        if now == part.sha256:
            continue
        state = "is gone" if now is None else "has changed"
        yield Alarm(
            part.name,
            f"{part.name} {state}: profile {profile} was written from {part.distribution} "
            f"{part.version}, and {file.version} is installed ({file.path}).",
        )


def _lost_words(clauses: Iterable[Clause], find: InstalledFiles) -> Iterator[Alarm]:
    for clause in clauses:
        for quote in clause.quotes:
            distribution = DOCUMENTS[quote.document].distribution
            if not distribution:
                continue
            file = find(distribution, quote.document)
            if not file.path.is_file() or not _has_words(_text(file), quote):
                yield Alarm(
                    clause.id,
                    f"{clause.id} quotes words that {quote.document} of {distribution} "
                    f"{file.version} does not have: “{quote.text}” ({quote.place}; the clause "
                    f"stands in {clause.source_file}, line {clause.source_line}).",
                )


def _has_words(text: str, quote: Quote) -> bool:
    """Say whether the words stand in the text, whatever its lines and marks of comments are."""
    return _in_one_line(quote.text) in _in_one_line(_COMMENT.sub("", text))


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _text(file: Installed) -> str:
    return file.path.read_text(encoding="utf-8")
