"""The HTML page: what it says, read as text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from state_store_conformance.report import Report
from state_store_conformance.reports.page import html

EMPTY = {"meta", "input", "br", "rect", "circle", "path", "use", "img", "link"}


class Text(HTMLParser):
    """The text of a page, of the whole and of each element with an id.

    Attributes:
        by_id: the text within each element that has an id.
        addresses: what the page refers to.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self._pieces: dict[str, list[str]] = {}
        self.addresses: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(page)
        self.close()
        assert [] == self._open
        self.by_id = {
            name: " ".join(" ".join(pieces).split()) for name, pieces in self._pieces.items()
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember what is open."""
        names = dict(attrs)
        self.addresses += [names[name] or "" for name in ("src", "href") if name in names]
        if tag not in EMPTY:
            self._open.append((tag, names.get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stays open."""
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close it; elements are properly nested."""
        assert tag == self._open.pop()[0]

    def handle_data(self, data: str) -> None:
        """Add the text to every element that is open."""
        for _, name in self._open:
            if name is not None:
                self._pieces.setdefault(name, []).append(data)


def test_it_opens_with_the_verdict_and_what_was_judged(failing: Report) -> None:
    """Verdict, target, profile, seed, budget, traces and steps stand at the top."""
    told = Text(html(failing)).by_id["main"]

    assert told.startswith("Does not conform the reference metastore on an embedded SQLite")
    for fact in (
        "Profile pr-67299",
        "Seed 0",
        "s of 30 s",
        f"Traces {sum(failing.traces.values()):,}",
        f"Steps compared {failing.steps:,}",
        f"{failing.began_at:%Y-%m-%d %H:%M} UTC",
    ):
        assert fact in told


def test_a_failure_is_told_from_the_clause_to_the_command(failing: Report) -> None:
    """The sentence, the documentation's words, the steps, both sides, and how to run it again."""
    found = next(clause for clause in failing.clauses if clause.id == "GC-1").counterexample
    told = Text(html(failing)).by_id["broken-GC-1"]

    assert found is not None
    assert found.command is not None
    for part in (
        "whose expires_at lies strictly before the moment at which the run began.",
        "“ Rows whose expires_at < now() are deleted.” (Garbage collection semantics)",
        "1 set shop/monday/load job = 17, expires in 1 hour done done",
        "then row of key 'job' in task shop/monday/load/-1 no row value '17'",
        "3 steps, shortened from an example of the law.",
        found.command,
    ):
        assert part.replace("“ ", "“") in told.replace("“ ", "“")


def test_failures_come_before_known_deviations(failing: Report) -> None:
    """What is new is read first."""
    page = html(failing)

    assert page.index('id="broken-GC-1"') < page.index('id="broken-GC-2"')
    assert page.index('id="broken-ORPHAN-1"') < page.index('id="broken-GC-2"')


def test_a_known_deviation_gives_its_reason_and_its_link(failing: Report) -> None:
    """It is shown like a failure, with what was accepted and where to read on."""
    read = Text(html(failing))

    assert "Known deviation: rows are kept for an audit." in read.by_id["broken-GC-2"]
    assert "Listed as GC-2" in read.by_id["broken-GC-2"]
    assert "https://example.org/7" in read.addresses


def test_a_target_that_conforms_with_deviations_says_so(failing: Report) -> None:
    """The headline does not hide what was accepted."""
    told = Text(html(replace(failing, verdict="PASS"))).by_id["main"]

    assert told.startswith("Conforms, with 1 known deviation ")


def test_every_clause_has_its_row(failing: Report) -> None:
    """Verdict, title, sentence and reason of each."""
    rows = Text(html(failing)).by_id

    for clause in failing.clauses:
        row = rows[f"clause-{clause.id}"]
        assert row.startswith(f"{clause.id} {clause.verdict} {clause.title}")
        assert clause.reason in row


def test_what_was_not_reached_is_listed_with_its_clauses(failing: Report) -> None:
    """Situations that nobody met stand first, each with a sentence."""
    told = Text(html(failing)).by_id["situations"]
    asked = [clause for clause in failing.clauses if clause.verdict != "NOT APPLICABLE"]
    missing = {name for clause in asked for name in clause.situations_missing}

    assert missing
    assert f"Not reached {len(missing)} " in told
    for name in missing:
        assert told.index(name) < told.index(" Reached ")


def test_what_is_not_asked_says_why(failing: Report) -> None:
    """Each clause that is not applicable, with its reason, grouped by kind."""
    told = Text(html(failing)).by_id["not-asked"]

    assert "none of them counts as passed" in told
    for clause in failing.clauses:
        assert (clause.verdict == "NOT APPLICABLE") == (f"{clause.id} {clause.title}" in told)


def test_it_refers_to_nothing_outside(failing: Report) -> None:
    """But for the links of known deviations, every address is a place in the page."""
    addresses = Text(html(failing)).addresses

    assert {"https://example.org/7"} == {link for link in addresses if not link.startswith("#")}


def test_every_link_within_the_page_leads_somewhere(failing: Report) -> None:
    """No link is dead."""
    page = html(failing)

    for address in set(Text(page).addresses):
        if address.startswith("#"):
            assert f'id="{address[1:]}"' in page


def test_hostile_text_stays_text(hostile: Report) -> None:
    """What XML and UTF-8 cannot hold is spelled out, and what is markup is text."""
    page = html(hostile)
    read = Text(page)

    assert r"NUL \x00 alone \ud800 ]]> | <script>document.title" in read.by_id["broken-METHOD-3"]
    assert "delete <b>dag|/]]>/*task* </td>|key" in read.by_id["broken-METHOD-3"]
    assert not set(page) & {"\0", "\ud800", "\x1b", "\u202e"}
    assert 1 == page.count("<script>")
    assert page.encode()
