"""Registering a broken part of the reference; all its other parts are as they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from state_store_conformance.targets.metastore_store import Collector, Counts, MetastoreStore
from state_store_conformance.targets.reference_metastore import AROUND, ReferenceMetastore
from state_store_spec import StateStoreSettings
from state_store_spec.trace import Trace
from state_store_zoo.fault import Chapter

if TYPE_CHECKING:
    from sqlalchemy import Engine


class WithCollection(ReferenceMetastore):
    """The reference with another collection, which is made anew for each trace.

    Args:
        make_collection: makes it from the settings of the start.
    """

    def __init__(self, make_collection: Callable[[StateStoreSettings], Collector]) -> None:
        self._make_collection = make_collection
        self._collection = make_collection(StateStoreSettings())
        super().__init__(collect=self._run)

    def start(self, trace: Trace) -> MetastoreStore:
        """Give an empty store, and let its process begin."""
        self._collection = self._make_collection(trace.settings)
        return super().start(trace)

    def another(self) -> Self | None:
        """Give one with a database in memory of its own, and with a collection of its own."""
        return type(self)(self._make_collection)

    def _run(
        self, engine: Engine, settings: StateStoreSettings, *, dry_run: bool = False
    ) -> Counts:
        return self._collection(engine, settings, dry_run=dry_run)


Part = TypeVar("Part", bound=Callable[..., Any])


def broken(
    chapter: Chapter,
    part: str,
    *,
    breaks: Iterable[str],
    because: str,
    beside: Iterable[str] = (),
    with_parts: dict[str, Callable[..., Any]] | None = None,
) -> Callable[[Part], Part]:
    """Register the decorated class as that part of the reference.

    Args:
        chapter: where the fault belongs.
        part: ``backend``, ``collect``, or a field of
            :class:`~state_store_conformance.targets.around_the_store.Parts`.
        breaks: the clauses that it breaks.
        because: how somebody comes to write it.
        beside: further clauses that may be blamed.
        with_parts: other parts around the store that the fault needs.
    """

    def register(kind: Part) -> Part:
        def make() -> ReferenceMetastore:
            if part == "backend":
                return ReferenceMetastore(backend=kind)
            if part == "collect":
                return WithCollection(kind)
            return ReferenceMetastore(around=replace(AROUND, **{part: kind}, **(with_parts or {})))

        chapter.add(kind, make, breaks=breaks, beside=beside, because=because)
        return kind

    return register
