"""Steps in words: texts stand beside their symbols where they can be told."""

from __future__ import annotations

from state_store_conformance.reports.steps import legend, steps_in_words
from state_store_spec.naming import CodePoints, Naming, RepeatedText
from state_store_spec.operations import Set, SymbolicTaskScope, Transaction
from state_store_spec.trace import Trace

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
NAMING: Naming = {
    "key_1": "Job_Id",
    "key_2": "\u212b",
    "value_1": " 17",
    "value_2": RepeatedText(repeat="x", times=9),
    "value_3": CodePoints(code_points=(0,)),
    "t": "task",
}


def test_short_texts_stand_in_the_step_and_what_it_does_not_show_whole_below() -> None:
    """Nobody has to look up a word; what could be taken for something else is escaped."""
    trace = Trace(naming=NAMING).with_operations(
        (
            Set(scope=TASK, key="key_1", value="value_1"),
            Transaction(operations=(Set(scope=TASK, key="key_2", value="value_2"),)),
            Set(scope=TASK, key="key_3", value="value_3"),
        )
    )

    assert [
        "set d/r/t key_1 'Job_Id' = value_1 ' 17'",
        "in one session of the caller:\n  set d/r/t key_2 '\\u212b' = value_2\n  commit",
        "set d/r/t key_3 = value_3 '\\x00'",
    ] == [step.operation for step in steps_in_words(trace)]
    assert [
        "key_2 is '\u212b' = '\\u212b'",
        "value_2 is 'x' repeated 9 times",
        "t is 'task'",
    ] == list(legend(trace))
