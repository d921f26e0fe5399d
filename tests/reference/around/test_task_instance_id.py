"""``ti_id`` names one task instance and no other."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import TaskScope

# Few and dangerous characters, so that two names often differ by how they are cut or escaped.
TEXTS = st.text(alphabet='a",[]\\u0-1\n\x00é\ud83d\ude00😀', max_size=4) | st.text(max_size=4)
SCOPES = st.builds(TaskScope, TEXTS, TEXTS, TEXTS, st.integers(-1, 11))


@given(first=SCOPES, second=SCOPES)
@example(first=TaskScope("a", "b", "c"), second=TaskScope("a", "b,c", ""))
@example(first=TaskScope("\ud83d\ude00", "b", "c"), second=TaskScope("😀", "b", "c"))
@example(first=TaskScope("\\n", "b", "c"), second=TaskScope("\n", "b", "c"))
def test_id_is_injective(first: TaskScope, second: TaskScope) -> None:
    """Two scopes have one id exactly when they are the same task instance (WORKER-7)."""
    assert (first == second) == (task_instance_id(first) == task_instance_id(second))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (TaskScope("shop", "monday", "load"), '["shop","monday","load",-1]'),
        (TaskScope("shop", "monday", "load", 7), '["shop","monday","load",7]'),
        (TaskScope("ü", '"', "\\"), '["ü","\\"","\\\\",-1]'),
    ],
)
def test_id_is_stable(scope: TaskScope, expected: str) -> None:
    """References of earlier versions must stay findable, so the text itself never changes."""
    assert expected == task_instance_id(scope)
