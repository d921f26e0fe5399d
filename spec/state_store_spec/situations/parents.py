"""Situations of dag runs and assets: known, unknown, inactive, gone and come again."""

from __future__ import annotations

from state_store_spec.answers import Refused, Value
from state_store_spec.operations import (
    Clear,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicTaskScope,
)
from state_store_spec.oracle.scopes import is_active, resolve_asset
from state_store_spec.oracle.world import AssetPlace
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation
from state_store_spec.situations.scopes import named_by


def _scope(moment: Moment) -> SymbolicTaskScope | SymbolicAssetScope:
    return moment.call().scope


def _refused_as(moment: Moment, reason: str) -> bool:
    return isinstance(moment.answer, Refused) and moment.answer.reason == reason


@situation(Set, SetNeverExpire)
def write_for_unknown_dag_run(moment: Moment) -> bool:
    """A write for a dag run that does not exist is refused."""
    return _refused_as(moment, "unknown-dag-run")


@situation(Set, SetNeverExpire)
def write_for_unknown_asset(moment: Moment) -> bool:
    """A write for an asset id that does not exist is refused."""
    scope = _scope(moment)
    return (
        _refused_as(moment, "unknown-asset")
        and isinstance(scope, SymbolicAssetScope)
        and scope.asset is not None
        and scope.asset not in moment.before.assets
    )


@situation(Set, SetNeverExpire)
def write_by_name_of_inactive_asset(moment: Moment) -> bool:
    """A write by the name or uri of an inactive asset is refused."""
    return _refused_as(moment, "unknown-asset") and _names_an_inactive_asset(moment)


@situation(Get)
def read_by_name_of_inactive_asset(moment: Moment) -> bool:
    """The state of an inactive asset is looked for by its name or uri: there is none."""
    return (
        moment.answer == Value(None)
        and _names_an_inactive_asset(moment)
        and any(not is_active(moment.before, asset) for asset, _ in moment.before.asset_state)
    )


@situation(Get)
def name_finds_the_active_asset(moment: Moment) -> bool:
    """A name finds the active one of two assets that have it."""
    scope, place = _scope(moment), moment.place()
    if (
        not isinstance(scope, SymbolicAssetScope)
        or not isinstance(place, AssetPlace)
        or scope.asset is not None
    ):
        return False
    catalog = moment.before.catalog
    return any(
        asset != place.asset
        and (catalog[asset].name == scope.name or catalog[asset].uri == scope.uri)
        for asset in moment.before.assets
    )


@situation(Get)
def read_by_id_of_inactive_asset(moment: Moment) -> bool:
    """The state of an inactive asset is read by its id."""
    return moment.row_before() is not None and _speaks_of_an_inactive_asset(moment)


@situation(Set, SetNeverExpire)
def write_by_id_of_inactive_asset(moment: Moment) -> bool:
    """The state of an inactive asset is written by its id."""
    return moment.row_after() is not None and _speaks_of_an_inactive_asset(moment)


@situation(Set, SetNeverExpire)
def write_with_conflicting_asset_fields(moment: Moment) -> bool:
    """A write whose fields disagree on the asset is refused."""
    return _refused_as(moment, "unknown-asset") and _fields_conflict(moment)


@situation(Get)
def read_with_conflicting_asset_fields(moment: Moment) -> bool:
    """A read whose fields disagree on the asset finds nothing."""
    return _fields_conflict(moment)


@situation(Get)
def read_for_unknown_dag_run(moment: Moment) -> bool:
    """A key of a dag run that does not exist is read."""
    return _unknown_dag_run(moment)


@situation(Get)
def read_for_unknown_asset(moment: Moment) -> bool:
    """A key of an asset that does not exist is read."""
    return isinstance(_scope(moment), SymbolicAssetScope) and moment.place() is None


@situation(Delete, Clear)
def delete_for_unknown_dag_run(moment: Moment) -> bool:
    """A key of a dag run that does not exist is deleted."""
    return _unknown_dag_run(moment)


@situation(Delete, Clear)
def delete_for_unknown_asset(moment: Moment) -> bool:
    """A key of an asset that does not exist is deleted."""
    scope = _scope(moment)
    return (
        isinstance(scope, SymbolicAssetScope)
        and named_by(scope) != ""
        and resolve_asset(moment.before, scope) is None
    )


@situation(DeleteDagRun)
def dag_run_deleted_with_state(moment: Moment) -> bool:
    """A dag run that has state is deleted, beside one that stays."""
    return 0 < len(moment.after.task_state) < len(moment.before.task_state)


@situation(DeleteDagRun)
def dag_run_deleted_with_never_expire(moment: Moment) -> bool:
    """A dag run is deleted that has a key which never expires."""
    gone = moment.before.task_state.keys() - moment.after.task_state.keys()
    return any(moment.before.task_state[place].never_expire for place in gone)


@situation(DeleteAsset)
def asset_deleted_with_state(moment: Moment) -> bool:
    """An asset that has state is deleted."""
    return len(moment.after.asset_state) < len(moment.before.asset_state)


@situation(Get)
def read_after_dag_run_came_again(moment: Moment) -> bool:
    """A key is read in a dag run that was deleted and came again."""
    scope = _scope(moment)
    return (
        isinstance(scope, SymbolicTaskScope)
        and (scope.dag, scope.run) in moment.before.dag_runs
        and moment.row_before() is None
        and moment.departed_by() == "delete_dag_run"
    )


@situation(Get)
def read_after_asset_came_again(moment: Moment) -> bool:
    """A key is read in an asset that was deleted and came again."""
    place = moment.place()
    return (
        place is not None and moment.row_before() is None and moment.departed_by() == "delete_asset"
    )


def _speaks_of_an_inactive_asset(moment: Moment) -> bool:
    place = moment.place()
    return isinstance(place, AssetPlace) and not is_active(moment.before, place.asset)


def _unknown_dag_run(moment: Moment) -> bool:
    scope = _scope(moment)
    return (
        isinstance(scope, SymbolicTaskScope)
        and (scope.dag, scope.run) not in moment.before.dag_runs
    )


def _names_an_inactive_asset(moment: Moment) -> bool:
    scope = _scope(moment)
    if not isinstance(scope, SymbolicAssetScope) or scope.asset is not None:
        return False
    return any(
        not is_active(moment.before, asset)
        and scope.name in (None, moment.before.catalog[asset].name)
        and scope.uri in (None, moment.before.catalog[asset].uri)
        for asset in moment.before.assets
    )


def _fields_conflict(moment: Moment) -> bool:
    """Say whether each field of the scope is known, and no asset has them all."""
    scope = _scope(moment)
    if not isinstance(scope, SymbolicAssetScope) or "+" not in named_by(scope):
        return False
    if scope.asset is not None and scope.asset not in moment.before.assets:
        return False
    identities = [moment.before.catalog[asset] for asset in moment.before.assets]
    known = scope.name in {None, *(name for name, _ in identities)} and scope.uri in {
        None,
        *(uri for _, uri in identities),
    }
    return known and resolve_asset(moment.before, scope) is None
