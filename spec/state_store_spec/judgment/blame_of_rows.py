"""Which clause a row breaks that is missing, unexpected or not what it should be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from state_store_spec import operations
from state_store_spec.answers import Refused
from state_store_spec.judgment.blame_around import blame_for_row_around
from state_store_spec.judgment.blame_of_answers import blame_for_refusal
from state_store_spec.operations import Operation, SymbolicAssetScope
from state_store_spec.oracle.scopes import is_active
from state_store_spec.oracle.step import step
from state_store_spec.oracle.world import TaskPlace, TaskRow, World
from state_store_spec.places import (
    Place,
    difference_of_places,
    is_within,
    place_of_call,
    row_at,
    rows_of,
)
from state_store_spec.texts import likeness, traits

if TYPE_CHECKING:
    from state_store_spec.profiles.profile import Profile


def blame_for_row(
    before: World, operation: Operation, place: Place, wrong: str, profile: Profile
) -> str:
    """Return the clause that a wrong row after ``operation`` breaks.

    ``wrong`` is ``missing``, ``unexpected`` or the name of the field that differs.
    """
    if isinstance(operation, operations.AroundOperation):
        return _around(before, operation, place, wrong, profile)
    return _BLAME[type(operation)](before, operation, place, wrong, profile)


def _around(
    before: World,
    operation: operations.AroundOperation,
    place: Place,
    wrong: str,
    profile: Profile,
) -> str:
    after, answer = step(before, operation, profile)
    if isinstance(answer, Refused):
        return blame_for_refusal(before, operation, answer)
    return blame_for_row_around(before, operation, after, place, wrong)


def _get(before: World, operation: Any, place: Place, wrong: str, profile: Profile) -> str:
    return "RET-10" if wrong == "updated_at" else "METHOD-1"


def _write(
    before: World,
    operation: operations.Set | operations.SetNeverExpire,
    place: Place,
    wrong: str,
    profile: Profile,
) -> str:
    _, answer = step(before, operation, profile)
    if isinstance(answer, Refused):
        return blame_for_refusal(before, operation, answer)
    written = place_of_call(before, operation)
    if written is None or place != written:
        return _another_place(before, operation, place, written)
    if wrong in {"missing", "value"}:
        return _content(before, operation)
    if wrong == "updated_at":
        return "RET-10"
    if not isinstance(place, TaskPlace):
        return "RET-8"
    if isinstance(operation, operations.SetNeverExpire):
        return "RET-4"
    replaced = row_at(before, place)
    if isinstance(replaced, TaskRow) and replaced.never_expire:
        return "RET-2"
    if wrong == "expires_at" and operation.expires_in is not None:
        return "RET-1"
    return "RET-5" if replaced is None else "RET-2"


def _content(before: World, operation: operations.Set | operations.SetNeverExpire) -> str:
    key_traits = traits(before.key_texts[operation.key])
    if key_traits:
        return "VALUE-3" if key_traits - {"blank-edge"} else "VALUE-2"
    return "VALUE-1" if traits(before.value_texts[operation.value]) else "METHOD-2"


def _another_place(
    before: World, operation: operations.DataOperation, place: Place, meant: Place | None
) -> str:
    """Return the clause broken by touching a place the call does not speak of."""
    if isinstance(operation.scope, SymbolicAssetScope) and not isinstance(place, TaskPlace):
        fields = (operation.scope.asset, operation.scope.name, operation.scope.uri)
        if fields.count(None) < len(fields) - 1 or operation.scope.asset is None:
            return "SCOPE-8"
    if meant is not None and difference_of_places(place, meant) == ("key",):
        one, other = (before.key_texts.get(either.key, "") for either in (place, meant))
        if likeness(one, other):
            return "VALUE-2" if one.isascii() and other.isascii() else "VALUE-3"
    return "SCOPE-3"


def _delete(
    before: World, operation: operations.Delete, place: Place, wrong: str, profile: Profile
) -> str:  # fmt: skip
    meant = place_of_call(before, operation)
    if meant is None:
        return "REF-6"
    if place == meant:
        row = row_at(before, place)
        kept_for_ever = isinstance(row, TaskRow) and row.never_expire and wrong == "unexpected"
        return "RET-9" if kept_for_ever else "METHOD-3"
    if difference_of_places(place, meant) == ("key",):
        blame = _another_place(before, operation, place, meant)
        return "METHOD-3" if blame == "SCOPE-3" else blame
    return _another_place(before, operation, place, meant)


def _clear(
    before: World,
    operation: operations.Clear,
    place: Place,
    wrong: str,
    profile: Profile,
) -> str:
    scope = operation.scope
    if is_within(before, place, scope, all_map_indices=operation.all_map_indices):
        row = row_at(before, place)
        if not is_within(before, place, scope, all_map_indices=False):
            return "SCOPE-5"
        kept_for_ever = isinstance(row, TaskRow) and row.never_expire and wrong == "unexpected"
        siblings = [
            other
            for other in rows_of(before)
            if is_within(before, other, scope, all_map_indices=operation.all_map_indices)
        ]
        return "RET-9" if kept_for_ever and len(siblings) == 1 else "METHOD-5"
    if is_within(before, place, scope, all_map_indices=True):
        return "SCOPE-4"
    if isinstance(scope, SymbolicAssetScope) and operation.all_map_indices:
        return "SCOPE-9"
    return "SCOPE-3"


def _transaction(
    before: World,
    operation: operations.Transaction,
    place: Place,
    wrong: str,
    profile: Profile,
) -> str:
    if operation.end == "rollback":
        return "SESSION-1"
    inside, last = before, None
    for call in operation.operations:
        following, _ = step(inside, call, profile)
        if row_at(inside, place) != row_at(following, place):
            last = inside, call
        inside = following
    # A row that no call of the transaction touched was harmed by its end.
    if last is None:
        return "SESSION-1"
    return blame_for_row(*last, place, wrong, profile)


def _advance(before: World, operation: Any, place: Place, wrong: str, profile: Profile) -> str:
    return "RET-3"


def _reopen(before: World, operation: Any, place: Place, wrong: str, profile: Profile) -> str:
    return "CUSTOM-7"


def _settings(before: World, operation: Any, place: Place, wrong: str, profile: Profile) -> str:
    return "CONF-7"


def _collect(
    before: World, operation: operations.Collect, place: Place, wrong: str, profile: Profile
) -> str:
    if before.claims.expiry == "lazy":
        return "CUSTOM-8"
    if operation.dry_run:
        return "GC-8"
    if not isinstance(place, TaskPlace):
        return _collected_asset_row(before, place, wrong)
    row = row_at(before, place)
    if not isinstance(row, TaskRow):
        return "SCOPE-3"
    if wrong != "missing":
        return _left_over(before, row, profile)
    if before.settings.default_retention_days == 0:
        return "GC-5"
    if row.never_expire:
        return "GC-4"
    if row.expires_at is None:
        return "GC-2"
    age_limit = timedelta(days=before.settings.default_retention_days)
    return "GC-3" if before.now - row.updated_at > age_limit else "GC-1"


def _left_over(before: World, row: TaskRow, profile: Profile) -> str:
    rule = profile.time_based_rule(before, row)
    due = sum(
        profile.time_based_rule(before, other) == rule for other in before.task_state.values()
    )
    # More rows than a batch holds: one was forgotten between two batches.
    if 0 < before.settings.state_cleanup_batch_size < due:
        return "GC-7"
    # Where rows are due at 0 days at all.
    if before.settings.default_retention_days == 0:
        return "GC-15"
    return "GC-1" if rule == "expired" else "GC-2"


def _collected_asset_row(before: World, place: Place, wrong: str) -> str:
    row = row_at(before, place)
    if wrong == "missing" and row is not None:
        days = before.settings.default_retention_days
        old = days > 0 and before.now - row.updated_at > timedelta(days=days)
        return "GC-10" if old and is_active(before, place[0]) else "ORPHAN-2"
    if before.settings.default_retention_days == 0:
        return "ORPHAN-5"
    orphaned = [other for other in before.asset_state if not is_active(before, other[0])]
    if 0 < before.settings.state_cleanup_batch_size < len(orphaned):
        return "GC-7"
    return "ORPHAN-1"


def _swept(before: World, operation: Any, place: Place, wrong: str, profile: Profile) -> str:
    if isinstance(place, TaskPlace):
        return "SCOPE-3"
    orphaned = wrong != "missing" and row_at(before, place) is not None
    return "ORPHAN-6" if orphaned and not is_active(before, place.asset) else "ORPHAN-7"


def _parent_deleted(
    before: World,
    operation: operations.DeleteDagRun | operations.DeleteAsset,
    place: Place,
    wrong: str,
    profile: Profile,
) -> str:
    after, _ = step(before, operation, profile)
    row = row_at(before, place)
    if row is not None and row_at(after, place) is None:
        kept_for_ever = isinstance(row, TaskRow) and row.never_expire and wrong == "unexpected"
        return "RET-9" if kept_for_ever else "REF-7"
    return "SCOPE-3"


def _parent_added(before: World, operation: Any, place: Place, wrong: str, profile: Profile) -> str:
    return "REF-8"


def _record_changed(
    before: World, operation: Any, place: Place, wrong: str, profile: Profile
) -> str:
    if isinstance(operation, operations.DeactivateAsset):
        return "ORPHAN-3"
    return "ORPHAN-4"


_Blame = Callable[[World, Any, Place, str, Any], str]

_BLAME: Final[dict[type, _Blame]] = {
    operations.Get: _get,
    operations.Set: _write,
    operations.SetNeverExpire: _write,
    operations.Delete: _delete,
    operations.Clear: _clear,
    operations.Transaction: _transaction,
    operations.Advance: _advance,
    operations.Reopen: _reopen,
    operations.ChangeSettings: _settings,
    operations.Collect: _collect,
    operations.SweepOrphans: _swept,
    operations.DeleteDagRun: _parent_deleted,
    operations.DeleteAsset: _parent_deleted,
    operations.AddDagRun: _parent_added,
    operations.ActivateAsset: _record_changed,
    operations.DeactivateAsset: _record_changed,
    operations.RenameAsset: _record_changed,
}
