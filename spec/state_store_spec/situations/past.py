"""The past: a record of what the world forgets, carried from step to step."""

from __future__ import annotations

from state_store_spec.operations import Operation, Reopen, TaskInstanceMoves
from state_store_spec.oracle.world import TaskInstance, TaskPlace, World
from state_store_spec.places import Place, instance_of, rows_of
from state_store_spec.situations.moment import Origin, Past
from state_store_spec.situations.scopes import named_by


def no_past() -> Past:
    """Return the past of a trace that has not begun."""
    return Past({}, {}, {})


def past_after(past: Past, before: World, operation: Operation, after: World) -> Past:
    """Return the past once ``operation`` has happened."""
    if isinstance(operation, TaskInstanceMoves) and operation.to == "up_for_retry":
        instance = instance_of(operation.scope)
        past = past._replace(retries={**past.retries, instance: past.retries.get(instance, 0) + 1})
    if isinstance(operation, Reopen):
        past = past._replace(instances=past.instances + 1)
    if before.task_state is after.task_state and before.asset_state is after.asset_state:
        return past
    old, new = rows_of(before), rows_of(after)
    scope = getattr(operation, "scope", None)
    origins = {place: origin for place, origin in past.origins.items() if place in new}
    for place, row in new.items():
        if old.get(place) is not row:
            known = past.origins.get(place)
            origins[place] = Origin(
                mode=getattr(operation, "mode", "sync"),
                named_by="task" if scope is None else named_by(scope),
                first_written=known.first_written if known and place in old else row.updated_at,
                retention_days=before.settings.default_retention_days,
                retries=_retries(past, place),
                instance=past.instances,
            )
    departed = {place: by for place, by in past.departed.items() if place not in new}
    departed |= {place: operation.op for place in old if place not in new}
    return past._replace(origins=origins, departed=departed)


def _retries(past: Past, place: Place) -> int:
    return past.retries.get(TaskInstance(*place[:4]), 0) if isinstance(place, TaskPlace) else 0
