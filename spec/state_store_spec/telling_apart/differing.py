"""The clauses that hold in one profile and not in another, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass

from state_store_spec.clause import Clause
from state_store_spec.clause_files import find_clause, load_clauses
from state_store_spec.profiles import Profile, find_profile
from state_store_spec.profiles.language import not_said
from state_store_spec.telling_apart.search import ToldApart, shortest_traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A clause of one profile that the other does not have.

    Attributes:
        clause: the clause, as it is in force in its profile.
        instead: the ids of the clauses that the other profile has in its place.
        shown: the shortest trace on which a store that obeys the other profile breaks it.
        shown_with: the clause that the trace belongs to, where it is one that this rests on.
        not_said: why the other profile cannot be asked, where it has no word for the examples.
    """

    clause: Clause
    instead: tuple[str, ...] = ()
    shown: ToldApart | None = None
    shown_with: str | None = None
    not_said: tuple[str, ...] = ()


def differing_clauses(law: str, other: str) -> tuple[Differing, ...]:
    """Return the clauses of a profile that another one does not have, in their order.

    Raises:
        UnknownProfileError: no profile has one of these names.
    """
    mine, theirs = find_profile(law), find_profile(other)
    held = {clause.id for clause in load_clauses(other)}
    traces = shortest_traces(law, other)
    return tuple(
        _differing(clause, mine, theirs, traces)
        for clause in load_clauses(law)
        if clause.id not in held
    )


def _differing(
    clause: Clause, mine: Profile, theirs: Profile, traces: dict[str, ToldApart]
) -> Differing:
    found = [other for other in (clause.id, *clause.rests_on) if other in traces]
    return Differing(
        clause=clause,
        instead=_instead(clause.id, mine, theirs),
        shown=traces[found[0]] if found else None,
        shown_with=found[0] if found and found[0] != clause.id else None,
        not_said=() if found else _reasons(clause, theirs),
    )


def _instead(clause_id: str, mine: Profile, theirs: Profile) -> tuple[str, ...]:
    """Name what stands in the place of a clause, whichever of the two profiles says so."""
    found = [theirs.named_otherwise[clause_id]] if clause_id in theirs.named_otherwise else []
    found += [other for other, own in mine.named_otherwise.items() if own == clause_id]
    return tuple(dict.fromkeys(name for name in found if theirs.name in find_clause(name).profiles))


def _reasons(clause: Clause, theirs: Profile) -> tuple[str, ...]:
    reasons = [
        told.reason
        for example in clause.examples
        for operation in example.operations
        for told in not_said(operation, theirs)
    ]
    return tuple(dict.fromkeys(reasons))
