"""The catalog: every fault, and the correct targets they are built on."""

from __future__ import annotations

from functools import partial
from typing import Final

from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_zoo.custom import (
    clearing,
    deleting,
    expiry,
    instances,
    keys,
    memory,
    overwriting,
    scopes,
    values,
    variants,
)
from state_store_zoo.custom.broken_backend import custom_target
from state_store_zoo.fault import Chapter, Correct, Fault, fault_id, first_sentence
from state_store_zoo.metastore import (
    accessors,
    batches,
    boundary,
    collection,
    orphans,
    parents,
    retention,
    sessions,
    success,
    texts,
    worker_side,
)
from state_store_zoo.metastore.broken_part import WithCollection
from state_store_zoo.metastore.short_collection import Collection

CHAPTERS: Final[tuple[Chapter, ...]] = (
    values.CHAPTER,
    keys.CHAPTER,
    scopes.CHAPTER,
    overwriting.CHAPTER,
    deleting.CHAPTER,
    clearing.CHAPTER,
    expiry.CHAPTER,
    variants.CHAPTER,
    instances.CHAPTER,
    texts.CHAPTER,
    sessions.CHAPTER,
    retention.CHAPTER,
    collection.CHAPTER,
    batches.CHAPTER,
    orphans.CHAPTER,
    parents.CHAPTER,
    success.CHAPTER,
    accessors.CHAPTER,
    boundary.CHAPTER,
    worker_side.CHAPTER,
)

FAULTS: Final[tuple[Fault, ...]] = tuple(fault for chapter in CHAPTERS for fault in chapter.faults)

_CORRECT_BACKENDS: Final = (
    memory.MemoryBackend,
    memory.UnicodeBackend,
    memory.PromptBackend,
    memory.EventualBackend,
    memory.LazyBackend,
    memory.DurableBackend,
)

CORRECT: Final = (
    *(
        Correct(id=fault_id(kind), title=first_sentence(kind), make=partial(custom_target, kind))
        for kind in _CORRECT_BACKENDS
    ),
    Correct(id="metastore", title="The reference metastore", make=ReferenceMetastore),
    Correct(
        id="metastore-with-short-collection",
        title="The reference metastore with the collection that faults are built on",
        make=lambda: WithCollection(Collection),
    ),
)
