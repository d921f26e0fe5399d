"""The worlds of stores whose rows end by themselves, or which are free to refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from state_store_spec.answers import DONE, Raised, Reading, Value
from state_store_spec.claims import NO_CLAIMS, Claims
from state_store_spec.operations import (
    Advance,
    Clear,
    Collect,
    DeclaredDagRun,
    Delete,
    Get,
    Operation,
    Set,
    SymbolicTaskScope,
)
from state_store_spec.oracle import World, beginning
from state_store_spec.oracle.freedom import as_read, may_refuse, outcome
from state_store_spec.profiles import find_profile
from state_store_spec.trace import Trace
from tests.spec.spoiled_steps import (
    DAY,
    IN_ORDERS,
    IN_TASK,
    MICROSECOND,
    ORDERS,
    TASK,
    UNIVERSE,
)

PROFILE = find_profile("pr-67299")
PROMPT = Claims(expiry="prompt")
EVENTUAL = Claims(expiry="eventual")
LAZY = Claims(expiry="lazy", collect="cleanup")
PUT = Set(scope=TASK, key="k", value="v", expires_in=DAY)
READ = Get(scope=TASK, key="k")
LONG_NAME = SymbolicTaskScope(dag="d" * 251, run="r", task="t")
WITH_LONG_NAME = replace(
    UNIVERSE, dag_runs=(*UNIVERSE.dag_runs, DeclaredDagRun(dag=LONG_NAME.dag, run="r"))
)
GONE = Reading(scope=TASK, key="k", answer=Value(None))
REFUSED = Raised(("ValueError", "Exception"), "too long")


def after(claims: Claims, *operations: Operation, found_gone: bool = False) -> World:
    """Return the world after the operations, and after a read-back that finds the key gone."""
    trace = Trace(universe=WITH_LONG_NAME, claims=claims).with_operations(operations)
    world = beginning(trace, claims.limits())
    for operation in operations:
        _, world, _ = outcome(world, operation, DONE, PROFILE)
    return as_read(world, (GONE,)) if found_gone else world


@pytest.mark.parametrize(
    ("claims", "passes", "found_gone", "there"),
    [
        (PROMPT, DAY - MICROSECOND, False, True),
        (PROMPT, DAY - MICROSECOND, True, True),
        (PROMPT, DAY, False, True),
        (PROMPT, DAY, True, False),
        (PROMPT, DAY + MICROSECOND, False, False),
        (EVENTUAL, DAY - MICROSECOND, True, True),
        (EVENTUAL, DAY, True, False),
        (EVENTUAL, 99 * DAY, False, True),
        (EVENTUAL, 99 * DAY, True, False),
        (LAZY, 99 * DAY, True, True),
        (NO_CLAIMS, 99 * DAY, True, True),
    ],
)
def test_a_row_ends_no_sooner_than_its_expiry_and_as_is_claimed(
    claims: Claims,
    passes: timedelta,
    found_gone: bool,  # noqa: FBT001
    there: bool,  # noqa: FBT001
) -> None:
    """Before the expiry it is there, at it either way, after it as the claim has it."""
    world = after(claims, PUT, Advance(by=passes), found_gone=found_gone)

    assert there == (IN_TASK in world.task_state)
    assert (not there) == (IN_TASK in world.ended)


@pytest.mark.parametrize(
    ("passes", "there"),
    [
        (DAY + MICROSECOND, True),
        (DAY + timedelta(seconds=2), True),
        (DAY + timedelta(seconds=2) + MICROSECOND, False),
    ],
)
def test_a_lag_keeps_a_row_longer(passes: timedelta, there: bool) -> None:  # noqa: FBT001
    """A prompt store that counts in seconds may give the row until its lag is over."""
    claims = replace(PROMPT, expiry_lag_seconds=2.0)

    assert there == (IN_TASK in after(claims, PUT, Advance(by=passes)).task_state)


def test_a_lag_makes_nothing_end_sooner() -> None:
    """It is added to the expiry; before that the row has to be there."""
    claims = replace(PROMPT, expiry_lag_seconds=2.0)

    assert IN_TASK in after(claims, PUT, Advance(by=DAY - MICROSECOND), found_gone=True).task_state
    assert IN_TASK not in after(claims, PUT, Advance(by=DAY), found_gone=True).task_state


def test_time_that_nobody_moves_ends_nothing_for_certain() -> None:
    """Where a server tells the time, only what had expired when it was written must be gone."""
    server = replace(PROMPT, clock="server")
    expired = replace(PUT, expires_in=-DAY)

    assert IN_TASK not in after(server, expired).task_state
    assert IN_TASK in after(server, PUT, Advance(by=DAY / 2)).task_state
    assert IN_TASK in after(server, PUT, Advance(by=2 * DAY)).task_state


@pytest.mark.parametrize(
    ("expires_in", "may_be_gone"),
    [(timedelta(hours=1), True), (timedelta(hours=1) + MICROSECOND, False)],
)
def test_a_server_may_be_an_hour_ahead(
    expires_in: timedelta,
    may_be_gone: bool,  # noqa: FBT001
) -> None:
    """How long a run takes in real time is not known; an hour is more than any does."""
    server = replace(PROMPT, clock="server")
    world = after(server, replace(PUT, expires_in=expires_in), found_gone=True)

    assert may_be_gone == (IN_TASK not in world.task_state)


def test_a_row_that_was_written_again_is_there() -> None:
    """What has ended is forgotten where somebody writes or deletes since."""
    ended = (PUT, Advance(by=2 * DAY))

    assert {IN_TASK} == set(after(PROMPT, *ended).ended)
    for operation in (
        Set(scope=TASK, key="k", value="w"),
        Delete(scope=TASK, key="k"),
        Clear(scope=TASK),
    ):
        assert set() == set(after(PROMPT, *ended, operation).ended)
    assert IN_TASK in after(PROMPT, *ended, Set(scope=TASK, key="k", value="w")).task_state
    assert {IN_TASK} == set(after(PROMPT, *ended, Delete(scope=TASK, key="other")).ended)


def test_asset_state_does_not_end() -> None:
    """An asset row has no expiry, whatever is claimed (RET-8)."""
    put = Set(scope=ORDERS, key="k", value="v", expires_in=DAY)

    assert IN_ORDERS in after(PROMPT, put, Advance(by=9 * DAY)).asset_state


def test_an_own_collection_takes_what_has_expired_and_no_more() -> None:
    """At the very instant of the expiry a row stays."""
    assert IN_TASK in after(LAZY, PUT, Advance(by=DAY), Collect()).task_state
    assert IN_TASK not in after(LAZY, PUT, Advance(by=DAY + MICROSECOND), Collect()).task_state
    plain = Set(scope=TASK, key="k", value="v")
    assert IN_TASK in after(LAZY, plain, Advance(by=99 * DAY), Collect()).task_state


BEYOND = "k" * 251
BEYOND_INDEX = replace(TASK, map_index=2**31)


@pytest.mark.parametrize(
    "call",
    [
        Set(scope=TASK, key=BEYOND, value="v"),
        Set(scope=TASK, key="k", value="v" * 65_536),
        Set(scope=TASK, key="k\0", value="v"),
        Set(scope=LONG_NAME, key="k", value="v"),
        Set(scope=BEYOND_INDEX, key="k", value="v"),
        Get(scope=BEYOND_INDEX, key="k"),
        Get(scope=TASK, key=BEYOND),
        Delete(scope=TASK, key=BEYOND),
        Clear(scope=LONG_NAME),
    ],
    ids=["key", "value", "nul", "name", "map index", "read", "get", "delete", "clear"],
)
def test_what_lies_beyond_the_limits_may_be_refused(call: Set | Get | Delete | Clear) -> None:
    """A call that speaks of anything beyond them may raise, and writes nothing."""
    world = beginning(Trace(universe=UNIVERSE).with_operations((call,)), NO_CLAIMS.limits())

    assert may_refuse(world, call)
    assert world == outcome(world, call, REFUSED, PROFILE)[1]


@pytest.mark.parametrize(
    "call",
    [Get(scope=TASK, key=BEYOND), Delete(scope=TASK, key=BEYOND), Clear(scope=LONG_NAME)],
    ids=["get", "delete", "clear"],
)
def test_what_is_held_has_to_be_given_back(call: Get | Delete | Clear) -> None:
    """A store that took what is beyond its limits may not refuse to read or to delete it."""
    world = after(
        NO_CLAIMS,
        Set(scope=TASK, key=BEYOND, value="v"),
        Set(scope=LONG_NAME, key="k", value="v"),
    )

    assert not may_refuse(world, call)


def test_what_every_backend_holds_may_not_be_refused() -> None:
    """Within the limits there is no choice."""
    put = Set(scope=TASK, key="k" * 250, value="v")
    world = beginning(Trace(universe=UNIVERSE).with_operations((put,)), NO_CLAIMS.limits())

    assert not may_refuse(world, put)
    assert (DONE,) == outcome(world, put, REFUSED, PROFILE)[2:]
