"""One step: from a world and an operation to the next world and what may be observed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from state_store_spec import operations
from state_store_spec.answers import Answer, Answers, CallAnswer
from state_store_spec.oracle import (
    accessors,
    assets,
    collection,
    dag_runs,
    methods,
    surroundings,
    task_instances,
    worker_side,
)
from state_store_spec.oracle.own_expiry import after_time, forgetting_the_ended
from state_store_spec.oracle.world import World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def transaction(
    world: World, operation: operations.Transaction, profile: Profile
) -> tuple[World, Answer]:
    """Calls in the caller's session: each sees those before it (SESSION-2)."""
    inside = world
    answers: list[CallAnswer] = []
    for call in operation.operations:
        # SESSION-3: a refusal leaves the session usable.
        inside, answer = step(inside, call, profile)
        answers.append(cast("CallAnswer", answer))
    # SESSION-1: the caller alone ends the transaction, and what is rolled back never was.
    return (inside if operation.end == "commit" else world), Answers(tuple(answers))


_RULES: Final[dict[type, Callable[[World, Any, Any], tuple[World, Answer]]]] = {
    operations.Get: methods.get,
    operations.Set: methods.set_,
    operations.SetNeverExpire: methods.set_never_expire,
    operations.Delete: methods.delete,
    operations.Clear: methods.clear,
    operations.Transaction: transaction,
    operations.Advance: surroundings.advance,
    operations.Reopen: surroundings.reopen,
    operations.ChangeSettings: surroundings.change_settings,
    operations.Collect: collection.collect,
    operations.SweepOrphans: collection.sweep_orphans,
    operations.AddDagRun: dag_runs.add_dag_run,
    operations.DeleteDagRun: dag_runs.delete_dag_run,
    operations.ActivateAsset: assets.activate_asset,
    operations.DeactivateAsset: assets.deactivate_asset,
    operations.RenameAsset: assets.rename_asset,
    operations.DeleteAsset: assets.delete_asset,
    operations.AccessorGet: accessors.accessor_get,
    operations.AccessorSet: accessors.accessor_set,
    operations.AccessorDelete: accessors.accessor_delete,
    operations.AccessorClear: accessors.accessor_clear,
    operations.TaskInstanceMoves: task_instances.task_instance_moves,
    operations.ListKeys: task_instances.list_keys,
    operations.ConfigureWorkerBackend: worker_side.configure_worker_backend,
    operations.SetWorkerClock: worker_side.set_worker_clock,
    operations.LoseObject: worker_side.lose_object,
}


def step(world: World, operation: operations.Operation, profile: Profile) -> tuple[World, Answer]:
    """Return the world after ``operation`` and the one answer that conforms."""
    after, answer = _RULES[type(operation)](world, operation, profile)
    return after_time(forgetting_the_ended(after, operation)), answer
