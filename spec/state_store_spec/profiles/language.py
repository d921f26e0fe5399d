"""Language: which operations a profile can speak of.

What a profile's interface does not have, no trace of that profile may do: nobody could say what
must come of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from state_store_spec.operations import (
    AccessorOperation,
    DataOperation,
    ListKeys,
    Operation,
    SetNeverExpire,
    SweepOrphans,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
)
from state_store_spec.profiles.profile import Profile


class NotSaid(NamedTuple):
    """What of an operation the profile does not have: the field, and why not."""

    path: tuple[str | int, ...]
    reason: str


def not_said(operation: Operation, profile: Profile) -> Iterator[NotSaid]:
    """Yield what the profile has no word for."""
    if isinstance(operation, Transaction):
        for position, call in enumerate(operation.operations):
            for path, reason in not_said(call, profile):
                yield NotSaid(("operations", position, *path), reason)
    if isinstance(operation, SweepOrphans) and profile.collection_sweeps_orphans:
        yield NotSaid(("op",), "the collection sweeps orphans, and there is no sweep beside it")
    if isinstance(operation, SetNeverExpire) and not profile.never_expire_method:
        yield NotSaid(("op",), "a backend has no such method: set without expires_at never expires")
    if _names_an_asset(operation) and not profile.server_side_names:
        yield NotSaid(("scope",), "the server's side gives the id of an asset, and nothing else")
    if (
        isinstance(operation, AccessorOperation)
        and isinstance(operation.scope, SymbolicTaskScope)
        and operation.mode == "async"
        and not profile.async_task_accessor
    ):
        yield NotSaid(("mode",), "the accessor of a task has no async methods")


def _names_an_asset(operation: Operation) -> bool:
    """Say whether the server's side is given the name or the uri of an asset."""
    if not isinstance(operation, DataOperation | ListKeys):
        return False
    scope = operation.scope
    return isinstance(scope, SymbolicAssetScope) and (scope.name, scope.uri) != (None, None)
