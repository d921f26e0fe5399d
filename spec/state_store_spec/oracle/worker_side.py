"""The worker's side: its clock, and the store that a worker-side backend keeps values in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_spec.answers import DONE, Answer
from state_store_spec.operations import ConfigureWorkerBackend, LoseObject, SetWorkerClock
from state_store_spec.oracle.references import reference_to
from state_store_spec.oracle.world import World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def configure_worker_backend(
    world: World, operation: ConfigureWorkerBackend, profile: Profile
) -> tuple[World, Answer]:
    """The option changes what later calls do, and nothing that is stored (WORKER-1)."""
    return world._replace(worker_side=operation.on), DONE


def set_worker_clock(
    world: World, operation: SetWorkerClock, profile: Profile
) -> tuple[World, Answer]:
    """The two clocks go apart; neither store looks at the other's (ACCESS-1)."""
    return world._replace(worker_ahead=operation.ahead), DONE


def lose_object(world: World, operation: LoseObject, profile: Profile) -> tuple[World, Answer]:
    """The object is gone, its reference stays (WORKER-13)."""
    lost = reference_to(operation.scope, operation.key)
    objects = {reference: held for reference, held in world.objects.items() if reference != lost}
    return world._replace(objects=objects), DONE
