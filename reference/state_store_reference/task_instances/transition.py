"""What a move of a task instance came to."""

from __future__ import annotations

from dataclasses import dataclass

from state_store_reference.task_instance_state import TaskInstanceState


@dataclass(frozen=True, slots=True)
class Transition:
    """A committed change of state, and what became of the task state.

    Attributes:
        previous: the state before; ``None`` for a task instance that had none.
        state: the state now.
        cleared: whether the backend was told to clear, and did.
        clear_error: what it raised instead. The change of state is committed all the same.
    """

    previous: TaskInstanceState | None
    state: TaskInstanceState
    cleared: bool = False
    clear_error: Exception | None = None

    @property
    def is_move(self) -> bool:
        """Whether the state changed at all; from success to success is no move."""
        return self.previous is not self.state
