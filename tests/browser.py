"""The browser that tests open pages in: the Chromium of the machine, in a thread of its own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page

VARIABLE = "STATE_STORE_TEST_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Result = TypeVar("Result")
Colors = Literal["light", "dark"]


@dataclass(slots=True)
class Visit:
    """A page that was opened, and what it did beside being shown.

    Attributes:
        page: the page.
        requests: the addresses that it asked for, its own file left out.
        messages: what it wrote to the console, and its errors.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


class Browser:
    """Opens files.

    Playwright keeps an event loop running in its thread, and the kit wants to run its own: so the
    browser has a thread to itself, and what is done with a page is handed over to it.
    """

    def __init__(self, chromium: Chromium, thread: ThreadPoolExecutor) -> None:
        self._chromium = chromium
        self._thread = thread

    def visit(
        self,
        file: Path,
        act: Callable[[Visit], Result],
        *,
        width: int = 1440,
        colors: Colors = "light",
    ) -> Result:
        """Open a file, do something with it, close it, and give what came of it."""
        return self._thread.submit(self._visit, file, act, width, colors).result()

    def _visit(
        self, file: Path, act: Callable[[Visit], Result], width: int, colors: Colors
    ) -> Result:
        # A context of its own remembers nothing of another visit.
        page = self._chromium.new_page(
            color_scheme=colors, viewport={"width": width, "height": 900}
        )
        try:
            visit = Visit(page)
            page.on("console", lambda message: visit.messages.append(message.text))
            page.on("pageerror", lambda error: visit.messages.append(str(error)))
            page.on("request", lambda request: visit.requests.append(request.url))
            page.goto(file.as_uri())
            visit.requests.remove(file.as_uri())
            return act(visit)
        finally:
            page.close()


def find_chromium(environment: Mapping[str, str] = os.environ) -> str | None:
    """Give the program that somebody named, or one of those that are usual; or ``None``."""
    chosen = environment.get(VARIABLE)
    names = (chosen,) if chosen else PROGRAMS
    return next(filter(None, map(shutil.which, names)), None)


def missing(environment: Mapping[str, str] = os.environ) -> NoReturn:
    """Skip on a developer's machine; fail in CI, or when somebody named the program.

    Raises:
        pytest.skip.Exception: the test does not run, and says so.
        pytest.fail.Exception: the test fails.
    """
    chosen = environment.get(VARIABLE)
    message = (
        f"There is no {chosen or 'Chromium'}: the test of the page did NOT run. Install the "
        f"package chromium, or set {VARIABLE} to the program."
    )
    if chosen or environment.get("CI") == "true":
        raise pytest.fail.Exception(message, pytrace=False)
    raise pytest.skip.Exception(message)


@contextmanager
def open_browser() -> Generator[Browser]:
    """Start Chromium with an empty profile, and end it."""
    program = find_chromium() or missing()
    with ThreadPoolExecutor(max_workers=1) as thread:
        driver = thread.submit(sync_playwright().start).result()
        try:
            chromium = thread.submit(
                driver.chromium.launch, executable_path=program, args=OPTIONS
            ).result()
            yield Browser(chromium, thread)
            thread.submit(chromium.close).result()
        finally:
            thread.submit(driver.stop).result()


if __name__ == "__main__":
    # `.ci/run` asks so whether there is one.
    sys.exit(find_chromium() is None)
