"""Which situations a step of a trace reaches, seen from the oracle's worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from state_store_spec.answers import Answer
from state_store_spec.operations import Operation, Transaction
from state_store_spec.oracle.step import step
from state_store_spec.oracle.world import World
from state_store_spec.situations.moment import Moment, Past
from state_store_spec.situations.past import past_after
from state_store_spec.situations.registry import RECOGNIZERS

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile

# Each call is compared with every row: to look into a crowd takes the square of it, and it reaches
# nothing that a handful does not.
_MOST_CALLS: Final = 100


def situations_reached(
    past: Past,
    before: World,
    operation: Operation,
    after: World,
    answer: Answer,
    profile: Profile,
) -> tuple[frozenset[str], Past]:
    """Return the situations of a step, those of its calls included, and the past after it."""
    reached = _recognized(Moment(past, before, operation, after, answer, profile))
    if not isinstance(operation, Transaction):
        return frozenset(reached), past_after(past, before, operation, after)
    inside, inside_past = before, past
    for call in operation.operations:
        following, call_answer = step(inside, call, profile)
        if len(operation.operations) <= _MOST_CALLS:
            moment = Moment(inside_past, inside, call, following, call_answer, profile, before)
            reached |= _recognized(moment)
        inside_past = past_after(inside_past, inside, call, following)
        inside = following
    return frozenset(reached), inside_past if operation.end == "commit" else past


def _recognized(moment: Moment) -> set[str]:
    return {
        situation.id
        for situation in RECOGNIZERS.get(type(moment.operation), ())
        if situation.recognized_by(moment)
    }
