"""Steps in words: texts stand beside their symbols where they can be told."""

from __future__ import annotations

from state_store_conformance.report import SeenDifference
from state_store_conformance.reports.steps import beside_the_answer, legend, steps_in_words
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


def test_a_long_error_beside_the_answer_is_cut_as_in_a_step() -> None:
    """The path of a file fills no page; the answer itself has a line of its own."""
    error = f"OSError: File name too long: {'t' * 300}"
    answer, read = (
        SeenDifference(clause="METHOD-1", subject=subject, expected="None", actual=error)
        for subject in ("answer", "get of key 'key_1'")
    )

    (shown,) = beside_the_answer((answer, read))

    assert read.subject == shown.subject
    assert len(shown.actual) == 160
    assert shown.actual.startswith("OSError: File name too long: ttt")
    assert shown.actual.endswith("ttt...")
