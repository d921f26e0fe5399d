"""The search: every short program, breadth first, on two oracles at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple, cast

from state_store_spec.answers import Answer, Answers, CallAnswer, Raised, Refused
from state_store_spec.clause_files import load_clauses
from state_store_spec.judgment import Difference, differences
from state_store_spec.operations import Operation
from state_store_spec.oracle import World, beginning, step, stored_objects, stored_rows
from state_store_spec.oracle.accessors import crossing
from state_store_spec.profiles import Profile, find_profile
from state_store_spec.profiles.language import not_said
from state_store_spec.situations import no_past, situations_reached
from state_store_spec.telling_apart.alphabets import ALPHABETS, Alphabet
from state_store_spec.trace import Observation, Step, Trace


class ToldApart(NamedTuple):
    """A trace on which two profiles part at the last step.

    Attributes:
        trace: each step with what the one has and what the other has.
        differences: what differs at the last step, by the law of the first.
        situations: the situations of the last step.
    """

    trace: Trace
    differences: tuple[Difference, ...]
    situations: frozenset[str]


@cache
def shortest_traces(law: str, other: str) -> dict[str, ToldApart]:
    """Return the shortest trace for each clause of a law that a store of another law breaks.

    The steps of a trace expect what the law has and show what the other has; the last one differs.
    It shows the clause that is blamed for the difference, and where that is blamed for none, one
    that has its meaning at that moment.

    Args:
        law: the profile that judges.
        other: the profile that the judged store obeys.

    Raises:
        UnknownProfileError: no profile has one of these names.
    """
    judge, judged = find_profile(law), find_profile(other)
    shared = {clause.id for clause in load_clauses(other)}
    own = [clause for clause in load_clauses(law) if clause.id not in shared]
    blamed: dict[str, ToldApart] = {}
    meant: dict[str, ToldApart] = {}
    for alphabet in ALPHABETS:
        for apart in _told_apart(alphabet, judge, judged):
            for clause in own:
                if clause.id == apart.differences[0].clause:
                    _keep(blamed, clause.id, apart)
                elif apart.situations & set(clause.situations):
                    _keep(meant, clause.id, apart)
    return {**meant, **blamed}


def told_apart(trace: Trace, law: str, other: str) -> ToldApart | None:
    """Return how a trace tells two profiles apart, up to the first step that does, or ``None``.

    Raises:
        UnknownProfileError: no profile has one of these names.
    """
    judge, judged = find_profile(law), find_profile(other)
    world = beginning(trace)
    node = _Node(replace(trace, profile=judge.name, steps=()), (), world, world)
    for operation in trace.operations:
        found, node = _taken(node, operation, judge, judged)
        if found:
            return _apart(node, found, judge)
    return None


def _apart(node: _Node, found: tuple[Difference, ...], judge: Profile) -> ToldApart:
    trace = replace(node.start, steps=node.steps)
    return ToldApart(trace, found, _situations_of_last_step(trace, judge))


def _keep(found: dict[str, ToldApart], clause: str, apart: ToldApart) -> None:
    if clause not in found or len(apart.trace.steps) < len(found[clause].trace.steps):
        found[clause] = apart


class _Node(NamedTuple):
    """A program on which the two have agreed so far, and the worlds that they are in."""

    start: Trace
    steps: tuple[Step, ...]
    judge: World
    judged: World


def _told_apart(alphabet: Alphabet, judge: Profile, judged: Profile) -> Iterator[ToldApart]:
    """Yield the traces whose last step differs, the shorter ones first."""
    operations = [
        operation
        for operation in alphabet.operations
        if not any(list(not_said(operation, profile)) for profile in (judge, judged))
    ]
    level = list(_beginnings(alphabet, operations, judge))
    seen: set[Hashable] = set()
    for _ in range(alphabet.longest):
        following: list[_Node] = []
        for node in level:
            for operation in operations:
                found, after = _taken(node, operation, judge, judged)
                if found:
                    yield _apart(after, found, judge)
                    continue
                world = _frozen(after.judge), _frozen(after.judged)
                if world not in seen:
                    seen.add(world)
                    following.append(after)
        level = following


def _beginnings(
    alphabet: Alphabet, operations: Iterable[Operation], judge: Profile
) -> Iterator[_Node]:
    for settings in alphabet.settings:
        start = Trace(profile=judge.name, settings=settings, universe=alphabet.universe)
        world = beginning(start.with_operations(tuple(operations)))
        yield _Node(start, (), world, world)


def _taken(
    node: _Node, operation: Operation, judge: Profile, judged: Profile
) -> tuple[tuple[Difference, ...], _Node]:
    """Take a step on both sides; give what the judged side does otherwise."""
    after, expected = step(node.judge, operation, judge)
    other, given = step(node.judged, operation, judged)
    shown = _observed(node.judged, operation, other, given, judged)
    law = _observed(node.judge, operation, after, expected, judge)
    found: tuple[Difference, ...] = ()
    if shown != law:
        seen = replace(shown, answer=_as_seen(given))
        found = differences(node.judge, operation, after, expected, seen, judge)
    taken = Step(operation=operation, expect=_told(law, shown), actual=_told(shown, law))
    return found, _Node(node.start, (*node.steps, taken), after, other)


def _situations_of_last_step(trace: Trace, judge: Profile) -> frozenset[str]:
    world, past = beginning(trace), no_past()
    reached: frozenset[str] = frozenset()
    for operation in trace.operations:
        after, answer = step(world, operation, judge)
        reached, past = situations_reached(past, world, operation, after, answer, judge)
        world = after
    return reached


def _observed(
    before: World, operation: Operation, after: World, answer: Answer, profile: Profile
) -> Observation:
    return Observation(
        answer=answer,
        stored=stored_rows(after),
        objects=stored_objects(after),
        crossed=crossing(before, operation, answer, profile),
    )


def _told(observation: Observation, beside: Observation) -> Observation:
    """Return the observation without what is around the store, where the two agree on it."""
    return replace(
        observation,
        objects=observation.objects if observation.objects or beside.objects else None,
        crossed=None if observation.crossed == beside.crossed else observation.crossed,
    )


def _as_seen(answer: Answer) -> Answer:
    """Return the answer as a store would give it: a refusal is raised."""
    if isinstance(answer, Refused):
        return Raised(tuple(dict.fromkeys((answer.error, "Exception"))), answer.reason)
    if isinstance(answer, Answers):
        return Answers(tuple(cast("CallAnswer", _as_seen(each)) for each in answer.answers))
    return answer


def _frozen(world: World) -> Hashable:
    """Return what tells worlds of one universe apart."""
    return (
        world.now,
        world.settings,
        world.dag_runs,
        world.assets,
        world.active_records,
        frozenset(world.task_state.items()),
        frozenset(world.asset_state.items()),
        frozenset(world.task_instances.items()),
        frozenset(world.objects.items()),
        world.worker_side,
        world.worker_ahead,
    )
