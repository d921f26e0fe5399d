"""The steps of a trace in words, as every form of a report shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

from state_store_conformance.report import SeenDifference
from state_store_conformance.wording import (
    observation_in_words,
    operation_in_words,
    text_in_words,
)
from state_store_spec.answers import Raised, Refused
from state_store_spec.naming import Naming, RepeatedText, text_of
from state_store_spec.operations import Operation, Transaction
from state_store_spec.trace import Step, Trace

Called = TypeVar("Called", bound=Operation)

_LONGEST_IN_A_STEP: Final = 32
_SPELLED_OUT: Final = ("key", "value")


class StepInWords(NamedTuple):
    """A step: what is done, what must be observed, and what was."""

    operation: str
    expected: str
    actual: str


def steps_in_words(trace: Trace) -> tuple[StepInWords, ...]:
    """Give each step in words; what is not stated is empty.

    The symbol of a key or a value is followed by its text in ASCII, where that is short.
    """
    return tuple(
        StepInWords(
            operation_in_words(_spelled_out(step.operation, trace.naming)), *_observations(step)
        )
        for step in trace.steps
    )


def beside_the_answer(differences: tuple[SeenDifference, ...]) -> tuple[SeenDifference, ...]:
    """Give what differs beside the answer of the last step, which its own line shows."""
    return tuple(found for found in differences if not found.subject.startswith("answer"))


def legend(trace: Trace) -> Iterator[str]:
    """Give what has to be known beside the steps: texts, and settings where they matter.

    A text is left out where a step shows it whole.
    """
    shown_there = {
        getattr(call, field, None)
        for step in trace.steps
        for call in (*_calls(step.operation), step.operation)
        for field in _SPELLED_OUT
    }
    for symbol, text in trace.naming.items():
        if symbol not in shown_there or not _is_whole_in_a_step(trace.naming, symbol):
            yield f"{symbol} is {text_in_words(text)}"
    settings = trace.settings
    shown = f"default_retention_days = {settings.default_retention_days}"
    if settings.state_cleanup_batch_size:
        shown += f", state_cleanup_batch_size = {settings.state_cleanup_batch_size}"
    if settings.clear_on_success:
        shown += ", clear_on_success = True"
    if {"collect", "task_instance_moves"} & {step.operation.op for step in trace.steps}:
        yield f"settings at the start: {shown}"


def _spelled_out(operation: Called, naming: Naming) -> Called:
    """Give the operation with the texts of its keys and values beside their symbols."""
    changes: dict[str, Any] = {}
    for field in _SPELLED_OUT:
        symbol: str | None = getattr(operation, field, None)
        text = None if symbol is None else _in_a_step(naming, symbol)
        if text is not None:
            changes[field] = f"{symbol} {text}"
    if isinstance(operation, Transaction):
        changes["operations"] = tuple(_spelled_out(call, naming) for call in operation.operations)
    return replace(operation, **changes) if changes else operation


def _calls(operation: Operation) -> tuple[Operation, ...]:
    return operation.operations if isinstance(operation, Transaction) else ()


def _in_a_step(naming: Naming, symbol: str) -> str | None:
    """Give the text of a symbol as it stands in a step; ``None`` where it is too long for that."""
    if symbol not in naming or isinstance(naming[symbol], RepeatedText):
        return None
    text = ascii(text_of(naming, symbol))
    return text if len(text) <= _LONGEST_IN_A_STEP else None


def _is_whole_in_a_step(naming: Naming, symbol: str) -> bool:
    """Say whether the looks of the text would add nothing to what a step shows of it."""
    text = text_of(naming, symbol)
    return _in_a_step(naming, symbol) is not None and (text.isascii() or not text.isprintable())


def _observations(step: Step) -> tuple[str, str]:
    expected, actual = step.expect, step.actual
    shown_expected = "" if expected is None else observation_in_words(expected)
    if actual is None:
        return shown_expected, ""
    if (
        expected is not None
        and isinstance(expected.answer, Refused)
        and isinstance(actual.answer, Raised)
    ):
        # The message of an error that had to come is of no interest.
        actual = replace(actual, answer=replace(actual.answer, message=""))
    return shown_expected, observation_in_words(actual)
