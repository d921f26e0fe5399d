"""The life of task instances, as far as the state store takes part in it.

``moves`` is what the scheduler, a worker or a person calls; ``change`` changes the state in the
database; ``clearing`` clears task state as a part of that, without ever standing in its way.
"""

from __future__ import annotations

from state_store_reference.task_instance_state import TaskInstanceState
from state_store_reference.task_instances.errors import UnknownStateError
from state_store_reference.task_instances.moves import TaskInstances
from state_store_reference.task_instances.transition import Transition

__all__ = ["TaskInstanceState", "TaskInstances", "Transition", "UnknownStateError"]
