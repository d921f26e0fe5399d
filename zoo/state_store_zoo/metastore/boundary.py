"""The server's boundary, with one rule broken."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy import select

from state_store_reference.boundary import ListedState, ServerBoundary
from state_store_reference.schema import asset
from state_store_spec import AssetScope, TaskScope, UnknownAssetError, UnknownDagRunError
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.broken_part import broken

CHAPTER: Final = Chapter("The server's boundary", "metastore-")
_broken: Final = partial(broken, CHAPTER, "boundary")


@_broken(
    breaks=["BOUND-1"],
    beside=["ACCESS-6", "WORKER-5", "BOUND-3"],
    because="an asset's name is not unique over time, so the newest one is meant",
)
class GivesTheNewestAsset(ServerBoundary):
    """A name means the asset that was made last, whichever it is."""

    def set_asset_state(
        self, key: str, text: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        super().set_asset_state(key, text, name=name, uri=uri)
        with self._database.engine.connect() as connection:
            newest = connection.scalar(select(asset.c.id).order_by(asset.c.id.desc()))
        if newest is not None:
            self._backend.set(AssetScope(asset_id=newest), key, text)


@_broken(
    breaks=["BOUND-1"],
    beside=["ACCESS-6", "WORKER-5", "BOUND-3", "ACCESS-7"],
    because="the name goes into the key, so that the id is not needed",
)
class HandsOnNames(ServerBoundary):
    """Asset state lies under a key that has the asset's name in it."""

    def set_asset_state(
        self, key: str, text: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        super().set_asset_state(f"{name or uri}:{key}", text, name=name, uri=uri)

    def get_asset_state(
        self, key: str, *, name: str | None = None, uri: str | None = None
    ) -> str | None:
        return super().get_asset_state(f"{name or uri}:{key}", name=name, uri=uri)


@_broken(
    breaks=["BOUND-3"],
    beside=["WORKER-1", "WORKER-5"],
    because="the table of active assets is another one, and needs a join",
)
class WritesToInactiveAssets(ServerBoundary):
    """A name means the first asset that has it, active or not."""

    def set_asset_state(
        self, key: str, text: str, *, name: str | None = None, uri: str | None = None
    ) -> None:
        named = asset.c.uri == uri if name is None else asset.c.name == name
        with self._database.engine.connect() as connection:
            found = connection.scalar(select(asset.c.id).where(named).order_by(asset.c.id))
        if found is None:
            super().set_asset_state(key, text, name=name, uri=uri)
        else:
            self._backend.set(AssetScope(asset_id=found), key, text)


@_broken(
    breaks=["BOUND-3"],
    beside=["WORKER-14"],
    because="a task must not fail because somebody has deactivated an asset",
)
class DropsWritesForInactiveAssets(ServerBoundary):
    """A write for an asset that is not active is passed over."""

    def set_asset_state(self, *arguments: Any, **options: Any) -> None:
        try:
            super().set_asset_state(*arguments, **options)
        except UnknownAssetError:
            return


@_broken(
    breaks=["BOUND-4"],
    beside=["ACCESS-3", "RET-2", "ACCESS-7"],
    because="the boundary was there before the flag",
)
class ForgetsNever(ServerBoundary):
    """A key that never expires is handed on as one without retention."""

    def set_task_state(self, *arguments: Any, **options: Any) -> None:
        super().set_task_state(*arguments, **{**options, "never_expire": False})


@_broken(
    breaks=["SCOPE-4"],
    beside=["ACCESS-7"],
    because="a mapped task is one task, and the flag was at hand",
)
class ClearsWithSiblings(ServerBoundary):
    """`clear` of a mapped task takes every map index."""

    def clear_task_state(self, scope: TaskScope) -> None:
        self._backend.clear(scope, all_map_indices=True)


@_broken(
    breaks=["BOUND-5"],
    beside=["WORKER-6"],
    because="`map_index` has a default, and was not handed on",
)
class ListsTheUnmapped(ServerBoundary):
    """A person sees the keys of another map index."""

    def list_task_state(self, scope: TaskScope) -> tuple[ListedState, ...]:
        return super().list_task_state(TaskScope(scope.dag_id, scope.run_id, scope.task_id))


@_broken(
    breaks=["BOUND-5"],
    beside=["WORKER-6"],
    because="a page has a first row, and the second page was never asked for",
)
class ListsOnePage(ServerBoundary):
    """A person sees the first key of a task instance and no more."""

    def list_task_state(self, scope: TaskScope) -> tuple[ListedState, ...]:
        return super().list_task_state(scope)[:1]


@_broken(
    breaks=["BOUND-5"],
    beside=["WORKER-6"],
    because="the client asks for the largest page there is, and nobody has that many keys",
)
class ListsOneHundred(ServerBoundary):
    """A person sees the first hundred keys of a task instance and no more."""

    def list_task_state(self, scope: TaskScope) -> tuple[ListedState, ...]:
        return super().list_task_state(scope)[:100]


@_broken(
    breaks=["BOUND-6"],
    beside=["WORKER-14"],
    because="a late write of a run that was deleted is of no interest",
)
class DropsWritesForUnknownRuns(ServerBoundary):
    """A write for a dag run that does not exist is passed over."""

    def set_task_state(self, *arguments: Any, **options: Any) -> None:
        try:
            super().set_task_state(*arguments, **options)
        except UnknownDagRunError:
            return
