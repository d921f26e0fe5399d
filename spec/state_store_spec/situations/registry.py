"""The registry of situations: a name, a sentence, and how to recognize the moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from state_store_spec.situations.moment import Moment

Recognizer = Callable[[Moment], bool]


class Situation(NamedTuple):
    """A moment that gives a clause its meaning.

    Attributes:
        id: its name in clauses and reports.
        sentence: what is special about it.
        recognized_by: says of a moment whether it is one.
    """

    id: str
    sentence: str
    recognized_by: Recognizer


SITUATIONS: Final[dict[str, Situation]] = {}

RECOGNIZERS: Final[dict[type, list[Situation]]] = {}
"""The situations that can arise at an operation of each type."""


def situation(*operation_types: type) -> Callable[[Recognizer], Recognizer]:
    """Register a recognizer for moments of these types of operation.

    The function's name becomes the situation's, its docstring the sentence.
    """

    def register(recognizer: Recognizer) -> Recognizer:
        name = recognizer.__name__.strip("_").replace("_", "-")
        found = Situation(name, recognizer.__doc__ or name, recognizer)
        SITUATIONS[name] = found
        for operation_type in operation_types:
            RECOGNIZERS.setdefault(operation_type, []).append(found)
        return recognizer

    return register
