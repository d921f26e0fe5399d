"""Dag runs: they come into being and are deleted, and their rows go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_spec.answers import DONE, Answer
from state_store_spec.operations import AddDagRun, DeleteDagRun
from state_store_spec.oracle.world import World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def add_dag_run(
    world: World,
    operation: AddDagRun,
    profile: Profile,
) -> tuple[World, Answer]:
    """A dag run begins with no state, also where one of its name was deleted (REF-8)."""
    return world._replace(dag_runs=world.dag_runs | {(operation.dag, operation.run)}), DONE


def delete_dag_run(
    world: World,
    operation: DeleteDagRun,
    profile: Profile,
) -> tuple[World, Answer]:
    """The rows of a deleted dag run go with it (REF-7), those that never expire too (RET-9)."""
    dag_run = (operation.dag, operation.run)
    task_state = {place: row for place, row in world.task_state.items() if place[:2] != dag_run}
    task_instances = {
        instance: state
        for instance, state in world.task_instances.items()
        if instance[:2] != dag_run
    }
    # WORKER-11: objects behind the references stay.
    return (
        world._replace(
            dag_runs=world.dag_runs - {dag_run},
            task_state=task_state,
            task_instances=task_instances,
        ),
        DONE,
    )
