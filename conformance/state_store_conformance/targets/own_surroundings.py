"""What surrounds a backend of somebody's own that knows which dag runs and assets exist.

Only its author can make them: the object ``state_store_surroundings`` of the backend does so.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from state_store_conformance.errors import UsageError
from state_store_conformance.targets.symbols import Symbols
from state_store_spec.claims import Claims
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    DeactivateAsset,
    DeleteAsset,
    DeleteDagRun,
    RenameAsset,
)
from state_store_spec.trace import Trace

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

SURROUNDINGS_ATTRIBUTE: Final = "state_store_surroundings"

_OF_PARENTS: Final = (
    "add_dag_run",
    "delete_dag_run",
    "add_asset",
    "delete_asset",
    "activate_asset",
    "deactivate_asset",
)
_OF_SESSIONS: Final = ("engine", "async_engine")


class StoreSurroundings(Protocol):
    """What the author of a backend that claims ``referential`` gives beside it."""

    def add_dag_run(self, dag_id: str, run_id: str) -> None:
        """Let a dag run come into being."""
        ...

    def delete_dag_run(self, dag_id: str, run_id: str) -> None:
        """Delete a dag run as Airflow does, with whatever goes with it."""
        ...

    def add_asset(self, name: str, uri: str) -> int:
        """Let an asset come into being, without an active record, and give its id."""
        ...

    def delete_asset(self, asset_id: int) -> None:
        """Delete an asset as Airflow does; its active record has ended before."""
        ...

    def activate_asset(self, name: str, uri: str) -> None:
        """Give the asset of this name and uri its active record; it has none."""
        ...

    def deactivate_asset(self, name: str, uri: str) -> None:
        """End the active record of this name and uri."""
        ...


class SessionSurroundings(Protocol):
    """What the author of a backend that claims ``sessions`` gives beside it."""

    @property
    def engine(self) -> Engine: ...  # noqa: D102 - sessions of callers are made on it
    @property
    def async_engine(self) -> AsyncEngine: ...  # noqa: D102 - likewise


def surroundings_of(backend: object, claims: Claims, name: str) -> Any:  # noqa: ANN401 - duck-typed
    """Give the surroundings of a backend, as far as its claims need them; ``None`` for none.

    Raises:
        UsageError: they are needed and missing, or lack a method.
    """
    needed = (
        *(_OF_PARENTS if claims.referential else ()),
        *(_OF_SESSIONS if claims.sessions else ()),
    )
    if not needed:
        return None
    found = getattr(backend, SURROUNDINGS_ATTRIBUTE, None)
    missing = [method for method in needed if not hasattr(found, method)]
    if missing:
        claimed = " and ".join(
            each for each in ("referential", "sessions") if getattr(claims, each)
        )
        raise UsageError(
            f"{name} claims {claimed}, and its {SURROUNDINGS_ATTRIBUTE} has no "
            f"{', '.join(missing)}. Give it an object of that name which makes dag runs and assets "
            "(state_store_conformance.StoreSurroundings) or leads to the database "
            "(SessionSurroundings)."
        )
    return found


class OwnSurroundings:
    """The dag runs and assets of one trace, made by the author's surroundings.

    Args:
        hooks: the author's.
        trace: says what exists at its beginning.
        symbols: give the texts.
    """

    def __init__(self, hooks: StoreSurroundings, trace: Trace, symbols: Symbols) -> None:
        self._hooks = hooks
        self._text = symbols.text
        self._declared = {declared.asset: declared for declared in trace.universe.assets}
        self._ids: dict[str, int] = {}
        self._existing: set[str] = set()
        self._active: set[str] = set()
        self._dag_runs: set[tuple[str, str]] = set()
        for dag_run in trace.universe.dag_runs:
            if dag_run.exists:
                self.change(AddDagRun(dag=dag_run.dag, run=dag_run.run))
        for asset in trace.universe.assets:
            if asset.state != "absent":
                self._add(asset.asset)
            if asset.state == "active":
                self._activate(asset.asset)

    def asset_id(self, asset: str) -> int | None:
        """Give the id of an asset; ``None`` for one that never existed."""
        return self._ids.get(asset, self._declared[asset].absent_id)

    def change(
        self,
        operation: AddDagRun
        | DeleteDagRun
        | ActivateAsset
        | DeactivateAsset
        | RenameAsset
        | DeleteAsset,
    ) -> None:
        """Do the operation."""
        match operation:
            case AddDagRun():
                if (dag_run := self._texts(operation)) not in self._dag_runs:
                    self._hooks.add_dag_run(*dag_run)
                    self._dag_runs.add(dag_run)
            case DeleteDagRun():
                if (dag_run := self._texts(operation)) in self._dag_runs:
                    self._hooks.delete_dag_run(*dag_run)
                    self._dag_runs.remove(dag_run)
            case DeactivateAsset():
                self._deactivate(operation.asset)
            case ActivateAsset():
                self._activate(operation.asset)
            case RenameAsset():
                self._deactivate(operation.asset)
                self._activate(operation.to)
            case DeleteAsset():
                self._deactivate(operation.asset)
                if operation.asset in self._existing:
                    self._hooks.delete_asset(self._ids[operation.asset])
                    self._existing.discard(operation.asset)

    def remove(self) -> None:
        """Delete whatever the trace has left."""
        for dag_run in self._dag_runs:
            with suppress(Exception):
                self._hooks.delete_dag_run(*dag_run)
        for asset in [*self._existing]:
            with suppress(Exception):
                self.change(DeleteAsset(asset=asset))

    def _texts(self, dag_run: AddDagRun | DeleteDagRun) -> tuple[str, str]:
        return self._text(dag_run.dag), self._text(dag_run.run)

    def _identity(self, asset: str) -> tuple[str, str]:
        declared = self._declared[asset]
        return self._text(declared.name), self._text(declared.uri)

    def _add(self, asset: str) -> None:
        self._ids[asset] = self._hooks.add_asset(*self._identity(asset))
        self._existing.add(asset)

    def _activate(self, asset: str) -> None:
        """Give an asset its record; records in the way end first, as in Airflow."""
        if asset not in self._existing:
            self._add(asset)
        name, uri = self._identity(asset)
        for other in [*self._active]:
            others_name, others_uri = self._identity(other)
            if name == others_name or uri == others_uri:
                self._deactivate(other)
        self._hooks.activate_asset(name, uri)
        self._active.add(asset)

    def _deactivate(self, asset: str) -> None:
        if asset in self._active:
            self._hooks.deactivate_asset(*self._identity(asset))
            self._active.discard(asset)
