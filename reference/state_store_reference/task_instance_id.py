"""``ti_id``: how a task instance is named to the hooks of a worker-side backend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from state_store_spec import TaskScope


def task_instance_id(scope: TaskScope) -> str:
    """Give the text that names this task instance and no other, whatever characters are in it.

    It is a JSON array of dag id, run id, task id and map index. The number of the try is no part
    of it: state is there to be found by the next try.
    """
    # Escaped to ASCII, two lone surrogates would read like the one character they are halves of.
    return json.dumps(
        [scope.dag_id, scope.run_id, scope.task_id, scope.map_index],
        ensure_ascii=False,
        separators=(",", ":"),
    )
