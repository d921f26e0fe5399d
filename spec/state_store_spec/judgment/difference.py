"""A difference between what must be observed and what was."""

from __future__ import annotations

from dataclasses import dataclass

from state_store_spec.answers import NoAnswer


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the law has it.

    Attributes:
        clause: the id of the clause that it breaks.
        subject: what was looked at, for people: the answer, or a field of a stored row.
        expected: what must be observed.
        actual: what was observed.
    """

    clause: str
    subject: str
    expected: str
    actual: str


def no_answer(subject: str, expected: str, given: NoAnswer) -> Difference:
    """Return the difference of a call that did not come back, whatever it was (METHOD-7)."""
    return Difference("METHOD-7", subject, expected, f"no answer: {given.detail}")
