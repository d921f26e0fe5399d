"""Which clause a wrong answer breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_store_spec.answers import Answer, Raised, Refused
from state_store_spec.judgment.blame_around import (
    blame_for_answer_around,
    blame_for_refusal_around,
)
from state_store_spec.operations import (
    AroundOperation,
    Clear,
    Collect,
    DataOperation,
    Delete,
    Get,
    Operation,
    Reopen,
    Set,
    SetNeverExpire,
    SweepOrphans,
    SymbolicAssetScope,
)
from state_store_spec.oracle.own_expiry import has_own_expiry
from state_store_spec.oracle.scopes import is_active, resolve_asset
from state_store_spec.oracle.world import TaskRow, World
from state_store_spec.places import place_of_call, row_at
from state_store_spec.texts import traits

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def blame_for_refusal(before: World, operation: Operation, expected: Refused) -> str:
    """Return the clause by which the operation had to be refused."""
    around = blame_for_refusal_around(operation, expected)
    if around is not None:
        return around
    match expected.reason:
        case "empty-scope":
            return "SCOPE-7"
        case "naive-expiry":
            return "RET-7"
        case "unknown-dag-run":
            return "REF-1"
        case "beyond-the-limits":
            return "VALUE-5"
        case "unrepresentable-task" | "unrepresentable-key" | "unrepresentable-value":
            return "VALUE-4"
        case _:
            return blame_for_unknown_asset(before, operation, otherwise="REF-2")


def blame_for_unknown_asset(before: World, operation: Operation, otherwise: str) -> str:
    """Return the clause by which the scope means no asset."""
    if not isinstance(operation, DataOperation) or not isinstance(
        operation.scope, SymbolicAssetScope
    ):
        return otherwise
    scope = operation.scope
    fields = [field for field in (scope.asset, scope.name, scope.uri) if field is not None]
    if len(fields) > 1:
        return "REF-5"
    identities = [before.catalog[asset] for asset in before.assets]
    if scope.asset is None and any(
        scope.name == name or scope.uri == uri for name, uri in identities
    ):
        return "REF-3"
    return otherwise


def blame_for_answer(before: World, operation: Operation, actual: Answer, profile: Profile) -> str:
    """Return the clause that an answer other than the oracle's breaks."""
    if isinstance(operation, AroundOperation):
        return blame_for_answer_around(before, operation)
    match operation:
        case Get():
            return _blame_for_get(before, operation, profile)
        case Set() | SetNeverExpire():
            return _blame_for_write(before, operation)
        case Delete():
            return _blame_for_delete(before, operation)
        case Clear() if isinstance(actual, Raised):
            unknown = (
                isinstance(operation.scope, SymbolicAssetScope)
                and resolve_asset(before, operation.scope) is None
            )
            return "REF-6" if unknown else "METHOD-5"
        case Collect():
            # Only a collection of the store's own has nothing to count.
            return "CUSTOM-8"
        case Reopen():
            return "CUSTOM-7"
        case SweepOrphans():
            return "ORPHAN-6"
        case _:
            return "METHOD-5"


def _blame_for_get(before: World, operation: Get, profile: Profile) -> str:
    place = place_of_call(before, operation)
    row = row_at(before, place)
    if place is None:
        return blame_for_unknown_asset(before, operation, otherwise="REF-6")
    if place in before.ended and row is None:
        return "CUSTOM-5" if before.claims.expiry == "prompt" else "CUSTOM-6"
    if isinstance(row, TaskRow) and row.expires_at is not None and has_own_expiry(before):
        return "CUSTOM-4"
    if isinstance(row, TaskRow) and (
        profile.time_based_rule(before, row) is not None
        or (row.expires_at is not None and row.expires_at <= before.now)
    ):
        return "RET-3"
    if row is not None and traits(before.value_text(row.value)):
        return "VALUE-1"
    if isinstance(operation.scope, SymbolicAssetScope):
        return _blame_for_asset(before, operation, otherwise="METHOD-1")
    return "METHOD-1"


def _blame_for_write(before: World, operation: Set | SetNeverExpire) -> str:
    key_traits = traits(before.key_texts[operation.key])
    if key_traits:
        return "VALUE-3" if key_traits - {"blank-edge"} else "VALUE-2"
    if traits(before.value_texts[operation.value]):
        return "VALUE-1"
    if isinstance(operation.scope, SymbolicAssetScope):
        if isinstance(operation, Set) and operation.expires_in is not None:
            return "RET-8"
        return _blame_for_asset(before, operation, otherwise="METHOD-2")
    if isinstance(operation, SetNeverExpire):
        return "RET-4"
    return "METHOD-2" if operation.expires_in is None else "RET-1"


def _blame_for_delete(before: World, operation: Delete) -> str:
    place = place_of_call(before, operation)
    if place is None:
        return "REF-6"
    return "METHOD-4" if row_at(before, place) is None else "METHOD-3"


def _blame_for_asset(before: World, operation: DataOperation, otherwise: str) -> str:
    scope = operation.scope
    if not isinstance(scope, SymbolicAssetScope):
        return otherwise
    if scope.asset is None:
        return "REF-3"
    asset = resolve_asset(before, scope)
    return otherwise if asset is None or is_active(before, asset) else "REF-4"
