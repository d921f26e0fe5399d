"""The oracle: an in-memory model of the state store, written to be read.

A pure function from a world and an operation to the next world and the answer that conforms.
One module per chapter, each rule beside the id of its clause.
"""

from __future__ import annotations

from state_store_spec.oracle.beginning import beginning
from state_store_spec.oracle.step import step
from state_store_spec.oracle.stored import stored_objects, stored_rows
from state_store_spec.oracle.world import Asset, AssetRow, TaskRow, World

__all__ = [
    "Asset",
    "AssetRow",
    "TaskRow",
    "World",
    "beginning",
    "step",
    "stored_objects",
    "stored_rows",
]
