"""Dag runs and assets: metastores that look for the wrong one, or keep what should go with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, Executable, select, text

from state_store_reference.schema import asset, dag_run
from state_store_spec import (
    AssetScope,
    StateScope,
    TaskScope,
    UnknownAssetError,
    UnknownDagRunError,
)
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.backend import Backend
from state_store_zoo.metastore.broken_part import broken

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.orm import Session

CHAPTER: Final = Chapter("Dag runs and assets", "metastore-")
_broken: Final = partial(broken, CHAPTER, "backend")


class ChangesScopes(Backend):
    """Every blocking method speaks of another scope than the one it was given."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        """Give the scope that is spoken of."""
        raise NotImplementedError

    def get(
        self, scope: StateScope, *arguments: Any, session: Session | None = None, **options: Any
    ) -> str | None:
        return super().get(self.changed(scope, session), *arguments, session=session, **options)

    def set(
        self, scope: StateScope, *arguments: Any, session: Session | None = None, **options: Any
    ) -> None:
        super().set(self.changed(scope, session), *arguments, session=session, **options)

    def delete(
        self, scope: StateScope, *arguments: Any, session: Session | None = None, **options: Any
    ) -> None:
        super().delete(self.changed(scope, session), *arguments, session=session, **options)

    def clear(
        self, scope: StateScope, *arguments: Any, session: Session | None = None, **options: Any
    ) -> None:
        super().clear(self.changed(scope, session), *arguments, session=session, **options)

    def first(self, query: Executable, session: Session | None) -> Any:
        """Give the first row of a query, asked in the caller's session where there is one."""
        if session is not None:
            return session.execute(query).first()
        with self.engine.connect() as connection:
            return connection.execute(query).first()


@_broken(
    breaks=["REF-3"],
    beside=["SCOPE-8", "REF-6", "METHOD-1", "METHOD-2", "SESSION-2"],
    because="the table of active assets is another one, and the name is in this one too",
)
class FindsInactiveAssets(ChangesScopes):
    """A name means the oldest asset that has it, active or not."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        if isinstance(scope, AssetScope) and scope.asset_id is None and scope.name is not None:
            of_that_name = select(asset.c.id).filter_by(name=scope.name).order_by(asset.c.id)
            found = self.first(of_that_name, session)
            return scope if found is None else AssetScope(asset_id=found.id, uri=scope.uri)
        return scope


@_broken(
    breaks=["REF-4", "SCOPE-6"],
    beside=["ORPHAN-3", "REF-2", "REF-6", "METHOD-1", "METHOD-2", "SESSION-2"],
    because="every query of assets joins the active ones, this one as well",
)
class LosesInactiveAssets(ChangesScopes):
    """An inactive asset is not found by its id."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        if isinstance(scope, AssetScope) and scope.asset_id is not None:
            of_that_id = select(asset.c.name, asset.c.uri).filter_by(id=scope.asset_id)
            found = self.first(of_that_id, session)
            if found is not None:
                # Without the id only an active asset is meant.
                return AssetScope(name=scope.name or found.name, uri=scope.uri or found.uri)
        return scope


@_broken(breaks=["REF-5"], because="with the id in hand, why look at the rest")
class GoesByTheIdAlone(ChangesScopes):
    """Where an id is given, name and uri are not looked at."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        if isinstance(scope, AssetScope) and scope.asset_id is not None:
            return AssetScope(asset_id=scope.asset_id)
        return scope


@_broken(breaks=["REF-5"], because="the name is what people know an asset by")
class GoesByTheNameAlone(ChangesScopes):
    """Where a name is given, the uri is not looked at."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        if isinstance(scope, AssetScope) and scope.name is not None and scope.uri is not None:
            return replace(scope, uri=None)
        return scope


@_broken(
    breaks=["SCOPE-8"],
    beside=["SESSION-2", "REF-3", "METHOD-1"],
    because="a join on the name finds every asset that ever had it",
)
class WritesToEveryAssetOfTheName(ChangesScopes):
    """A write by name reaches every asset that has the name, active or not."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        return scope

    def set(
        self, scope: StateScope, *arguments: Any, session: Session | None = None, **options: Any
    ) -> None:
        super().set(scope, *arguments, session=session, **options)
        if isinstance(scope, AssetScope) and scope.asset_id is None and scope.name is not None:
            others = select(asset.c.id).filter_by(name=scope.name).order_by(asset.c.id)
            found = self.first(others, session)
            if found is not None:
                other = AssetScope(asset_id=found.id)
                super().set(other, *arguments, session=session, **options)


@_broken(
    breaks=["REF-1"],
    beside=["BOUND-6", "SESSION-3", "SUCCESS-8"],
    because="a run that is not there yet will be there soon",
)
class IgnoresUnknownRuns(Backend):
    """A write for a dag run that does not exist is passed over."""

    def set(self, *arguments: Any, **options: Any) -> None:
        try:
            super().set(*arguments, **options)
        except UnknownDagRunError:
            return


@_broken(
    breaks=["REF-2"],
    beside=["REF-3", "REF-5", "SESSION-3"],
    because="as no row was found to be updated, nothing had to be done",
)
class IgnoresUnknownAssets(Backend):
    """A write for an asset that does not exist is passed over."""

    def set(self, *arguments: Any, **options: Any) -> None:
        try:
            super().set(*arguments, **options)
        except UnknownAssetError:
            return


class _RequiresRuns(ChangesScopes):
    """Some methods ask for the dag run as writes do."""

    def changed(self, scope: StateScope, session: Session | None) -> StateScope:
        return scope

    def require(self, scope: StateScope, session: Session | None) -> None:
        """Raise where there is no dag run."""
        if isinstance(scope, TaskScope):
            query = select(dag_run.c.id).filter_by(dag_id=scope.dag_id, run_id=scope.run_id)
            if self.first(query, session) is None:
                raise LookupError(f"there is no dag run for {scope}")


@_broken(
    breaks=["REF-6"],
    beside=["METHOD-1", "SESSION-3", "REF-5"],
    because="the id came from somewhere, so that an asset has to be there",
)
class RaisesOnReadsOfUnknownAssets(_RequiresRuns):
    """Reading the state of an asset that does not exist is an error."""

    def get(self, scope: StateScope, *arguments: Any, **options: Any) -> str | None:
        if isinstance(scope, AssetScope) and scope.asset_id is not None:
            query = select(asset.c.id).filter_by(id=scope.asset_id)
            if self.first(query, options.get("session")) is None:
                raise LookupError(f"there is no asset for {scope}")
        return super().get(scope, *arguments, **options)


@_broken(
    breaks=["METHOD-1"],
    beside=["REF-6", "SESSION-3", "BOUND-6"],
    because="one function looks for the parent, and it raises where there is none",
)
class RaisesOnReadsOfUnknownRuns(_RequiresRuns):
    """Reading the state of a dag run that does not exist is an error."""

    def get(self, scope: StateScope, *arguments: Any, **options: Any) -> str | None:
        self.require(scope, options.get("session"))
        return super().get(scope, *arguments, **options)


@_broken(
    breaks=["METHOD-4"],
    beside=["REF-6", "BOUND-6"],
    because="one function looks for the parent, and it raises where there is none",
)
class RaisesOnDeletesFromUnknownRuns(_RequiresRuns):
    """Deleting from a dag run that does not exist is an error."""

    def delete(self, scope: StateScope, *arguments: Any, **options: Any) -> None:
        self.require(scope, options.get("session"))
        super().delete(scope, *arguments, **options)


def _with_triggers(*statements: str) -> Callable[[Engine], None]:
    def install(engine: Engine) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    return install


class _HasTriggers(Backend):
    """A metastore whose database does something more when dag runs and assets change."""

    triggers: Callable[[Engine], None]

    def __init__(
        self, engine: Engine | None = None, async_engine: AsyncEngine | None = None
    ) -> None:
        super().__init__(engine, async_engine)
        type(self).triggers(self.engine)


@_broken(
    breaks=["SCOPE-3"],
    beside=["REF-7"],
    because="the clean-up after a dag run was copied from the one after a dag",
)
class ForgetsTheWholeDag(_HasTriggers):
    """With a dag run the state of every run of its dag goes."""

    triggers = staticmethod(
        _with_triggers(
            """
            CREATE TRIGGER forget_dag AFTER DELETE ON dag_run BEGIN
                DELETE FROM task_state WHERE dag_run_id IN
                    (SELECT id FROM dag_run WHERE dag_id = OLD.dag_id);
            END
            """
        )
    )


@_broken(
    breaks=["REF-7"],
    beside=["REF-8", "SCOPE-3"],
    because="the migration that made the table forgot the foreign key",
)
class AssetStateOutlivesItsAsset(_HasTriggers):
    """The state of an asset stays when the asset is deleted."""

    triggers = staticmethod(
        _with_triggers(
            "DROP TABLE asset_state",
            """
            CREATE TABLE asset_state (
                id INTEGER PRIMARY KEY AUTOINCREMENT, asset_id BIGINT, "key" VARCHAR(512),
                value TEXT, updated_at VARCHAR(26), UNIQUE (asset_id, "key")
            )
            """,
        )
    )


@_broken(
    breaks=["REF-8"],
    beside=["SCOPE-3", "REF-7"],
    because="a dag run that is made again is a repair, and should find what it had",
)
class RunsFindTheirOldState(_HasTriggers):
    """A dag run that is deleted and made again has its state again."""

    triggers = staticmethod(
        _with_triggers(
            "DROP TABLE IF EXISTS old_state",
            "CREATE TABLE old_state AS SELECT '' dag_id, '' run_id, * FROM task_state WHERE 0",
            """
            CREATE TRIGGER keep_old_state BEFORE DELETE ON dag_run BEGIN
                INSERT INTO old_state
                    SELECT OLD.dag_id, OLD.run_id, * FROM task_state WHERE dag_run_id = OLD.id;
            END
            """,
            """
            CREATE TRIGGER find_old_state AFTER INSERT ON dag_run BEGIN
                INSERT INTO task_state
                    (dag_run_id, task_id, map_index, "key", value, updated_at, never_expire)
                    SELECT NEW.id, task_id, map_index, "key", value, updated_at, never_expire
                    FROM old_state WHERE dag_id = NEW.dag_id AND run_id = NEW.run_id;
                DELETE FROM old_state WHERE dag_id = NEW.dag_id AND run_id = NEW.run_id;
            END
            """,
        )
    )


@_broken(
    breaks=["ORPHAN-3"],
    beside=["ORPHAN-4", "SCOPE-3", "METHOD-1"],
    because="why wait for a sweep, when the record has just ended",
)
class SweepsAtOnce(_HasTriggers):
    """The state of an asset goes when its active record ends."""

    triggers = staticmethod(
        _with_triggers(
            """
            CREATE TRIGGER sweep_at_once AFTER DELETE ON asset_active BEGIN
                DELETE FROM asset_state WHERE asset_id IN
                    (SELECT id FROM asset WHERE name = OLD.name AND uri = OLD.uri);
            END
            """
        )
    )


@_broken(
    breaks=["ORPHAN-4"],
    beside=["SCOPE-3", "SCOPE-8"],
    because="an asset of the same uri is the same data, whatever it is called now",
)
class StateMovesWithTheUri(_HasTriggers):
    """An asset that becomes active takes over the state of the inactive ones with its uri."""

    triggers = staticmethod(
        _with_triggers(
            """
            CREATE TRIGGER move_state AFTER INSERT ON asset_active BEGIN
                UPDATE OR IGNORE asset_state SET asset_id =
                    (SELECT id FROM asset WHERE name = NEW.name AND uri = NEW.uri)
                WHERE asset_id IN (SELECT id FROM asset WHERE uri = NEW.uri);
            END
            """
        )
    )
