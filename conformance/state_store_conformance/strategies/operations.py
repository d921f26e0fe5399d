"""The strategy of operations: one letter says what happens, further letters where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final, Literal, TypeAlias

from hypothesis import strategies as st

from state_store_conformance.strategies.alphabets import drawn_from, weighted
from state_store_conformance.strategies.around import (
    CAPABILITIES_AROUND,
    NEIGHBORHOOD_WEIGHTS_AROUND,
    NEIGHBORHOODS_AROUND,
    joined,
    operations_around,
)
from state_store_conformance.strategies.calls import (
    Call,
    OnKey,
    Removal,
    Write,
    calls,
)
from state_store_conformance.strategies.contents import Content, Filling, contents, fillings
from state_store_conformance.strategies.places import Place, places
from state_store_conformance.strategies.scopes import (
    NEIGHBORHOOD_WEIGHTS,
    NEIGHBORHOODS,
    Neighborhood,
    by_ids,
)
from state_store_conformance.strategies.surroundings import (
    collections,
    parents_change,
    settings_change,
    sweeps,
    time_passes,
)
from state_store_conformance.strategies.universes import UNIVERSES, VALUES
from state_store_conformance.target import (
    ASYNC,
    COLLECTION,
    DURABLE,
    METASTORE_CAPABILITIES,
    NEVER_EXPIRE_PAIR,
    ORPHAN_SWEEP,
    OWN_COLLECTION,
    REFERENTIAL,
    SESSIONS,
)
from state_store_spec.operations import (
    Collect,
    DataOperation,
    Mode,
    Operation,
    Reopen,
    SymbolicScope,
    Transaction,
    Universe,
)
from state_store_spec.profiles import DEFAULT_PROFILE, find_profile

EVERY_CAPABILITY: Final = METASTORE_CAPABILITIES
_RELEVANT: Final = CAPABILITIES_AROUND | {
    ASYNC,
    COLLECTION,
    DURABLE,
    NEVER_EXPIRE_PAIR,
    ORPHAN_SWEEP,
    OWN_COLLECTION,
    REFERENTIAL,
    SESSIONS,
}

MOST_CALLS_IN_A_SESSION: Final = 4


Surrounding: TypeAlias = Literal["time", "settings", "parents", "around"]


_ENDS: Final[st.SearchStrategy[Literal["commit", "rollback"]]] = drawn_from(
    ("commit", "rollback", "commit")
)


@dataclass(frozen=True, slots=True)
class Session:
    """A transaction of the caller, before it is known what happens in it."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class Fill:
    """A transaction that writes several keys alike, before it is known which."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class Around:
    """A change of what surrounds the store, before it is known which."""

    what: Surrounding


@dataclass(frozen=True, slots=True)
class End:
    """The end of a program: nothing more happens."""


Letter: TypeAlias = Operation | Call | Session | Fill | Around


@dataclass(frozen=True, slots=True)
class Details:
    """The alphabets that say what the letter of a call leaves open.

    Each holds all that it can in one letter: five draws for a step of a state machine are as many
    as Hypothesis takes out of a counterexample at once.
    """

    keys: tuple[str, ...]
    scope: st.SearchStrategy[SymbolicScope]
    place: st.SearchStrategy[Place]
    content: st.SearchStrategy[Content]
    filling: st.SearchStrategy[Filling]


@dataclass(frozen=True, slots=True)
class Alphabets:
    """What happens; what each letter leaves open is drawn from the others.

    Attributes:
        letters: what happens, with weights.
        details: where, and what.
        sessions: the calls of a transaction, by its mode.
        around: the changes of what surrounds the store, by their kind.
    """

    letters: tuple[tuple[Letter, int], ...]
    details: Details
    sessions: dict[Mode, st.SearchStrategy[list[DataOperation]]]
    around: dict[Surrounding, st.SearchStrategy[Operation]]


def neighborhoods(
    *, capabilities: frozenset[str] = EVERY_CAPABILITY
) -> st.SearchStrategy[Neighborhood]:
    """Draw the scopes that a program keeps to."""
    referential = REFERENTIAL in capabilities
    known: list[tuple[Neighborhood, int]] = [*zip(NEIGHBORHOODS, NEIGHBORHOOD_WEIGHTS, strict=True)]
    if CAPABILITIES_AROUND & capabilities:
        known += zip(NEIGHBORHOODS_AROUND, NEIGHBORHOOD_WEIGHTS_AROUND, strict=True)
    return drawn_from(
        weighted(
            (neighborhood, weight)
            for neighborhood, weight in known
            if referential or not neighborhood.referential
        )
    )


def operations(
    neighborhood: Neighborhood = NEIGHBORHOODS[0],
    universe: Universe = UNIVERSES[0],
    *,
    capabilities: frozenset[str] = EVERY_CAPABILITY,
    profile: str = DEFAULT_PROFILE,
) -> st.SearchStrategy[Operation]:
    """Draw an operation in the universe that a target of these capabilities can have.

    Every draw is one of a fixed alphabet, so that a seed draws the same everywhere; the first
    letter of each is the simplest.

    Args:
        neighborhood: where calls go.
        universe: whose dag runs and assets change.
        capabilities: names out of :data:`state_store_conformance.target.CAPABILITIES`.
        profile: the name of the profile whose language is spoken.
    """
    alphabets = _alphabets(neighborhood, universe, capabilities & _RELEVANT, profile)
    return _operation(drawn_from(weighted(alphabets.letters)), alphabets)


@cache
def programs(
    neighborhood: Neighborhood = NEIGHBORHOODS[0],
    universe: Universe = UNIVERSES[0],
    *,
    capabilities: frozenset[str] = EVERY_CAPABILITY,
    profile: str = DEFAULT_PROFILE,
    max_operations: int,
) -> st.SearchStrategy[tuple[Operation, ...]]:
    """Draw operations up to a letter that ends them, or up to ``max_operations``.

    Args:
        neighborhood: where calls go.
        universe: whose dag runs and assets change.
        capabilities: names out of :data:`state_store_conformance.target.CAPABILITIES`.
        profile: the name of the profile whose language is spoken.
        max_operations: the most operations; without this bound there are about 35 on average.
    """
    alphabets = _alphabets(neighborhood, universe, capabilities & _RELEVANT, profile)
    letters: tuple[tuple[Letter | End, int], ...] = ((End(), 2), *alphabets.letters)
    return _program(_operation_or_end(drawn_from(weighted(letters)), alphabets), max_operations)


@cache
def _alphabets(
    neighborhood: Neighborhood, universe: Universe, capabilities: frozenset[str], profile: str
) -> Alphabets:
    law = find_profile(profile)
    modes: tuple[Mode, ...] = ("sync", "async") if ASYNC in capabilities else ("sync",)
    letters: list[tuple[Letter, int]] = [*calls("sync"), (Around("time"), neighborhood.ages_weight)]
    around: dict[Surrounding, st.SearchStrategy[Operation]] = {
        "time": drawn_from(weighted(time_passes()))
    }
    if COLLECTION in capabilities:
        letters += [*collections(), (Around("settings"), neighborhood.ages_weight // 2)]
        around["settings"] = drawn_from(weighted(settings_change()))
    if OWN_COLLECTION in capabilities:
        letters.append((Collect(), 5))
    if DURABLE in capabilities:
        letters.append((Reopen(), 1))
    if ORPHAN_SWEEP in capabilities and not law.collection_sweeps_orphans:
        letters += sweeps()
    parents = parents_change(universe, neighborhood)
    if REFERENTIAL in capabilities and parents:
        letters.append((Around("parents"), neighborhood.parents_weight))
        around["parents"] = drawn_from(weighted(parents))
    letters += chain.from_iterable(calls(mode) for mode in modes[1:])
    if SESSIONS in capabilities:
        letters += ((Session(mode), weight) for mode, weight in zip(modes, (3, 1), strict=False))
        letters += ((Fill(mode), weight) for mode, weight in zip(modes, (5, 1), strict=False))
    outside = operations_around(neighborhood, universe, capabilities, law)
    if outside is not None:
        letters = joined(letters, Around("around"))
        around["around"] = outside
    never_expire = NEVER_EXPIRE_PAIR in capabilities and law.never_expire_method
    addressed = neighborhood if law.server_side_names else by_ids(neighborhood)
    details = Details(
        neighborhood.keys,
        drawn_from(weighted(addressed.scopes)),
        drawn_from(weighted(places(addressed))),
        drawn_from(weighted(contents(never_expire=never_expire))),
        drawn_from(weighted(fillings(never_expire=never_expire))),
    )
    sessions: dict[Mode, st.SearchStrategy[list[DataOperation]]] = {
        mode: st.lists(
            _call(drawn_from(weighted(calls(mode))), details),
            min_size=1,
            max_size=MOST_CALLS_IN_A_SESSION,
        )
        for mode in modes
    }
    return Alphabets(tuple(letters), details, sessions, around)


@st.composite
def _program(
    draw: st.DrawFn, operation_or_end: st.SearchStrategy[Operation | None], max_operations: int
) -> tuple[Operation, ...]:
    program: list[Operation] = []
    while len(program) < max_operations:
        operation = draw(operation_or_end)
        if operation is None:
            break
        program.append(operation)
    return tuple(program)


@st.composite
def _operation_or_end(
    draw: st.DrawFn, letter: st.SearchStrategy[Letter | End], alphabets: Alphabets
) -> Operation | None:
    drawn = draw(letter)
    return None if isinstance(drawn, End) else _completed(draw, drawn, alphabets)


@st.composite
def _operation(
    draw: st.DrawFn, letter: st.SearchStrategy[Letter], alphabets: Alphabets
) -> Operation:
    return _completed(draw, draw(letter), alphabets)


def _completed(draw: st.DrawFn, letter: Letter, alphabets: Alphabets) -> Operation:
    if isinstance(letter, Write | OnKey | Removal):
        return _placed(draw, letter, alphabets.details)
    if isinstance(letter, Around):
        return draw(alphabets.around[letter.what])
    if isinstance(letter, Session):
        end = draw(_ENDS)
        inside = tuple(draw(alphabets.sessions[letter.mode]))
        return Transaction(operations=inside, end=end, mode=letter.mode)
    if isinstance(letter, Fill):
        return _filled(draw, letter, alphabets.details)
    return letter


def _filled(draw: st.DrawFn, fill: Fill, details: Details) -> Operation:
    filling, scope = draw(details.filling), draw(details.scope)
    write = Write(fill.mode)
    inside = tuple(
        write.at(scope, key, VALUES[0], filling.retention) for key in details.keys[: filling.keys]
    )
    return Transaction(operations=inside, mode=fill.mode)


@st.composite
def _call(draw: st.DrawFn, call: st.SearchStrategy[Call], details: Details) -> DataOperation:
    return _placed(draw, draw(call), details)


def _placed(draw: st.DrawFn, call: Call, details: Details) -> DataOperation:
    if isinstance(call, Write):
        value, retention = draw(details.content)
        scope, key = draw(details.place)
        return call.at(scope, key, value, retention)
    if isinstance(call, OnKey):
        return call.at(*draw(details.place))
    return call.at(draw(details.scope))
