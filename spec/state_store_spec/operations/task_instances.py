"""Operations around task instances: they move from state to state, and people look at them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from state_store_spec.operations.calls import Mode
from state_store_spec.operations.scopes import SymbolicScope, SymbolicTaskScope
from state_store_spec.records import record

TaskInstanceState: TypeAlias = Literal["running", "success", "failed", "skipped", "up_for_retry"]


@record()
class TaskInstanceMoves:
    """A task instance reaches a state, by itself or because a person set it."""

    op: Literal["task_instance_moves"] = "task_instance_moves"
    scope: SymbolicTaskScope
    to: TaskInstanceState
    by_hand: bool = False
    mode: Mode = "sync"


@record()
class ListKeys:
    """A person looks at what a task instance or an asset keeps."""

    op: Literal["list_keys"] = "list_keys"
    scope: SymbolicScope
    mode: Mode = "sync"
