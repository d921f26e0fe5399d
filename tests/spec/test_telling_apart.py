"""Telling two profiles apart: what differs is found by the search, and is as short as it can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from state_store_spec import Trace, UnknownProfileError, find_clause, load_clauses
from state_store_spec.oracle import beginning, step, stored_rows
from state_store_spec.profiles import PROFILES, find_profile
from state_store_spec.telling_apart import (
    ToldApart,
    differing_clauses,
    shortest_traces,
    told_apart,
)
from state_store_spec.trace import Observation

SEED, RELEASE = "pr-67299", "airflow-3.3"
BOTH_WAYS = [(SEED, RELEASE), (RELEASE, SEED)]

FOUND = [
    pytest.param(law, other, clause, apart, id=f"{clause} of {law}")
    for law, other in BOTH_WAYS
    for clause, apart in shortest_traces(law, other).items()
]


def shown_by(profile: str, trace: Trace) -> list[Observation]:
    """Return what the oracle of a profile shows of each step: the answer and the rows."""
    world = beginning(trace)
    shown: list[Observation] = []
    for operation in trace.operations:
        world, answer = step(world, operation, find_profile(profile))
        shown.append(Observation(answer=answer, stored=stored_rows(world)))
    return shown


def steps_of(law: str, other: str, clause: str) -> list[str]:
    """Return the names of the operations that tell a clause apart."""
    return [operation.op for operation in shortest_traces(law, other)[clause].trace.operations]


@pytest.mark.parametrize(
    ("clause", "days", "steps"),
    [
        ("GC-2", 30, ["set", "advance", "collect"]),
        ("GC-5", 0, ["set", "advance", "collect"]),
        ("CONF-7", 0, ["accessor_set", "advance", "change_settings", "collect"]),
        ("ORPHAN-1", 30, ["set", "deactivate_asset", "collect"]),
        ("RET-2", 30, ["accessor_set", "accessor_set"]),
        ("RET-7", 30, ["set"]),
        ("ACCESS-2", 30, ["accessor_set"]),
        ("WORKER-11", 30, ["configure_worker_backend", "accessor_set", "task_instance_moves"]),
    ],
)
def test_what_a_reader_of_the_seed_would_stumble_over(
    clause: str, days: int, steps: list[str]
) -> None:
    """The search finds the traces that a person would write, and no longer ones."""
    assert steps == steps_of(SEED, RELEASE, clause)
    settings = shortest_traces(SEED, RELEASE)[clause].trace.settings
    assert days == settings.default_retention_days


@pytest.mark.parametrize(
    ("clause", "steps"),
    [
        ("GC-14", ["set", "advance", "collect"]),
        ("GC-15", ["set", "advance", "collect"]),
        ("GC-16", ["set", "deactivate_asset", "collect"]),
        ("ACCESS-8", ["accessor_set"]),
        ("BOUND-7", ["accessor_delete"]),
    ],
)
def test_what_the_release_has_of_its_own(clause: str, steps: list[str]) -> None:
    """So it is the other way about."""
    assert steps == steps_of(RELEASE, SEED, clause)


@pytest.mark.parametrize(("law", "other", "clause", "apart"), FOUND)
def test_the_two_oracles_part_at_the_last_step_alone(
    law: str, other: str, clause: str, apart: ToldApart
) -> None:
    """Each side of a trace is what its oracle shows, and only at the end they differ."""
    assert clause in {each.id for each in load_clauses(law)}
    assert clause not in {each.id for each in load_clauses(other)}
    mine, theirs = shown_by(law, apart.trace), shown_by(other, apart.trace)
    told = apart.trace.steps
    expected = [each.expect for each in told if each.expect is not None]
    actual = [each.actual for each in told if each.actual is not None]

    assert mine == [replace(each, objects=None, crossed=None) for each in expected]
    assert theirs == [replace(each, objects=None, crossed=None) for each in actual]
    assert expected[:-1] == actual[:-1]
    assert expected[-1] != actual[-1]
    assert apart.differences


@pytest.mark.parametrize(("law", "other", "clause", "apart"), FOUND)
def test_no_step_can_be_left_out(law: str, other: str, clause: str, apart: ToldApart) -> None:
    """Without any one of its steps a trace no longer tells the clause apart."""
    situations = set(find_clause(clause).situations)
    operations = apart.trace.operations
    for index in range(len(operations)):
        fewer = apart.trace.with_operations(operations[:index] + operations[index + 1 :])
        found = told_apart(fewer, law, other)

        assert (
            found is None
            or found.differences[0].clause != clause
            or not situations & found.situations
        )


def test_a_trace_is_told_apart_at_its_first_difference() -> None:
    """What comes after the first difference says nothing more, and is left out."""
    trace = shortest_traces(SEED, RELEASE)["GC-2"].trace
    longer = trace.with_operations((*trace.operations, *trace.operations))

    assert shortest_traces(SEED, RELEASE)["GC-2"] == told_apart(longer, SEED, RELEASE)
    assert told_apart(trace.with_operations(trace.operations[:-1]), SEED, RELEASE) is None


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_agrees_with_itself(profile: str) -> None:
    """Nothing tells a profile apart from itself."""
    assert {} == shortest_traces(profile, profile)
    assert () == differing_clauses(profile, profile)


@pytest.mark.parametrize(("law", "other"), BOTH_WAYS)
def test_every_clause_of_one_alone_is_listed(law: str, other: str) -> None:
    """The clauses that differ are those of the one without those of the other, in their order."""
    shared = {clause.id for clause in load_clauses(other)}
    expected = [clause.id for clause in load_clauses(law) if clause.id not in shared]

    assert expected == [each.clause.id for each in differing_clauses(law, other)]


def test_what_cannot_be_asked_says_why() -> None:
    """Where the other profile has no word for an operation, the reason stands in for a trace."""
    of = {each.clause.id: each for each in differing_clauses(SEED, RELEASE)}

    assert of["RET-4"].shown is None
    assert of["RET-4"].not_said == (
        "a backend has no such method: set without expires_at never expires",
    )
    assert of["GC-2"].not_said == ()
    assert of["CONF-3"].shown_with == "GC-5"
    assert of["GC-2"].instead == ("GC-14",)


def test_unknown_profiles_are_refused() -> None:
    """A profile that does not exist is named with those that do."""
    with pytest.raises(UnknownProfileError, match="'pr-1' is no profile"):
        shortest_traces(SEED, "pr-1")
