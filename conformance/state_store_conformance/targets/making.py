"""Making a backend: from a class or a factory to an instance, and back to nothing.

What is given may be a class of a backend, a function that returns one, or one that returns a
context manager around one, blocking or async; a coroutine function, or a generator function that
yields one, too. So set-up and tear-down stay with the author.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import Any, cast

from state_store_conformance import event_loop
from state_store_conformance.errors import BrokenFixtureError
from state_store_conformance.targets.families import Family, bases_in_words, family_of

REMEDY = "Give a class of a backend, or a function without arguments that returns an instance."


class Maker:
    """Makes instances of a backend.

    Args:
        factory: the class or function.
        name: of it, for errors.
    """

    def __init__(self, factory: Callable[[], Any], name: str) -> None:
        if inspect.isasyncgenfunction(factory):
            factory = asynccontextmanager(factory)
        elif inspect.isgeneratorfunction(factory):
            factory = contextmanager(factory)
        self._factory = factory
        self.name = name

    def make(self, opened: ExitStack) -> tuple[Any, Family]:
        """Make an instance, which ends with the stack, and say of which family it is.

        Raises:
            BrokenFixtureError: it raised, or gave something that is no backend.
        """
        try:
            backend = self._entered(self._factory(), opened)
        except Exception as error:
            raise BrokenFixtureError(
                f"{self.name} could not be made: {type(error).__name__}: {error}. It is called "
                "without arguments, once for each trace; whatever it needs it has to find itself."
            ) from error
        kind = cast("type[object]", type(backend))
        family = family_of(kind)
        if family is None:
            raise BrokenFixtureError(
                f"{self.name} made {_described(backend)}, which is no backend: none of "
                f"{bases_in_words()} is a base class of it. {REMEDY}"
            )
        return backend, family

    def _entered(self, made: Any, opened: ExitStack) -> Any:  # noqa: ANN401 - anything
        if inspect.iscoroutine(made):
            made = event_loop.run(made)
        if isinstance(made, AbstractContextManager):
            return opened.enter_context(cast("AbstractContextManager[Any]", made))
        if isinstance(made, AbstractAsyncContextManager):
            manager = cast("AbstractAsyncContextManager[Any]", made)
            entered = event_loop.run(_entered_async(manager))
            opened.callback(_leave_async, manager)
            return entered
        return made


async def _entered_async(manager: AbstractAsyncContextManager[Any]) -> Any:  # noqa: ANN401
    return await manager.__aenter__()


def _leave_async(manager: AbstractAsyncContextManager[Any]) -> None:
    event_loop.run(_left_async(manager))


async def _left_async(manager: AbstractAsyncContextManager[Any]) -> None:
    await manager.__aexit__(None, None, None)


def _described(made: object) -> str:
    return "nothing" if made is None else f"an instance of {type(made).__qualname__}"
