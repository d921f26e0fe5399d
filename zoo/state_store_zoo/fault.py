"""A fault: what is broken, which clauses that breaks, and how somebody comes to write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from state_store_conformance.target import Target

_START_OF_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A target that is broken on purpose.

    Attributes:
        id: stable, and made of the name of the class that is broken.
        chapter: the title of the chapter it stands in.
        title: what it does, in a sentence.
        clauses: the clauses it breaks: each must be found to be broken, given time.
        neighbors: further clauses whose rules cannot hold beside it, and which may be blamed.
        because: how somebody comes to write it.
        make: makes the target.
    """

    id: str
    chapter: str
    title: str
    clauses: tuple[str, ...]
    neighbors: tuple[str, ...]
    because: str
    make: Callable[[], Target]

    @property
    def may_break(self) -> frozenset[str]:
        """Every clause that may be blamed."""
        return frozenset((*self.clauses, *self.neighbors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """A target that the faults are built on, and that must never be condemned."""

    id: str
    title: str
    make: Callable[[], Target]


class Chapter:
    """The faults of one chapter, in the order in which they are written.

    Args:
        title: a few words.
        prefix: of the ids of its faults.
    """

    def __init__(self, title: str, prefix: str = "") -> None:
        self.title = title
        self._prefix = prefix
        self._faults: list[Fault] = []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was put in."""
        return tuple(self._faults)

    def add(
        self,
        broken: object,
        make: Callable[[], Target],
        *,
        breaks: Iterable[str],
        beside: Iterable[str],
        because: str,
    ) -> None:
        """Put a fault in.

        Args:
            broken: the class or function that is broken; its docstring says what it does.
            make: makes the target.
            breaks: the clauses it breaks.
            beside: further clauses that may be blamed.
            because: how somebody comes to write it.
        """
        clauses = tuple(breaks)
        self._faults.append(
            Fault(
                id=self._prefix + fault_id(broken),
                chapter=self.title,
                title=first_sentence(broken),
                clauses=clauses,
                neighbors=tuple(
                    clause for clause in dict.fromkeys(beside) if clause not in clauses
                ),
                because=because,
                make=make,
            )
        )


def fault_id(broken: object) -> str:
    """Give ``folds-case`` for the class ``FoldsCase``."""
    name: str = getattr(broken, "__name__", type(broken).__name__)
    return "-".join(_START_OF_WORD.split(name)).replace("_", "-").lower()


def first_sentence(documented: object) -> str:
    """Give the first line of a docstring, without its full stop and its marks of code."""
    text = (documented.__doc__ or "").strip()
    if not text:
        raise ValueError(f"{documented!r} does not say what it does: give it a docstring.")
    return text.splitlines()[0].rstrip(".").replace("``", "`")
