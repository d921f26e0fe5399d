"""The orphan sweep: of too much, of too little, at the wrong time."""

from __future__ import annotations

from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Engine, and_, exists, false, select

from state_store_reference.schema import asset, asset_active
from state_store_spec import StateStoreSettings
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken
from state_store_zoo.metastore.short_collection import Collection, Counts

CHAPTER: Final = Chapter("The orphan sweep", "metastore-")
_broken: Final = partial(broken, CHAPTER, "collect")


@_broken(breaks=["ORPHAN-1"], because="the sweep was written for another release")
class NeverSweeps(Collection):
    """The state of inactive assets is never swept."""

    def orphaned(self) -> ColumnElement[bool]:
        return false()


@_broken(breaks=["ORPHAN-1"], because="names are unique among active assets, so why ask for more")
class SweepsByName(Collection):
    """An asset keeps its state while another one has its name."""

    def active_record(self) -> ColumnElement[bool]:
        return exists().where(asset_active.c.name == asset.c.name)


@_broken(breaks=["ORPHAN-1"], because="uris are unique among active assets, so why ask for more")
class SweepsByUri(Collection):
    """An asset keeps its state while another one has its uri."""

    def active_record(self) -> ColumnElement[bool]:
        return exists().where(asset_active.c.uri == asset.c.uri)


@_broken(breaks=["ORPHAN-1"], because="`or` for `and`, in a condition that is negated")
class SweepsByEither(Collection):
    """An asset keeps its state while its name and its uri are in use, by whichever assets."""

    def active_record(self) -> ColumnElement[bool]:
        return and_(
            exists().where(asset_active.c.name == asset.c.name),
            exists().where(asset_active.c.uri == asset.c.uri),
        )


@_broken(
    breaks=["ORPHAN-2"],
    beside=["ORPHAN-1", "GC-10"],
    because="a join that is outer on the wrong side matches every row",
)
class SweepsActiveAssets(Collection):
    """The state of every asset is swept as soon as one asset is inactive."""

    def orphaned(self) -> ColumnElement[bool]:
        return select(asset.c.id).where(~self.active_record()).exists()


@_broken(breaks=["ORPHAN-5"], because="`0` returns early, before anything is looked at")
class SweepsWithTimeAlone(Collection):
    """With `default_retention_days` at 0 nothing is swept."""

    def __call__(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        if settings.default_retention_days == 0:
            return Counts(0, 0, 0)
        return super().__call__(engine, settings, dry_run=dry_run)
