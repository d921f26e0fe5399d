"""What happens around a store without touching a row: time passes, settings change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from state_store_spec.answers import DONE, Answer
from state_store_spec.operations import Advance, ChangeSettings, Reopen
from state_store_spec.oracle.world import World

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def advance(world: World, operation: Advance, profile: Profile) -> tuple[World, Answer]:
    """Time alone deletes nothing (RET-3)."""
    return world._replace(now=world.now + operation.by), DONE


def reopen(world: World, operation: Reopen, profile: Profile) -> tuple[World, Answer]:
    """A new instance of a durable backend finds everything as it was (CUSTOM-7)."""
    return world, DONE


def change_settings(
    world: World,
    operation: ChangeSettings,
    profile: Profile,
) -> tuple[World, Answer]:
    """A change of settings acts on later collections (CONF-7), or on later writes (CONF-9)."""
    changes = {
        name: value
        for name in ("default_retention_days", "clear_on_success", "state_cleanup_batch_size")
        if (value := getattr(operation, name)) is not None
    }
    return world._replace(settings=replace(world.settings, **changes)), DONE
