"""The examples of the clauses: traces whose expectations are written by hand."""

from __future__ import annotations

import pytest

from state_store_spec import Clause, Trace, load_clauses
from state_store_spec.operations import Transaction
from state_store_spec.oracle import beginning, step
from state_store_spec.profiles import PROFILES, find_profile
from state_store_spec.situations import no_past, situations_reached
from tests.spec.example_runs import INTACT, shown_by

EXAMPLES = [
    pytest.param(clause, example, id=f"{clause.id} in {example.profile}: {example.title}")
    for clause in load_clauses()
    for example in clause.examples
]

TESTABLE = [
    pytest.param(profile, clause, id=f"{clause.id} in {profile}")
    for profile in PROFILES
    for clause in load_clauses(profile)
    if clause.testable
]

# What an example speaks of, and what a store must offer for it.
NEEDS_OF_OPERATIONS = {
    "collect": "collection",
    "reopen": "durable",
    "transaction": "sessions",
    "add_dag_run": "referential",
    "delete_dag_run": "referential",
    "activate_asset": "referential",
    "deactivate_asset": "referential",
    "rename_asset": "referential",
    "sweep_orphans": "orphan-sweep",
    "delete_asset": "referential",
    "accessor_get": "accessors",
    "accessor_set": "accessors",
    "accessor_delete": "accessors",
    "accessor_clear": "accessors",
    "list_keys": "accessors",
    "set_worker_clock": "accessors",
    "task_instance_moves": "task-instances",
    "configure_worker_backend": "worker-side",
    "lose_object": "worker-side",
}

# One of these is enough: a prompt store has an expiry of its own as well.
NEEDS_OF_EXPIRY: dict[str, set[str]] = {
    "none": set(),
    "lazy": {"own-collection"},
    "prompt": {"prompt-expiry", "own-expiry"},
    "eventual": {"own-expiry"},
}


def operations_of(example: Trace) -> set[str]:
    """Return the names of the operations of an example, those inside transactions included."""
    names: set[str] = {operation.op for operation in example.operations}
    for operation in example.operations:
        if isinstance(operation, Transaction):
            names |= {call.op for call in operation.operations}
    return names


@pytest.mark.parametrize(("clause", "example"), EXAMPLES)
def test_oracle_shows_what_the_example_expects(clause: Clause, example: Trace) -> None:
    """Each answer, row, object and crossing is the one that the example was written with."""
    shown = list(shown_by(INTACT, example))

    assert [(clause.id, each.step, each.expected) for each in shown] == [
        (clause.id, each.step, each.actual) for each in shown
    ]


@pytest.mark.parametrize(("clause", "example"), EXAMPLES)
def test_example_expects_something_and_is_short(clause: Clause, example: Trace) -> None:
    """An example has a title, at least one expectation, and no more steps than can be read."""
    assert example.title, clause.id
    assert list(shown_by(INTACT, example)), clause.id
    assert len(example.steps) <= 8, clause.id


@pytest.mark.parametrize(("name", "clause"), TESTABLE)
def test_examples_reach_a_situation_of_their_clause(name: str, clause: Clause) -> None:
    """In each of its profiles the examples of a clause go where it has its meaning."""
    profile = find_profile(name)
    reached: set[str] = set()
    for example in clause.examples:
        world, past = beginning(example), no_past()
        for operation in example.operations:
            following, answer = step(world, operation, profile)
            found, past = situations_reached(past, world, operation, following, answer, profile)
            reached |= found
            world = following

    assert reached & set(clause.situations)


@pytest.mark.parametrize(("clause", "example"), EXAMPLES)
def test_clause_names_what_its_example_takes(clause: Clause, example: Trace) -> None:
    """Whoever cannot run the example can tell from the operations and needs of the clause."""
    operations = operations_of(example)
    needs = {NEEDS_OF_OPERATIONS[name] for name in operations & NEEDS_OF_OPERATIONS.keys()}
    if example.claims.expiry == "lazy":
        # What it collects by is a method of its own.
        needs = {"own-collection" if need == "collection" else need for need in needs}
    universe = example.universe
    if not all(dag_run.exists for dag_run in universe.dag_runs) or any(
        asset.state != "active" for asset in universe.assets
    ):
        needs.add("referential")

    assert operations - set(clause.operations) == set()
    assert needs - set(clause.needs) == set()
    own = NEEDS_OF_EXPIRY[example.claims.expiry]
    assert not own or own & set(clause.needs)
    assert example.profile in clause.profiles
