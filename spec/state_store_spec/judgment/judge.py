"""The comparison of one step: the answer first, then everything that is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from state_store_spec.answers import (
    Answer,
    Answers,
    Collected,
    Listed,
    NoAnswer,
    Raised,
    Refused,
    StoredObject,
    StoredRow,
    Value,
)
from state_store_spec.judgment.blame_around import blame_for_crossing, blame_for_object
from state_store_spec.judgment.blame_of_answers import blame_for_answer, blame_for_refusal
from state_store_spec.judgment.blame_of_rows import blame_for_row
from state_store_spec.judgment.difference import Difference, no_answer
from state_store_spec.judgment.readings import differences_of_readings
from state_store_spec.operations import Collect, Get, Operation, Transaction
from state_store_spec.oracle.accessors import crossing
from state_store_spec.oracle.collection import forbidden_statements
from state_store_spec.oracle.freedom import may_have_crossed
from state_store_spec.oracle.step import step
from state_store_spec.oracle.world import AssetRow, TaskPlace, TaskRow, World
from state_store_spec.places import (
    Place,
    place_of_call,
    place_of_row,
    row_at,
    rows_of,
)
from state_store_spec.trace import Observation

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def differences(
    before: World,
    operation: Operation,
    after: World,
    expected: Answer,
    actual: Observation,
    profile: Profile,
) -> tuple[Difference, ...]:
    """Return what differs, each with the clause it breaks; empty where the step conforms.

    ``after`` and ``expected`` are the oracle's; what ``actual`` does not state is not compared.
    """
    found: list[Difference] = []
    if isinstance(actual.answer, NoAnswer):
        return (no_answer("answer", _shown(expected), actual.answer),)
    if actual.answer is not None:
        found += _answer(before, operation, expected, actual.answer, profile)
    if actual.stored is not None:
        rows = _rows(before, operation, after, actual.stored, profile)
        # Which rows a collection took says more than how many it counts, so it is blamed for that.
        found = [*rows, *found] if isinstance(actual.answer, Collected) else [*found, *rows]
    if actual.read is not None:
        found += differences_of_readings(before, operation, after, actual.read, profile)
    if actual.objects is not None:
        found += _objects(before, operation, after, expected, actual.objects)
    if actual.crossed is not None:
        crossed = crossing(before, operation, expected, profile)
        if not actual.crossed and may_have_crossed(expected, operation):
            crossed = ()
        if sorted(crossed) != sorted(actual.crossed):
            clause = blame_for_crossing(before, operation, expected)
            subject = "values that crossed the boundary"
            found.append(Difference(clause, subject, _texts(crossed), _texts(actual.crossed)))
    return tuple(_named_in(profile, difference) for difference in found)


def _named_in(profile: Profile, difference: Difference) -> Difference:
    """Give the difference by the clause that the profile has in the place of another's."""
    clause = profile.named_otherwise.get(difference.clause)
    return difference if clause is None else replace(difference, clause=clause)


def _answer(
    before: World, operation: Operation, expected: Answer, actual: Answer, profile: Profile
) -> Iterator[Difference]:
    if isinstance(operation, Transaction) and isinstance(expected, Answers):
        yield from _transaction(before, operation, expected, actual, profile)
    elif isinstance(expected, Collected) and isinstance(operation, Collect):
        yield from _collected(before, operation, expected, actual)
    elif isinstance(expected, Refused):
        if not isinstance(actual, Raised):
            clause = blame_for_refusal(before, operation, expected)
            yield Difference(clause, "answer", _shown(expected), _shown(actual))
        elif expected.error not in actual.types:
            clause = blame_for_refusal(before, operation, expected)
            yield Difference(clause, "type of the error", expected.error, _shown(actual))
    elif _unordered(expected) != _unordered(actual):
        clause = blame_for_answer(before, operation, actual, profile)
        yield Difference(clause, "answer", _shown(expected), _shown(actual))


def _transaction(
    before: World, operation: Transaction, expected: Answers, actual: Answer, profile: Profile
) -> Iterator[Difference]:
    if not isinstance(actual, Answers):
        # The session itself was harmed: a call ended or closed what belongs to the caller.
        yield Difference("SESSION-1", "session", "left to its caller", _shown(actual))
        return
    inside = before
    refused = False
    calls = zip(operation.operations, expected.answers, actual.answers, strict=True)
    for position, (call, wanted, given) in enumerate(calls, start=1):
        for difference in _answer(inside, call, wanted, given, profile):
            clause = difference.clause
            place = place_of_call(inside, call)
            if refused and isinstance(given, Raised):
                clause = "SESSION-3"
            elif isinstance(call, Get) and row_at(inside, place) != row_at(before, place):
                clause = "SESSION-2"
            yield Difference(clause, f"{difference.subject} of call {position}", *_pair(difference))
        refused = refused or isinstance(wanted, Refused)
        inside, _ = step(inside, call, profile)


def _pair(difference: Difference) -> tuple[str, str]:
    return difference.expected, difference.actual


def _collected(
    before: World, operation: Collect, expected: Collected, actual: Answer
) -> Iterator[Difference]:
    if not isinstance(actual, Collected):
        yield Difference("GC-1", "answer", _shown(expected), _shown(actual))
        return
    miscounted = False
    at_zero = before.settings.default_retention_days == 0
    for rule, clause in (("expired", "GC-1"), ("fallback", "GC-2"), ("orphaned", "ORPHAN-1")):
        wanted, given = getattr(expected, rule), getattr(actual, rule)
        if wanted != given:
            miscounted = True
            blamed = clause
            if at_zero and rule != "orphaned":
                # At 0 days a law takes nothing by time, or what has expired all the same.
                blamed = "GC-5" if wanted < given else "GC-15"
            yield Difference(
                "GC-8" if operation.dry_run else blamed,
                f"rows counted as {rule}",
                str(wanted),
                str(given),
            )
    # Wrong rows make wrong statements, which say nothing more.
    if actual.transactions is not None and (operation.dry_run or not miscounted):
        batch_size = before.settings.state_cleanup_batch_size
        forbidden = forbidden_statements(
            expected, actual.transactions, batch_size=batch_size, dry_run=operation.dry_run
        )
        if forbidden is not None:
            yield Difference(
                "GC-8" if operation.dry_run else "GC-7",
                "statements",
                "no rows deleted" if operation.dry_run else f"batches of {batch_size}",
                forbidden,
            )


def _rows(
    before: World,
    operation: Operation,
    after: World,
    stored: tuple[StoredRow, ...],
    profile: Profile,
) -> Iterator[Difference]:
    wanted = rows_of(after)
    given: dict[Place, StoredRow] = {}
    for row in stored:
        place = place_of_row(row)
        if place in given:
            clause = blame_for_row(before, operation, place, "unexpected", profile)
            yield Difference(clause, _subject(place), "one row", "more than one row")
        given[place] = row
    for place in sorted(wanted.keys() - given.keys(), key=repr):
        clause = blame_for_row(before, operation, place, "missing", profile)
        yield Difference(clause, _subject(place), f"value {wanted[place].value!r}", "no row")
    for place in sorted(given.keys() - wanted.keys(), key=repr):
        clause = blame_for_row(before, operation, place, "unexpected", profile)
        yield Difference(clause, _subject(place), "no row", f"value {given[place].value!r}")
    for place in sorted(wanted.keys() & given.keys(), key=repr):
        for field, expected, actual in _fields(wanted[place], given[place]):
            if expected != actual:
                clause = blame_for_row(before, operation, place, field, profile)
                yield Difference(clause, f"{_subject(place)}: {field}", str(expected), str(actual))


def _fields(wanted: TaskRow | AssetRow, given: StoredRow) -> Iterator[tuple[str, object, object]]:
    yield "value", wanted.value, given.value
    yield "updated_at", wanted.updated_at, given.updated_at
    yield "expires_at", wanted.expires_at if isinstance(wanted, TaskRow) else None, given.expires_at
    yield "never_expire", isinstance(wanted, TaskRow) and wanted.never_expire, given.never_expire


def _unordered(answer: Answer) -> object:
    """Return an answer without the order of listed rows, of which no clause speaks (BOUND-5)."""
    return sorted(answer.rows, key=repr) if isinstance(answer, Listed) else answer


def _objects(
    before: World,
    operation: Operation,
    after: World,
    expected: Answer,
    objects: tuple[StoredObject, ...],
) -> Iterator[Difference]:
    wanted = {reference: held.value for reference, held in after.objects.items()}
    given = {found.reference: found.value for found in objects}
    for reference in sorted(wanted.keys() | given.keys()):
        if wanted.get(reference) == given.get(reference):
            continue
        wrong = "value"
        if reference not in given:
            wrong = "missing"
        elif reference not in wanted:
            wrong = "unexpected"
        clause = blame_for_object(before, operation, reference, wrong, expected)
        shown = (repr(side[reference]) if reference in side else "none" for side in (wanted, given))
        yield Difference(clause, f"object of the {reference}", *shown)


def _texts(crossed: tuple[str, ...]) -> str:
    return ", ".join(map(repr, crossed)) or "none"


def _subject(place: Place) -> str:
    if isinstance(place, TaskPlace):
        *scope, key = place
        return f"row of key {key!r} in task {'/'.join(map(str, scope))}"
    return f"row of key {place.key!r} in asset {place.asset}"


def _shown(answer: Answer) -> str:
    if isinstance(answer, Value):
        return "None" if answer.value is None else repr(answer.value)
    if isinstance(answer, Refused):
        return f"refused: {answer.reason.replace('-', ' ')}"
    if isinstance(answer, Raised):
        return f"{answer.types[0]}: {answer.message}"
    if isinstance(answer, Listed):
        return ", ".join(f"{row.key}: {row.value!r}" for row in answer.rows) or "no keys"
    if isinstance(answer, NoAnswer):
        return f"no answer: {answer.detail}"
    if isinstance(answer, Collected):
        return (
            f"{answer.expired} expired, {answer.fallback} by the fallback, "
            f"{answer.orphaned} orphaned"
        )
    return "done"
