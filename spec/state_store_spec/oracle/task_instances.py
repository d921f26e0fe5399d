"""Task instances: they move from state to state, and success may wipe what they kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_spec.answers import DONE, Answer, Listed, Refused
from state_store_spec.operations import ListKeys, SymbolicAssetScope, TaskInstanceMoves
from state_store_spec.oracle.references import objects_without, owner_of
from state_store_spec.oracle.scopes import resolve_asset
from state_store_spec.oracle.stored import stored_rows
from state_store_spec.oracle.world import TaskInstance, World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def task_instance_moves(
    world: World, operation: TaskInstanceMoves, profile: Profile
) -> tuple[World, Answer]:
    """Move a task instance to a state; by itself or by hand is all one (SUCCESS-5)."""
    scope = operation.scope
    # SUCCESS-8: there is no task instance where there is no dag run.
    if (scope.dag, scope.run) not in world.dag_runs:
        return world, Refused("unknown-dag-run")
    # VALUE-4: nor where the store could not hold its state.
    if (scope.task, scope.map_index) in world.unrepresentable_tasks:
        return world, Refused("unrepresentable-task")
    instance = TaskInstance(scope.dag, scope.run, scope.task, scope.map_index)
    moves = world.task_instances.get(instance) != operation.to
    after = world._replace(task_instances={**world.task_instances, instance: operation.to})
    # SUCCESS-1: where it is asked for, SUCCESS-4: a move, and to success.
    if moves and operation.to == "success" and world.settings.clear_on_success:
        # SUCCESS-2: exactly this task instance, SUCCESS-6: with the keys that never expire.
        # SUCCESS-3: never an asset. WORKER-11: the server knows no hooks, so objects stay.
        # WORKER-19: or the worker clears them before it reports its success.
        after = after._replace(
            task_state={
                place: row for place, row in world.task_state.items() if place[:4] != instance
            }
        )
        if profile.success_clears_objects and world.worker_side and not operation.by_hand:
            after = after._replace(objects=objects_without(after.objects, owner_of(scope)))
    return after, DONE


def list_keys(world: World, operation: ListKeys, profile: Profile) -> tuple[World, Answer]:
    """Return the rows of a task instance or an asset, completed or not (BOUND-5)."""
    scope = operation.scope
    if isinstance(scope, SymbolicAssetScope):
        scope = SymbolicAssetScope(asset=resolve_asset(world, scope))
    return world, Listed(tuple(row for row in stored_rows(world) if row.scope == scope))
