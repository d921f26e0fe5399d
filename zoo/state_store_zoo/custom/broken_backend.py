"""Registering a broken backend of somebody's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from state_store_conformance.targets.custom_backend import CustomBackend
from state_store_conformance.targets.finding import custom_backend
from state_store_spec import BaseStateBackend
from state_store_zoo.fault import Chapter, fault_id

Kind = TypeVar("Kind", bound=type[BaseStateBackend])


def broken(
    chapter: Chapter, *, breaks: Iterable[str], because: str, beside: Iterable[str] = ()
) -> Callable[[Kind], Kind]:
    """Register the decorated class.

    Args:
        chapter: where the fault belongs.
        breaks: the clauses that it breaks.
        because: how somebody comes to write it.
        beside: further clauses that may be blamed.
    """

    def register(kind: Kind) -> Kind:
        chapter.add(
            kind, lambda: custom_target(kind), breaks=breaks, beside=beside, because=because
        )
        return kind

    return register


def custom_target(kind: type[BaseStateBackend]) -> CustomBackend:
    """Make the target that judges a backend as its author would have it judged."""
    return custom_backend(lambda: kind, fault_id(kind))
