"""Garbage collection of the metastore: what is due, found and deleted in bounded statements.

``run`` decides which rules are in force and in which order they run; ``rules`` says which rows are
due; ``windows`` cuts them into batches; ``orphans`` does the same for asset state.
"""

from __future__ import annotations

from state_store_reference.collection.records import (
    CollectionProgress,
    CollectionRule,
    CollectionSummary,
)
from state_store_reference.collection.run import collect_garbage

__all__ = ["CollectionProgress", "CollectionRule", "CollectionSummary", "collect_garbage"]
