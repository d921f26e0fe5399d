"""Lanes: which key a call or a row speaks of, however its scope names it."""

from __future__ import annotations

from typing import NamedTuple

from state_store_conformance.reports.timelines.actions import Touched
from state_store_conformance.wording import scope_in_words
from state_store_spec.operations import SymbolicAssetScope, SymbolicScope, SymbolicTaskScope
from state_store_spec.trace import Trace


class Lane(NamedTuple):
    """A key in a scope, or a scope none of whose keys is met (``None``).

    Assets are scopes by their id alone (SCOPE-8).
    """

    scope: SymbolicScope
    key: str | None

    @property
    def title(self) -> str:
        """The scope in words."""
        if isinstance(self.scope, SymbolicAssetScope) and self.scope.asset is not None:
            return f"asset {self.scope.asset}"
        return scope_in_words(self.scope)


class LanesOfTrace:
    """Finds the lanes of a trace; its universe says which asset a name or a uri means."""

    def __init__(self, trace: Trace) -> None:
        self._assets = trace.universe.assets

    def lane(self, scope: SymbolicScope, key: str | None) -> Lane:
        """Give the lane of a key, or of a whole scope."""
        return Lane(self._scope(scope), key)

    def speaks_of(self, touch: Touched, lane: Lane) -> bool:
        """Say whether what is done is done to the lane."""
        if touch.key not in {None, lane.key}:
            return False
        own, other = lane.scope, self._scope(touch.scope)
        if touch.all_map_indices and isinstance(own, SymbolicTaskScope):
            return isinstance(other, SymbolicTaskScope) and (own.dag, own.run, own.task) == (
                other.dag,
                other.run,
                other.task,
            )
        return own == other

    def _scope(self, scope: SymbolicScope) -> SymbolicScope:
        if isinstance(scope, SymbolicTaskScope) or scope.asset is not None:
            plain = scope
            if isinstance(scope, SymbolicAssetScope):
                plain = SymbolicAssetScope(asset=scope.asset)
            return plain
        # A name may have belonged to several assets: the drawing takes the first.
        for asset in self._assets:
            if scope.name in {None, asset.name} and scope.uri in {None, asset.uri}:
                return SymbolicAssetScope(asset=asset.asset)
        return scope
