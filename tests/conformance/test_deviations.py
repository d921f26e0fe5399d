"""Known deviations: read, matched before judging begins, and judged by runs."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import jsonschema
import pytest

from state_store_conformance.applicability import obstacles
from state_store_conformance.checking import CheckOptions, check
from state_store_conformance.deviations.entries import (
    Deviation,
    Deviations,
    deviations_schema,
    read_deviations,
)
from state_store_conformance.deviations.matching import KnownDeviation, known_deviations
from state_store_conformance.errors import UsageError
from state_store_conformance.report import ClauseReport, Report
from state_store_conformance.target import COLLECTION, METASTORE_CAPABILITIES, WORKER_SIDE
from state_store_conformance.targets.reference_metastore import ReferenceMetastore
from state_store_spec.clause_files import load_clauses
from state_store_spec.trace import Trace
from tests.conformance.broken_backends import ClearsEveryMapIndex

ROOT = Path(__file__).parents[2]
LAW = load_clauses("pr-67299")
OBSTACLES = obstacles(LAW, METASTORE_CAPABILITIES)
WHOLE = """
[[deviation]]
clause = "SCOPE-4"
reason = "the store has no map indices yet"
link = "https://example.org/issues/7"
until = 2027-01-31

[[deviation]]
clause = "GC-*"
reason = "collected by the store itself"
"""


def read(folder: Path, text: str) -> Deviations:
    """Write the text to a file and read it as deviations."""
    file = folder / "deviations.toml"
    file.write_text(text)
    return read_deviations(file)


def listed(*clauses: str, until: date | None = None) -> Deviations:
    """Give an entry for each of the clauses."""
    entries = [Deviation(clause=clause, reason="we know", until=until) for clause in clauses]
    return Deviations(entries=tuple(entries), source="deviations.toml")


def judged(deviations: Deviations, *clauses: str, backend: type | None = None) -> Report:
    """Judge a backend that clears every map index, or another, by the examples of the clauses."""
    return check(
        ReferenceMetastore(backend=backend or ClearsEveryMapIndex),
        CheckOptions(budget_seconds=30, tiers=("examples",), deviations=deviations),
        clauses=[clause for clause in LAW if clause.id in clauses],
    )


def of(report: Report, clause_id: str) -> ClauseReport:
    """Give the report of one clause."""
    return next(clause for clause in report.clauses if clause.id == clause_id)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    """Entries keep their order and their fields; link and until may be absent."""
    first = Deviation(
        clause="SCOPE-4",
        reason="the store has no map indices yet",
        link="https://example.org/issues/7",
        until=date(2027, 1, 31),
    )
    second = Deviation(clause="GC-*", reason="collected by the store itself")

    assert (first, second) == read(tmp_path, WHOLE).entries


def test_a_file_without_entries_lists_nothing(tmp_path: Path) -> None:
    """The last deviation may be mended and the file stay."""
    assert () == read(tmp_path, "# nothing is known to be broken\n").entries


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[deviation]", "Expected a deviations file: TOML in UTF-8"),
        ("deviation = 3", "the file: deviation = 3: it must be a list of entries"),
        (
            "[[deviations]]\nclause = 'GC-1'",
            "the file: deviations = [{'clause': 'GC-1'}]: no field",
        ),
        ("deviation = ['GC-1']", "entry 1 = 'GC-1': it must be an entry: begin it with"),
        ("[[deviation]]\nclause = 'GC-1'", "entry 1 ('GC-1'): reason: every entry has it: write"),
        ("[[deviation]]\nreason = 'x'", "entry 1: clause: every entry has it: write one."),
        ("[[deviation]]\nclause = 'GC-1'\nreason = ''", "reason = '': it must say something"),
        ("[[deviation]]\nclause = 'GC-1'\nreason = ' '", "reason = ' ': it must say something"),
        ("[[deviation]]\nclause = 7\nreason = 'x'", "clause = 7: it must be a text: write one in"),
        ("[[deviation]]\nclause = 'a'\nreason = 'x\\u0000'", "text that can be printed"),
        (
            "[[deviation]]\nclause = 'a'\nreason = 'x'\nsince = 'y'",
            "since = 'y': no field has that",
        ),
        ("[[deviation]]\nclause = 'a'\nreason = 'x'\nuntil = 'soon'", "write until = 2027-01-31."),
        ("[[deviation]]\nclause = 'a'\nreason = 'x'\nuntil = 2027-01-31T08:00:00Z", "last day on"),
        (
            "[[deviation]]\nclause = 'a'\nreason = 'x'\nlink = 'javascript:x'",
            "begins with https://",
        ),
    ],
)
def test_a_malformed_file_is_refused(text: str, told: str, tmp_path: Path) -> None:
    """The error names file, entry, field, value, rule and remedy."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text.replace("'", '"'))

    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'deviations.toml'}: ")
    assert told in message


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Nobody has to run the check again to hear of the second mistake."""
    text = '[[deviation]]\nclause = "GC-1"\n[[deviation]]\nreason = "x"\n'
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)

    assert 2 == len(str(caught.value).splitlines())


def test_the_published_schema_is_up_to_date_and_takes_a_file() -> None:
    """Editors check a file by the schema under docs, which is made of what reads it."""
    published = ROOT / "docs" / "schemas" / "deviations.schema.json"
    plain = json.loads(json.dumps(tomllib.loads(WHOLE), default=str))

    assert published.read_text() == json.dumps(deviations_schema(), indent=2) + "\n"
    jsonschema.validate(plain, deviations_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"deviation": [{"clause": "GC-1"}]}, deviations_schema())


def test_an_entry_speaks_of_the_clauses_that_its_pattern_matches() -> None:
    """A pattern leaves out what is not asked of the target and counts it."""
    (known,) = known_deviations(listed("GC-*"), LAW, OBSTACLES)
    all_of_them = [clause for clause in LAW if clause.id.startswith("GC-")]
    asked = tuple(clause.id for clause in all_of_them if clause.id not in OBSTACLES)

    assert asked == known.clauses
    assert len(all_of_them) - len(asked) == known.not_asked > 0
    assert f"GC-*: {len(asked)} clauses ({known.not_asked} more not asked" in known.in_words()


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (["GC-99"], "entry 1 ('GC-99'): no clause of this profile matches"),
        (["GC-1", "gc-2"], "entry 2 ('gc-2'): no clause of this profile matches"),
        (["gc-2"], "Did you mean GC-2?"),
        (["GC-6"], "entry 1 ('GC-6'): it matches only clauses that are not asked of this target"),
        (["GC-1", "GC-1"], "entry 2 ('GC-1'): GC-1 is listed by entry 1 already"),
        (["GC-[12]", "GC-[23]"], "entry 2 ('GC-[23]'): GC-2 is listed by entry 1 already"),
    ],
)
def test_an_entry_that_says_nothing_new_is_refused(entries: list[str], told: str) -> None:
    """What matches nothing, only what is not asked, or what another entry does, is a mistake."""
    with pytest.raises(UsageError) as caught:
        known_deviations(listed(*entries), LAW, OBSTACLES)

    assert str(caught.value).startswith("deviations.toml: entry ")
    assert told in str(caught.value)


def test_what_is_not_asked_of_this_target_cannot_be_listed() -> None:
    """Claimed away and listed as broken is a contradiction, and the error says what is missing."""
    with pytest.raises(UsageError, match="GC-1: the target does not offer that the store has a ga"):
        known_deviations(listed("GC-1"), LAW, obstacles(LAW, METASTORE_CAPABILITIES - {COLLECTION}))


def test_what_is_inspected_and_what_is_hosted_can_be_listed() -> None:
    """A clause may be judged by a look at the backend, or behind what hosts its hooks."""
    hooks = next(clause for clause in LAW if WORKER_SIDE in clause.needs and clause.testable)
    entries = listed("CUSTOM-1", hooks.id)
    found = obstacles(
        LAW,
        METASTORE_CAPABILITIES - {WORKER_SIDE},
        hosted=METASTORE_CAPABILITIES,
        inspected={"CUSTOM-1"},
    )
    known = known_deviations(entries, LAW, found)

    assert [("CUSTOM-1",), (hooks.id,)] == [entry.clauses for entry in known]


def test_matching_comes_before_judging() -> None:
    """A mistake in the file is told before the first trace is run."""

    class NeverStarted(ReferenceMetastore):
        def start(self, trace: Trace) -> NoReturn:
            raise AssertionError(trace)

    with pytest.raises(UsageError):
        check(NeverStarted(), CheckOptions(deviations=listed("GC-99")))


def test_what_is_broken_as_listed_conforms() -> None:
    """It was run, has its counterexample and its entry, and does not count against the target."""
    told: list[tuple[KnownDeviation, ...]] = []
    deviations = listed("SCOPE-4", until=datetime.now(UTC).date())
    report = check(
        ReferenceMetastore(backend=ClearsEveryMapIndex),
        CheckOptions(budget_seconds=30, tiers=("examples",), deviations=deviations),
        clauses=[clause for clause in LAW if clause.id in {"SCOPE-4", "METHOD-1"}],
        on_deviations=told.append,
    )
    found = of(report, "SCOPE-4")

    assert ("PASS", 0) == (report.verdict, report.exit_status)
    assert "it keeps the other 1 clause that can be asked of it" == report.reason
    assert ("KNOWN DEVIATION", "known deviation: we know") == (found.verdict, found.reason)
    assert deviations.entries[0] == found.deviation
    assert found.counterexample is not None
    assert [report.known_deviations] == told
    assert ("SCOPE-4",) == told[0][0].clauses


def test_a_deviation_that_no_longer_happens_fails() -> None:
    """A list that is longer than the truth would hide the next fault."""
    report = judged(listed("SCOPE-4", "METHOD-1"), "SCOPE-4", "METHOD-1")
    found = of(report, "METHOD-1")

    assert ("FAIL", 1) == (report.verdict, report.exit_status)
    assert "FAIL" == found.verdict
    assert "no longer happens: the clause holds" in found.reason


@pytest.mark.parametrize("clause", ["SCOPE-4", "METHOD-1"])
def test_after_its_last_day_an_entry_fails(clause: str) -> None:
    """Whether it still happens or not: somebody promised to look at it by then."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    report = judged(listed(clause, until=yesterday), "SCOPE-4", "METHOD-1")
    found = of(report, clause)

    assert ("FAIL", "FAIL") == (report.verdict, found.verdict)
    assert f"accepted until {yesterday} only" in found.reason
    assert (found.counterexample is not None) == (clause == "SCOPE-4")


def test_what_was_not_reached_stays_inconclusive() -> None:
    """An entry excuses what happens; that nobody looked it does not."""
    report = check(ReferenceMetastore(), CheckOptions(max_traces=0, deviations=listed("GC-1")))
    found = of(report, "GC-1")

    assert ("INCONCLUSIVE", 3) == (report.verdict, report.exit_status)
    assert "INCONCLUSIVE" == found.verdict
    assert "this run did not show whether that still happens" in found.reason


def test_an_error_of_the_engine_stays_one() -> None:
    """An entry does not turn our own failure into something that is known of the target."""

    class Unreachable(ReferenceMetastore):
        def start(self, trace: Trace) -> NoReturn:
            raise ZeroDivisionError(trace.title)

    options = CheckOptions(budget_seconds=20, tiers=("examples",), deviations=listed("GC-1"))
    report = check(Unreachable(), options)

    assert ("ERROR", "ERROR") == (report.verdict, of(report, "GC-1").verdict)


def test_a_target_of_nothing_but_deviations_does_not_conform() -> None:
    """Listing everything is no way to a good verdict."""
    report = judged(listed("SCOPE-4"), "SCOPE-4")

    assert ("INCONCLUSIVE", 3) == (report.verdict, report.exit_status)
    assert "every clause that can be asked of it is a known deviation" == report.reason


def test_what_rests_on_a_known_deviation_is_listed_too() -> None:
    """An entry speaks of its own clauses: what rests on them is broken and has to be known too."""
    alone = judged(listed("SCOPE-4"), "SCOPE-4", "SUCCESS-2", "METHOD-1")
    both = judged(listed("SCOPE-4", "SUCCESS-2"), "SCOPE-4", "SUCCESS-2", "METHOD-1")

    assert ("FAIL", "it breaks SUCCESS-2") == (alone.verdict, alone.reason)
    assert "PASS" == both.verdict


def test_the_documented_file_is_read_and_announced_as_documented(tmp_path: Path) -> None:
    """What docs/deviations.md shows is what happens."""
    page = (ROOT / "docs" / "deviations.md").read_text()
    shown = page.split("```toml\n")[1].split("```")[0]
    known = known_deviations(read(tmp_path, shown), LAW, OBSTACLES)

    assert 2 == len(known)
    for entry in known:
        assert f"\nknown deviation {entry.in_words()}\n" in page
