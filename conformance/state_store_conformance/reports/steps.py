"""The steps of a trace in words, as every form of a report shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from state_store_conformance.report import SeenDifference
from state_store_conformance.wording import (
    observation_in_words,
    operation_in_words,
    text_in_words,
)
from state_store_spec.answers import Raised, Refused
from state_store_spec.trace import Step, Trace


class StepInWords(NamedTuple):
    """A step: what is done, what must be observed, and what was."""

    operation: str
    expected: str
    actual: str


def steps_in_words(trace: Trace) -> tuple[StepInWords, ...]:
    """Give each step in words; what is not stated is empty."""
    return tuple(
        StepInWords(operation_in_words(step.operation), *_observations(step))
        for step in trace.steps
    )


def beside_the_answer(differences: tuple[SeenDifference, ...]) -> tuple[SeenDifference, ...]:
    """Give what differs beside the answer of the last step, which its own line shows."""
    return tuple(found for found in differences if not found.subject.startswith("answer"))


def legend(trace: Trace) -> Iterator[str]:
    """Give what has to be known beside the steps: texts, and settings where they matter."""
    for symbol, text in trace.naming.items():
        yield f"{symbol} is {text_in_words(text)}"
    settings = trace.settings
    shown = f"default_retention_days = {settings.default_retention_days}"
    if settings.state_cleanup_batch_size:
        shown += f", state_cleanup_batch_size = {settings.state_cleanup_batch_size}"
    if settings.clear_on_success:
        shown += ", clear_on_success = True"
    if {"collect", "task_instance_moves"} & {step.operation.op for step in trace.steps}:
        yield f"settings at the start: {shown}"


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
