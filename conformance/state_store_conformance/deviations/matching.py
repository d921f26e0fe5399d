"""Which clauses the entries of a deviations file speak of; settled before judging begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase

from state_store_conformance.deviations.entries import Deviation, Deviations
from state_store_conformance.errors import UsageError
from state_store_spec.clause import Clause
from state_store_spec.records import record


@record()
class KnownDeviation:
    """An entry and the clauses that it speaks of.

    Attributes:
        deviation: the entry.
        clauses: the ids that it matches, of the clauses that are asked of the target.
        not_asked: how many more it matches that are not.
    """

    deviation: Deviation
    clauses: tuple[str, ...]
    not_asked: int = 0

    def in_words(self) -> str:
        """Give the entry as a line: what it matches, until when, and why it is accepted."""
        count = len(self.clauses)
        left_out = f" ({self.not_asked} more not asked of this target)" if self.not_asked else ""
        until = f", until {self.deviation.until}" if self.deviation.until else ""
        return (
            f"{self.deviation.clause}: {count} clause{'' if count == 1 else 's'}{left_out}{until}: "
            f"{self.deviation.reason}"
        )


def known_deviations(
    listed: Deviations, law: Iterable[Clause], obstacles: Mapping[str, str]
) -> tuple[KnownDeviation, ...]:
    """Give the clauses of each entry.

    A clause that is not asked of the target cannot be broken by it, so a pattern leaves it out,
    and an entry that speaks of no other is a mistake.

    Args:
        listed: the entries.
        law: the clauses of the profile.
        obstacles: why a clause is not asked of the target, by its id.

    Raises:
        UsageError: an entry matches nothing, or a clause is matched twice: file, entry, rule,
            remedy.
    """
    clauses = tuple(law)
    known: list[KnownDeviation] = []
    taken: dict[str, int] = {}
    mistakes: list[str] = []
    for number, entry in enumerate(listed.entries, start=1):
        matched = [clause for clause in clauses if fnmatchcase(clause.id, entry.clause)]
        asked = tuple(clause.id for clause in matched if clause.id not in obstacles)
        if not asked:
            mistakes.append(
                f"{listed.place(number)}: {_nothing(entry.clause, clauses, matched, obstacles)}"
            )
        mistakes += (
            f"{listed.place(number)}: {twice} is listed by entry {taken[twice]} already; a clause "
            "has one entry, so that its reason is plain: remove one of the two, or narrow its "
            "pattern."
            for twice in asked
            if twice in taken
        )
        taken |= dict.fromkeys(asked, number)
        known.append(
            KnownDeviation(deviation=entry, clauses=asked, not_asked=len(matched) - len(asked))
        )
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return tuple(known)


def _nothing(
    pattern: str, law: tuple[Clause, ...], matched: list[Clause], obstacles: Mapping[str, str]
) -> str:
    if not matched:
        near = get_close_matches(pattern.upper(), [clause.id for clause in law], n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        return (
            "no clause of this profile matches; an entry that matches nothing would hide a slip of "
            f"the pen: correct or remove it (`state-store spec` lists the clauses).{meant}"
        )
    first = matched[0].id
    return (
        f"it matches only clauses that are not asked of this target ({first}: {obstacles[first]}); "
        "what is not asked cannot be broken: remove it, or offer what the clause needs."
    )
