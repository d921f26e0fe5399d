"""The store of a test, as another process can be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from state_store_spec import BaseStateBackend


@dataclass(frozen=True, slots=True)
class Store:
    """Which of the examples it is, and with which arguments that one finds it.

    Attributes:
        example: the first word of its module's name.
        backend: the name of its class.
        arguments: what the class is called with.
    """

    example: str
    backend: str
    arguments: dict[str, str]

    def open(self) -> BaseStateBackend:
        """Make one more instance."""
        opened = getattr(import_module(f"examples.{self.example}_backend"), self.backend)(
            **self.arguments
        )
        assert isinstance(opened, BaseStateBackend)
        return opened
