"""Situations of the caller's session."""

from __future__ import annotations

from typing import cast

from state_store_spec.answers import Answers, Refused
from state_store_spec.operations import Get, Transaction
from state_store_spec.oracle.step import step
from state_store_spec.places import Place, place_of_call, row_at, rows_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation


@situation(Get)
def session_reads_its_own_change(moment: Moment) -> bool:
    """In a session a key is read that the same session has changed."""
    began = moment.session_began
    return began is not None and row_at(began, moment.place()) != moment.row_before()


def _transaction(moment: Moment) -> Transaction:
    return cast("Transaction", moment.operation)


def _changes(moment: Moment) -> int:
    """Count the calls of a transaction that change something."""
    inside, changes = moment.before, 0
    for call in _transaction(moment).operations:
        following, _ = step(inside, call, moment.profile)
        changes += rows_of(following) != rows_of(inside)
        inside = following
    return changes


@situation(Transaction)
def session_commits_several_changes(moment: Moment) -> bool:
    """A session with several changes is committed."""
    return _transaction(moment).end == "commit" and _changes(moment) > 1


@situation(Transaction)
def session_rolls_back_a_change(moment: Moment) -> bool:
    """A session with a change is rolled back."""
    return _transaction(moment).end == "rollback" and _changes(moment) > 0


@situation(Transaction)
def session_rolls_back_a_removal(moment: Moment) -> bool:
    """A session that removed a key is rolled back, and the key is there again."""
    if _transaction(moment).end != "rollback":
        return False
    inside = moment.before
    for call in _transaction(moment).operations:
        inside, _ = step(inside, call, moment.profile)
    return bool(rows_of(moment.before).keys() - rows_of(inside).keys())


@situation(Transaction)
def async_session_changes(moment: Moment) -> bool:
    """An async session with a change is committed."""
    operation = _transaction(moment)
    return operation.mode == "async" and operation.end == "commit" and _changes(moment) > 0


@situation(Transaction)
def session_goes_on_after_a_refusal(moment: Moment) -> bool:
    """A session goes on after one of its calls was refused, and changes or reads a key."""
    answers = moment.answer.answers if isinstance(moment.answer, Answers) else ()
    first = next((i for i, answer in enumerate(answers) if isinstance(answer, Refused)), None)
    return first is not None and any(
        not isinstance(answer, Refused) for answer in answers[first + 1 :]
    )


@situation(Transaction)
def session_overwrites_its_own_write(moment: Moment) -> bool:
    """A session writes a key and overwrites it before it ends."""
    inside = moment.before
    written: set[Place] = set()
    for call in _transaction(moment).operations:
        following, _ = step(inside, call, moment.profile)
        place = place_of_call(inside, call)
        if place is not None and row_at(following, place) is not row_at(inside, place):
            if place in written and row_at(following, place) is not None:
                return True
            written.add(place)
        inside = following
    return False
