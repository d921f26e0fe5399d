"""Openings: the beginning of a trace that leads to a rare moment, from where anything may happen.

What is drawn letter by letter seldom meets three rows that fill a batch, or a retry that
overwrites. A trace that begins there explores what lies around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from state_store_conformance.strategies.alphabets import LONGEST_ALPHABET, drawn_from
from state_store_conformance.strategies.around import NEIGHBORHOODS_AROUND
from state_store_conformance.strategies.scopes import NEIGHBORHOODS, Neighborhood
from state_store_conformance.strategies.universes import PLAIN_UNIVERSE, UNIVERSES
from state_store_spec.operations import Universe
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from hypothesis import strategies as st

_NEIGHBORHOODS: Final = (*NEIGHBORHOODS, *NEIGHBORHOODS_AROUND)


@dataclass(frozen=True, slots=True)
class Opening:
    """A beginning with operations, and where it may go on.

    Attributes:
        trace: its universe has every symbol that a program may speak of.
        neighborhoods: those that hold the scopes of the trace, or all if none does.
    """

    trace: Trace
    neighborhoods: tuple[Neighborhood, ...]


def opening_of(trace: Trace, *, referential: bool) -> Opening:
    """Make an opening of a trace.

    Args:
        trace: what leads there, in the symbols of the strategies.
        referential: whether the store can tell what each scope means.
    """
    known = [one for one in _NEIGHBORHOODS if referential or not one.referential]
    scopes = {call.scope for call in trace.calls()}
    around = [one for one in known if scopes <= {scope for scope, _ in one.scopes}]
    universe = _enlarged(trace.universe, referential=referential)
    return Opening(replace(trace, title="", universe=universe), tuple(around or known))


def openings_from(openings: Iterable[Opening]) -> st.SearchStrategy[Opening]:
    """Draw one of the openings; those that come first are simpler."""
    every = tuple(openings)
    parts = [every[at : at + LONGEST_ALPHABET] for at in range(0, len(every), LONGEST_ALPHABET)]
    return drawn_from(parts).flatmap(drawn_from)


def _enlarged(universe: Universe, *, referential: bool) -> Universe:
    """Add what programs speak of: dag runs that are there, and assets that are not.

    Where a store knows neither, all of them are there.
    """
    if not referential:
        return PLAIN_UNIVERSE
    dag_runs = {(declared.dag, declared.run) for declared in universe.dag_runs}
    assets = {declared.asset for declared in universe.assets}
    return Universe(
        dag_runs=(
            *universe.dag_runs,
            *(one for one in UNIVERSES[0].dag_runs if (one.dag, one.run) not in dag_runs),
        ),
        assets=(
            *universe.assets,
            *(
                replace(one, state="absent")
                for one in UNIVERSES[0].assets
                if one.asset not in assets
            ),
        ),
    )
