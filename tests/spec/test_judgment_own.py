"""Each way to be wrong that claims and reading back show breaks the clause that a person names."""

# ruff: noqa: E501 - a table reads best with a row to a line
from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from state_store_spec.answers import (
    DONE,
    Answer,
    NoAnswer,
    Raised,
    Reading,
    Refused,
    StoredObject,
    Value,
)
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.judgment import Difference, differences
from state_store_spec.operations import (
    AccessorSet,
    Advance,
    Clear,
    Collect,
    ConfigureWorkerBackend,
    DataOperation,
    Delete,
    Get,
    Operation,
    Reopen,
    Set,
    SymbolicAssetScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle import World, beginning, step, stored_objects
from state_store_spec.oracle.freedom import as_read, outcome
from state_store_spec.oracle.references import reference_to
from state_store_spec.places import place_of, row_at
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Observation, Trace
from tests.spec.spoiled_steps import (
    DAY,
    MAPPED,
    NAMING,
    ORDERS,
    OTHER_TASK,
    TASK,
    UNIVERSE,
)

PROFILE = find_profile("pr-67299")
PROMPT = Claims(expiry="prompt")
EVENTUAL = Claims(expiry="eventual")
LAZY = Claims(expiry="lazy", collect="cleanup")
DURABLE = Claims(durable=True)

HUNG = NoAnswer("hung", "it hung for 5 s")
ENDED = NoAnswer("ended", "it ended its process by SIGABRT")
ERROR = Raised(("OSError", "Exception"), "the disk is full")

PUT = Set(scope=TASK, key="k", value="v")
PUT_FOR_A_DAY = Set(scope=TASK, key="k", value="v", expires_in=DAY)
PUT_BEYOND = Set(scope=TASK, key="accent", value="v")
READ = Get(scope=TASK, key="k")
TWO_DAYS = Advance(by=2 * DAY)


@dataclass(frozen=True)
class WrongOwn:
    """An operation after some others, what a backend of somebody's own showed, and the clause.

    ``gone`` is whether reading back has found the key gone before the operation, where it may be.
    """

    clause: str
    claims: Claims
    operation: Operation
    earlier: tuple[Operation, ...] = ()
    answer: Answer | None = None
    read: Value | Raised | NoAnswer | None = None
    scope: SymbolicTaskScope | SymbolicAssetScope = TASK
    key: str = "k"
    gone: bool = False


def reading(world: World, scope: SymbolicTaskScope | SymbolicAssetScope, key: str) -> Reading:
    """Return what a conforming backend gives for a key."""
    row = row_at(world, place_of(world, scope, key))
    return Reading(scope=scope, key=key, answer=Value(None if row is None else row.value))


def judged(wrong: WrongOwn) -> tuple[Difference, ...]:
    """Run the operations with a conforming backend but for what is wrong, and judge the last."""
    trace = Trace(universe=UNIVERSE, naming=NAMING, claims=wrong.claims).with_operations(
        (*wrong.earlier, wrong.operation)
    )
    world = beginning(trace, wrong.claims.limits())
    for operation in wrong.earlier:
        _, world, _ = outcome(world, operation, DONE, PROFILE)
    if wrong.gone:
        empty = Reading(scope=wrong.scope, key=wrong.key, answer=Value(None))
        world = as_read(world, (empty,))
    before, after, expected = outcome(world, wrong.operation, wrong.answer or DONE, PROFILE)
    right = reading(after, wrong.scope, wrong.key)
    shown = right if wrong.read is None else replace(right, answer=wrong.read)
    observed = Observation(answer=wrong.answer or seen(expected), read=(shown,))
    after = as_read(after, (shown,))
    return differences(before, wrong.operation, after, expected, observed, PROFILE)


def seen(expected: Answer) -> Answer:
    """Return what a conforming backend shows for the oracle's answer."""
    if isinstance(expected, Refused):
        return Raised((expected.error, "Exception"), "refused")
    return expected


WRONGS = [
    # What does not come back
    WrongOwn("METHOD-7", NO_CLAIMS, READ, (PUT,), HUNG),
    WrongOwn("METHOD-7", NO_CLAIMS, PUT, (), ENDED),
    WrongOwn("METHOD-7", LAZY, Collect(), (), HUNG),
    WrongOwn("METHOD-7", NO_CLAIMS, PUT, read=HUNG),
    # Beyond the limits
    WrongOwn("VALUE-5", NO_CLAIMS, PUT_BEYOND, (), DONE, key="accent", read=Value(None)),
    WrongOwn("VALUE-5", NO_CLAIMS, PUT_BEYOND, (), DONE, key="accent", read=Value("w")),
    WrongOwn("VALUE-5", NO_CLAIMS, PUT_BEYOND, (), ERROR, key="accent", read=Value("v")),
    WrongOwn("VALUE-5", NO_CLAIMS, PUT_BEYOND, (PUT,), ERROR, read=Value(None)),
    # No sooner than the expiry
    WrongOwn("CUSTOM-4", PROMPT, READ, (PUT_FOR_A_DAY,), Value(None)),
    WrongOwn("CUSTOM-4", EVENTUAL, READ, (PUT_FOR_A_DAY,), Value(None)),
    WrongOwn("CUSTOM-4", PROMPT, Advance(by=DAY / 2), (PUT_FOR_A_DAY,), read=Value(None)),
    WrongOwn("CUSTOM-4", EVENTUAL, Advance(by=DAY / 2), (PUT_FOR_A_DAY,), read=Value(None)),
    WrongOwn("CUSTOM-4", PROMPT, TWO_DAYS, (PUT,), read=Value(None)),
    # Promptly
    WrongOwn("CUSTOM-5", PROMPT, READ, (PUT_FOR_A_DAY, TWO_DAYS), Value("v")),
    WrongOwn("CUSTOM-5", PROMPT, TWO_DAYS, (PUT_FOR_A_DAY,), read=Value("v")),
    WrongOwn("CUSTOM-5", PROMPT, READ, (PUT_FOR_A_DAY, TWO_DAYS), read=Value("v")),
    # For good
    WrongOwn("CUSTOM-6", EVENTUAL, READ, (PUT_FOR_A_DAY, TWO_DAYS), Value("v"), gone=True),
    WrongOwn("CUSTOM-6", EVENTUAL, TWO_DAYS, (PUT_FOR_A_DAY, TWO_DAYS), read=Value("v"), gone=True),
    # By another instance
    WrongOwn("CUSTOM-7", DURABLE, Reopen(), (PUT,), ERROR),
    WrongOwn("CUSTOM-7", DURABLE, Reopen(), (PUT,), read=Value(None)),
    WrongOwn("CUSTOM-7", DURABLE, Reopen(), (PUT,), read=Value("w")),
    # By a collection of its own
    WrongOwn("CUSTOM-8", LAZY, Collect(), (PUT_FOR_A_DAY, TWO_DAYS), read=Value("v")),
    WrongOwn("CUSTOM-8", LAZY, Collect(), (PUT_FOR_A_DAY,), read=Value(None)),
    WrongOwn("CUSTOM-8", LAZY, Collect(), (PUT, TWO_DAYS), read=Value(None)),
    WrongOwn("CUSTOM-8", LAZY, Collect(), (PUT,), ERROR),
    # What holds of every backend is seen by reading back as well
    WrongOwn("METHOD-2", NO_CLAIMS, PUT, read=Value(None)),
    WrongOwn("METHOD-2", NO_CLAIMS, replace(PUT, value="w"), (PUT,), read=Value("v")),
    WrongOwn("METHOD-3", NO_CLAIMS, Delete(scope=TASK, key="k"), (PUT,), read=Value("v")),
    WrongOwn("METHOD-5", NO_CLAIMS, Clear(scope=TASK), (PUT,), read=Value("v")),
    WrongOwn("SCOPE-3", NO_CLAIMS, PUT, scope=OTHER_TASK, read=Value("v")),
    WrongOwn("SCOPE-4", NO_CLAIMS, Clear(scope=TASK), (replace(PUT, scope=MAPPED),), scope=MAPPED, read=Value(None)),
    WrongOwn("RET-3", NO_CLAIMS, TWO_DAYS, (PUT_FOR_A_DAY,), read=Value(None)),
    WrongOwn("RET-3", LAZY, TWO_DAYS, (PUT_FOR_A_DAY,), read=Value(None)),
    WrongOwn("METHOD-1", NO_CLAIMS, PUT, scope=ORDERS, read=ERROR),
]  # fmt: skip
IDS = [f"{number:02}-{wrong.clause}" for number, wrong in enumerate(WRONGS)]


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_a_wrong_step_breaks_the_clause_that_a_person_would_name(wrong: WrongOwn) -> None:
    """The first difference of a spoiled step names the clause of the table."""
    assert wrong.clause == next(iter(judged(wrong))).clause


@pytest.mark.parametrize("wrong", WRONGS, ids=IDS)
def test_the_same_step_unspoiled_differs_in_nothing(wrong: WrongOwn) -> None:
    """What a conforming backend shows conforms."""
    assert () == judged(replace(wrong, answer=None, read=None))


@dataclass(frozen=True)
class Free:
    """What a store may show, though the oracle alone would show something else."""

    what: str
    claims: Claims
    operation: Operation
    earlier: tuple[Operation, ...]
    answer: Answer


LET_BE = [
    Free("a key beyond the limits is refused", NO_CLAIMS, PUT_BEYOND, (), ERROR),
    Free("a key beyond the limits is held", NO_CLAIMS, PUT_BEYOND, (), DONE),
    Free("prompt, at the very expiry, still there", PROMPT, READ, (PUT_FOR_A_DAY, Advance(by=DAY)), Value("v")),
    Free("prompt, at the very expiry, gone", PROMPT, READ, (PUT_FOR_A_DAY, Advance(by=DAY)), Value(None)),
    Free("eventual, later, still there", EVENTUAL, READ, (PUT_FOR_A_DAY, TWO_DAYS), Value("v")),
    Free("eventual, later, gone", EVENTUAL, READ, (PUT_FOR_A_DAY, TWO_DAYS), Value(None)),
]  # fmt: skip


@pytest.mark.parametrize("free", LET_BE, ids=lambda free: free.what)
def test_what_a_store_is_free_to_do_differs_in_nothing(free: Free) -> None:
    """Where limits and claims leave a choice, both ways conform."""
    call = free.operation
    assert isinstance(call, DataOperation)
    assert not isinstance(call, Clear)
    wrong = WrongOwn(
        "none", free.claims, call, free.earlier, free.answer, scope=call.scope, key=call.key
    )

    assert () == judged(wrong)


@pytest.mark.parametrize("came_to", ["the worker", "its store", "the server"])
def test_where_a_value_beyond_the_limits_is_refused_is_free(came_to: str) -> None:
    """By the worker, by its store, or by the server when the object is kept already (WORKER-14)."""
    put = AccessorSet(scope=TASK, key="accent", value="v")
    trace = Trace(universe=UNIVERSE, naming=NAMING).with_operations((put,))
    world, _ = step(beginning(trace, NO_CLAIMS.limits()), ConfigureWorkerBackend(on=True), PROFILE)
    reference = reference_to(TASK, "accent")
    kept = () if came_to == "the worker" else (StoredObject(reference=reference, value="v"),)
    crossed = (reference,) if came_to == "the server" else ()
    seen = Observation(answer=ERROR, stored=(), objects=kept, crossed=crossed)

    before, after, expected = outcome(world, put, ERROR, PROFILE, seen.objects)

    assert () == differences(before, put, after, expected, seen, PROFILE)
    assert kept == stored_objects(after)
