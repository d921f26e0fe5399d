"""Symbolic scopes: whose state an operation speaks of."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from state_store_spec.records import record
from state_store_spec.unions import ToldApartByKey


@record()
class SymbolicTaskScope:
    """A task instance by the symbols of its dag, run and task, and its map index."""

    dag: str
    run: str
    task: str
    map_index: int = -1


@record()
class SymbolicAssetScope:
    """An asset scope: ``asset`` is the symbol that stands for its integer id.

    All three absent is the empty scope, which a store never gets to see (SCOPE-7).
    """

    asset: str | None = None
    name: str | None = None
    uri: str | None = None


SymbolicScope: TypeAlias = Annotated[SymbolicTaskScope | SymbolicAssetScope, ToldApartByKey("dag")]
