"""One event loop for the process: connection pools of async drivers belong to the loop they met."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run the coroutine to its end on the loop of this process and give its result."""
    return _loop().run_until_complete(coroutine)


def forget() -> None:
    """Make a loop of its own for a process that was forked from one with a loop."""
    _loop.cache_clear()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    atexit.register(_close, loop)
    return loop


def _close(loop: asyncio.AbstractEventLoop) -> None:
    if not loop.is_closed():
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
