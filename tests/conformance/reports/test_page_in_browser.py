"""The HTML page, opened in Chromium: what a reader sees and can do."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from state_store_conformance.report import ClauseReport, Report
from state_store_conformance.reports.page import html
from tests.browser import open_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser import Browser, Colors, Visit

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with open_browser() as started:
        yield started


@pytest.fixture(scope="module")
def page_of_failing(failing: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a report with failures, a known deviation and what was not reached."""
    file = tmp_path_factory.mktemp("pages") / "failing.html"
    file.write_text(html(failing), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def page_of_few(failing: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two clauses of each verdict: axe takes a minute for all of them."""
    chosen: dict[str, list[ClauseReport]] = {}
    for clause in failing.clauses:
        if clause.verdict != "FAIL" or clause.counterexample is not None:
            chosen.setdefault(clause.verdict, []).append(clause)
    few = tuple(clause for clauses in chosen.values() for clause in clauses[:2])
    file = tmp_path_factory.mktemp("pages") / "few.html"
    file.write_text(html(replace(failing, clauses=few)), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def page_of_hostile(hostile: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a report full of text that would break out."""
    file = tmp_path_factory.mktemp("pages") / "hostile.html"
    file.write_text(html(hostile), encoding="utf-8")
    return file


def shown_clauses(visit: Visit) -> list[str]:
    """Give the ids of the clauses that the table shows."""
    rows = visit.page.locator(".clauses tr[data-verdict]:visible th")
    return rows.all_inner_texts()


@pytest.mark.parametrize("width", [390, 1440])
def test_it_loads_nothing_and_complains_of_nothing(
    browser: Browser, page_of_failing: Path, width: int
) -> None:
    """No request leaves, the console stays empty, and nothing has to be scrolled sideways."""

    def look(visit: Visit) -> tuple[list[str], list[str], int]:
        visit.page.wait_for_load_state("networkidle")
        return (
            visit.requests,
            visit.messages,
            visit.page.evaluate("document.documentElement.scrollWidth"),
        )

    assert ([], [], width) == browser.visit(page_of_failing, look, width=width)


@pytest.mark.parametrize(("width", "colors"), [(1440, "light"), (390, "dark")])
def test_it_is_accessible(browser: Browser, page_of_few: Path, width: int, colors: Colors) -> None:
    """Contrast, names, order of headings and landmarks pass the rules of axe, details open."""

    def look(visit: Visit) -> list[str]:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        visit.page.evaluate(AXE)
        found = visit.page.evaluate("axe.run()")
        assert "color-contrast" in {rule["id"] for rule in found["passes"]}
        return [
            f"{rule['id']}: {node['html']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    assert [] == browser.visit(page_of_few, look, width=width, colors=colors)


def test_the_filter_shows_what_is_asked_for(
    browser: Browser, page_of_failing: Path, failing: Report
) -> None:
    """By verdict, by chapter and by text; each of them narrows, and Show all undoes it."""
    every = [clause.id for clause in failing.clauses]
    all_of = f"{len(every)} "
    failed = [clause.id for clause in failing.clauses if clause.verdict == "FAIL"]
    chapter = [c.id for c in failing.clauses if c.chapter == "Garbage collection"]
    both = [clause for clause in chapter if clause in failed]

    def use(visit: Visit) -> list[list[str]]:
        page = visit.page
        seen = [shown_clauses(visit)]
        for box in page.locator(".filter [name=verdict]").all():
            if box.get_attribute("value") != "FAIL":
                box.uncheck(force=True)
        seen.append(shown_clauses(visit))
        page.select_option(".filter select", "Garbage collection")
        seen.append(shown_clauses(visit))
        page.fill(".filter input[type=search]", "gc-1 strictly")
        seen.append(shown_clauses(visit))
        page.click(".filter button")
        page.wait_for_function(
            "n => document.querySelector('output').value.startsWith(n)", arg=all_of
        )
        seen.append(shown_clauses(visit))
        return seen

    assert [every, failed, both, ["GC-1"], every] == browser.visit(page_of_failing, use)


def test_the_filter_says_how_many_are_shown(
    browser: Browser, page_of_failing: Path, failing: Report
) -> None:
    """Who cannot see the table is told, too."""

    def use(visit: Visit) -> tuple[str, str]:
        visit.page.fill(".filter input[type=search]", "no such words")
        told = visit.page.locator("output")
        return told.inner_text(), told.get_attribute("aria-live") or ""

    told = f"0 of {len(failing.clauses)} clauses"
    assert (told, "polite") == browser.visit(page_of_failing, use)


def test_a_count_of_the_verdict_leads_to_its_clauses(
    browser: Browser, page_of_failing: Path, failing: Report
) -> None:
    """`13 inconclusive` at the top shows those thirteen."""

    def use(visit: Visit) -> list[str]:
        visit.page.click(".tallies a[data-verdict=INCONCLUSIVE]")
        return shown_clauses(visit)

    expected = [clause.id for clause in failing.clauses if clause.verdict == "INCONCLUSIVE"]
    assert expected == browser.visit(page_of_failing, use)


def test_the_keyboard_suffices(browser: Browser, page_of_failing: Path) -> None:
    """The first stop skips to the report; colors, filter and details answer to keys."""

    def use(visit: Visit) -> list[object]:
        page = visit.page
        page.keyboard.press("Tab")
        seen: list[object] = [page.evaluate("document.activeElement.textContent")]
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        seen.append(page.evaluate("document.querySelector('.theme :checked').value"))
        page.focus("#clause-GC-3 summary")
        page.keyboard.press("Enter")
        seen.append(page.locator("#clause-GC-3 .sentence").is_visible())
        page.focus(".filter [value=PASS]")
        page.keyboard.press("Space")
        seen.append("GC-3" in shown_clauses(visit))
        return seen

    assert ["Skip to the report", "dark", True, False] == browser.visit(page_of_failing, use)


def test_the_switch_changes_the_colors_and_is_remembered(
    browser: Browser, page_of_failing: Path
) -> None:
    """It overrules what the system prefers, and the next visit keeps it."""

    def background(visit: Visit) -> str:
        color: str = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return color

    def switch(visit: Visit) -> list[str]:
        visit.page.check(".theme [value=dark]", force=True)
        seen = [background(visit)]
        visit.page.reload()
        return [*seen, background(visit)]

    light, dark = (
        browser.visit(page_of_failing, background, colors=colors) for colors in ("light", "dark")
    )

    assert light != dark
    assert [dark, dark] == browser.visit(page_of_failing, switch, colors="light")


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1440, "wide")])
def test_the_timeline_fits_the_page(
    browser: Browser, page_of_failing: Path, width: int, shown: str
) -> None:
    """One of the two drawings is shown, and three steps of it need no scrolling."""

    def look(visit: Visit) -> tuple[int, bool]:
        article = visit.page.locator("#broken-GC-1")
        fits = "e => e.scrollWidth <= e.clientWidth"
        return (
            article.locator(f".timeline.{shown}:visible").count(),
            article.locator(".scroll").evaluate(fits),
        )

    assert (1, True) == browser.visit(page_of_failing, look, width=width)


def test_it_is_read_without_its_script(
    browser: Browser, page_of_failing: Path, failing: Report, tmp_path: Path
) -> None:
    """Every clause is there, the colors can be switched, and no control is dead."""
    text = page_of_failing.read_text()
    file = tmp_path / "without.html"
    file.write_text(text[: text.index("<script>")] + text[text.index("</script>") :])

    def look(visit: Visit) -> tuple[list[str], bool, str]:
        visit.page.check(".theme [value=dark]", force=True)
        return (
            shown_clauses(visit),
            visit.page.locator(".filter").is_visible(),
            visit.page.evaluate("getComputedStyle(document.documentElement).colorScheme"),
        )

    every = [clause.id for clause in failing.clauses]
    assert (every, False, "dark") == browser.visit(file, look)


def test_it_can_be_printed(browser: Browser, page_of_failing: Path) -> None:
    """On paper there is neither navigation nor filter, and the drawings stay."""

    def look(visit: Visit) -> tuple[bool, bool, bool]:
        visit.page.emulate_media(media="print", color_scheme="dark")
        return (
            visit.page.locator("nav").is_visible(),
            visit.page.locator(".filter").is_visible(),
            visit.page.locator("#broken-GC-1 .timeline").first.is_visible(),
        )

    assert (False, False, True) == browser.visit(page_of_failing, look)


@pytest.mark.parametrize("width", [390, 1440])
def test_hostile_text_stays_text(browser: Browser, page_of_hostile: Path, width: int) -> None:
    """No value, message, key or reason becomes a script, an image, a request or a wide page."""

    def look(visit: Visit) -> tuple[list[str], list[str], int, int, bool]:
        visit.page.wait_for_load_state("networkidle")
        return (
            visit.requests,
            visit.messages,
            visit.page.evaluate("document.documentElement.scrollWidth"),
            visit.page.locator("script, img").count(),
            visit.page.title() == "broken out",
        )

    assert ([], [], width, 1, False) == browser.visit(page_of_hostile, look, width=width)


def test_what_breaks_out_all_the_same_does_nothing(
    browser: Browser, page_of_failing: Path, tmp_path: Path
) -> None:
    """Even if we forgot to escape something, the page's policy runs and loads only what is ours."""
    broken_out = "<script>document.title='broken out'</script><img src='http://192.0.2.1/x'>"
    file = tmp_path / "injected.html"
    file.write_text(page_of_failing.read_text().replace("<main", f"{broken_out}<main"))

    def look(visit: Visit) -> tuple[bool, list[str]]:
        visit.page.wait_for_load_state("networkidle")
        refused = [text for text in visit.messages if "Content Security Policy" in text]
        return visit.page.title() == "broken out", refused

    broke_out, refused = browser.visit(file, look)
    assert not broke_out
    assert 2 == len(refused)
