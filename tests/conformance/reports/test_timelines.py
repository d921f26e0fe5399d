"""Timelines: what is read off a trace, and where it is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from state_store_conformance.report import Counterexample, SeenDifference
from state_store_conformance.reports.timelines.actions import in_a_word, short_duration
from state_store_conformance.reports.timelines.drawing import timeline
from state_store_conformance.reports.timelines.history import history
from state_store_conformance.reports.timelines.layout import Drawing, LaneDrawing, laid_out
from state_store_spec.answers import NoAnswer, Reading, StoredRow, Value
from state_store_spec.operations import (
    AccessorSet,
    Advance,
    Clear,
    Collect,
    DeclaredAsset,
    DeclaredDagRun,
    Delete,
    Get,
    Operation,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicTaskScope,
    TaskInstanceMoves,
    Transaction,
    Universe,
)
from state_store_spec.oracle import beginning, step, stored_rows
from state_store_spec.profiles import find_profile
from state_store_spec.trace import START, Observation, Step, Trace

LOAD = SymbolicTaskScope(dag="shop", run="monday", task="load")
FIRST = replace(LOAD, map_index=0)
HOUR = timedelta(hours=1)
SET = Set(scope=LOAD, key="job", value="17", expires_in=HOUR)
UNIVERSE = Universe(
    dag_runs=(DeclaredDagRun(dag="shop", run="monday"),),
    assets=(DeclaredAsset(asset="a", name="orders", uri="s3://orders"),),
)


def recorded(*operations: Operation, looked: bool = True) -> Trace:
    """Give a trace whose target did at each step what the oracle does."""
    profile = find_profile("pr-67299")
    trace = Trace(universe=UNIVERSE).with_operations(operations)
    world, steps = beginning(trace), []
    for operation in operations:
        world, answer = step(world, operation, profile)
        rows = stored_rows(world)
        steps.append(
            Step(
                operation=operation,
                expect=Observation(answer=answer, stored=rows),
                actual=Observation(answer=answer, stored=rows if looked else None),
            )
        )
    return replace(trace, steps=tuple(steps))


def with_last(trace: Trace, **changes: object) -> Trace:
    """Give the trace whose target was seen differently after the last step."""
    last = trace.steps[-1]
    assert last.actual is not None
    changed = replace(last, actual=replace(last.actual, **changes))  # type: ignore[arg-type]
    return replace(trace, steps=(*trace.steps[:-1], changed))


def drawn(trace: Trace, *, answers_differ: bool = False) -> Drawing:
    """Lay the trace out in a wide page."""
    return laid_out(history(trace, answers_differ=answers_differ), START, 880)


def looks(lane: LaneDrawing) -> list[tuple[str, str]]:
    """Give the look and the text of each bar of a lane."""
    return [(bar.look, bar.text.text) for bar in lane.bars]


def row_of(trace: Trace, index: int = 0) -> StoredRow:
    """Give a row that had to be there at some step of the trace."""
    rows = trace.steps[index].expect
    assert rows is not None
    assert rows.stored is not None
    return rows.stored[0]


def test_a_row_that_should_have_gone_is_wrong_to_the_end() -> None:
    """What had to go ends where it goes, its place is empty, and what is left is wrong."""
    conforming = recorded(SET, Advance(by=timedelta(days=1)), Collect())
    (lane,) = drawn(with_last(conforming, stored=(row_of(conforming),))).lanes

    assert [
        ("expected", "17 · expires +1 h"),
        ("wrong", "17 · expires +1 h"),
        ("absent", "no row"),
    ] == looks(lane)
    expected, wrong, absent = lane.bars
    assert expected.x == wrong.x
    assert expected.x + expected.width == absent.x
    assert wrong.x + wrong.width == absent.x + absent.width


def test_a_row_that_is_missing_leaves_its_place_empty() -> None:
    """What had to stay stays on its side, and the other side says that there is no row."""
    conforming = recorded(SET, Clear(scope=FIRST))
    job, scope = drawn(with_last(conforming, stored=())).lanes

    assert [
        ("expected", "17 · expires +1 h"),
        ("actual", "17 · expires +1 h"),
        ("missing", "no row"),
    ] == looks(job)
    assert ("every key", "shop/monday/load[0]") == (scope.key, scope.title)
    assert ["clear"] == [glyph.look for glyph in scope.glyphs]


def test_an_answer_that_differs_stands_in_the_lane_it_was_asked_for() -> None:
    """Where the rows agree and the answers do not, the answers are shown."""
    trace = with_last(recorded(SET, Get(scope=LOAD, key="job")), answer=Value(None))
    (lane,) = drawn(trace, answers_differ=True).lanes

    assert [("answer", "'17'"), ("wrong-answer", "None")] == looks(lane)[2:]


def test_the_answers_of_a_session_stay_in_the_table() -> None:
    """They belong to several keys, and none of the lanes could show them."""
    calls = (Get(scope=LOAD, key="job"), Get(scope=LOAD, key="rows"))
    trace = recorded(Transaction(operations=calls))

    assert [[], []] == [looks(lane) for lane in drawn(trace, answers_differ=True).lanes]


@pytest.mark.parametrize(
    ("passes", "share"),
    [((2 * HOUR,), 0.5), ((HOUR, HOUR), 1.0), ((HOUR - timedelta(microseconds=1), HOUR), 1.0)],
    ids=["within", "at the end of the first", "just after the first"],
)
def test_an_expiry_lies_where_time_comes_to_it(passes: tuple[timedelta, ...], share: float) -> None:
    """Within a column by its share of the time, and on the border if the border is its instant."""
    drawing = drawn(recorded(SET, *(Advance(by=by) for by in passes)))
    first = drawing.strips[1]
    (expiry, _) = [glyph for glyph in drawing.lanes[0].glyphs if glyph.look == "expiry"]

    assert first.x + share * first.width == pytest.approx(expiry.x, abs=0.01)


def test_an_expiry_comes_before_what_is_done_at_its_instant() -> None:
    """A collection at the very instant lies behind the mark: whether it may take the row shows."""
    hour = Advance(by=HOUR)
    drawing = drawn(recorded(SET, hour, Collect(), hour))
    expiries = [glyph.x for glyph in drawing.lanes[0].glyphs if glyph.look == "expiry"]

    assert [drawing.strips[2].x] * 2 == expiries


def test_an_expiry_after_the_end_is_told_and_not_drawn() -> None:
    """There is no place for an instant that the trace does not reach."""
    (lane,) = drawn(recorded(SET)).lanes

    assert "17 · expires +1 h" == lane.bars[0].text.text
    assert ["write"] == [glyph.look for glyph in lane.glyphs]


def test_a_mark_covers_no_text() -> None:
    """The text of a bar goes to the wider side of the mark of its expiry."""
    (lane,) = drawn(recorded(SET, Advance(by=2 * HOUR), Collect(dry_run=True))).lanes
    (expiry, _) = [glyph for glyph in lane.glyphs if glyph.look == "expiry"]

    assert lane.bars[0].text.x > expiry.x


def test_calls_mark_the_keys_that_they_speak_of() -> None:
    """A clear marks every key of its scope, all map indices where it says so, and no other."""
    trace = recorded(
        SET,
        Set(scope=FIRST, key="job", value="18"),
        Delete(scope=LOAD, key="job"),
        Clear(scope=LOAD),
        Clear(scope=LOAD, all_map_indices=True),
    )
    marks = {lane.lane.scope: lane.marks for lane in history(trace).lanes}

    assert ((0, "write"), (2, "delete"), (3, "clear"), (4, "clear")) == marks[LOAD]
    assert ((1, "write"), (4, "clear")) == marks[FIRST]


def test_an_asset_has_one_lane_however_it_is_named() -> None:
    """By id, by name and by uri the same key is meant (SCOPE-8)."""
    scopes = [
        SymbolicAssetScope(asset="a"),
        SymbolicAssetScope(name="orders"),
        SymbolicAssetScope(uri="s3://orders"),
    ]
    trace = recorded(*(Set(scope=scope, key="mark", value="1") for scope in scopes))
    (lane,) = history(trace).lanes

    assert "asset a" == lane.lane.title
    assert [0, 1, 2] == [column for column, _ in lane.marks]


def test_where_nobody_could_look_no_side_is_made_up() -> None:
    """Without a side door the lane shows what had to be there, and nothing as actual."""
    (lane,) = drawn(recorded(SET, looked=False)).lanes

    assert not lane.looked
    assert ["expected"] == [bar.look for bar in lane.bars]


def test_where_keys_are_read_back_values_are_drawn_and_expiries_as_they_were_asked_for() -> None:
    """What ``get`` gave is the actual side; an expiry is known of the write alone."""
    told = Reading(scope=LOAD, key="job", answer=Value("17"))
    gone = replace(told, answer=Value(None))
    trace = recorded(SET, Advance(by=2 * HOUR))
    steps = [
        replace(step, expect=Observation(read=(told,)), actual=Observation(read=(seen,)))
        for step, seen in zip(trace.steps, (told, gone), strict=True)
    ]
    (lane,) = drawn(replace(trace, steps=tuple(steps))).lanes

    assert [
        ("expected", "17 · expires +1 h"),
        ("actual", "17"),
        ("missing", "no row"),
    ] == looks(lane)
    assert ["write", "expiry"] == [glyph.look for glyph in lane.glyphs]


def test_after_a_call_that_did_not_come_back_nothing_is_made_up() -> None:
    """Nobody could look any more, so no row is said to be missing."""
    told = Reading(scope=LOAD, key="job", answer=Value("17"))
    trace = recorded(SET, Delete(scope=LOAD, key="job"))
    seen = (Observation(read=(told,)), Observation(answer=NoAnswer("hung", "5 s")))
    steps = [replace(step, actual=actual) for step, actual in zip(trace.steps, seen, strict=True)]
    (lane,) = drawn(replace(trace, steps=tuple(steps))).lanes

    assert ["expected", "actual"] == [bar.look for bar in lane.bars]


def test_time_is_told_from_the_start() -> None:
    """The axis names each instant at which something happens."""
    drawing = drawn(
        recorded(Advance(by=HOUR), SET, Advance(by=timedelta(microseconds=1)), Collect())
    )

    assert ["start", "+1 h", "+1 h 1 µs"] == [instant.label for instant in drawing.instants]
    assert [1, 2, 3, 4] == [strip.column.number for strip in drawing.strips]
    assert [False, False, False, True] == [strip.parts for strip in drawing.strips]


def test_many_steps_keep_their_room() -> None:
    """A long trace makes the drawing wider, not its columns too narrow to read."""
    drawing = laid_out(history(recorded(*[SET] * 40)), START, 308)

    assert all(strip.width >= 50 for strip in drawing.strips)
    assert drawing.width > 40 * 50


@pytest.mark.parametrize(
    ("duration", "told"),
    [
        (timedelta(0), "0"),
        (timedelta(days=31), "31 d"),
        (timedelta(days=1, hours=5, minutes=30), "1 d 5 h 30 min"),
        (timedelta(days=1, hours=5, minutes=30, seconds=1), "1 d 5 h 30 min …"),
        (timedelta(microseconds=1500), "1 ms 500 µs"),
    ],
)
def test_durations_are_short(duration: timedelta, told: str) -> None:
    """Three units at most; what is left out is hinted at."""
    assert told == short_duration(duration)


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (replace(SET, mode="async"), "aset"),
        (SetNeverExpire(scope=LOAD, key="job", value="17"), "set ∞"),
        (AccessorSet(scope=LOAD, key="job", value="17"), "set"),
        (Collect(dry_run=True), "dry run"),
        (TaskInstanceMoves(scope=LOAD, to="up_for_retry"), "retry"),
        (Advance(by=HOUR), "+1 h"),
    ],
)
def test_a_step_is_named_in_a_word(operation: Operation, word: str) -> None:
    """The word stands above a narrow column."""
    assert word == in_a_word(operation)


def test_only_the_signs_that_are_used_are_explained() -> None:
    """A legend of what is not there makes the reader look for it."""
    conforming = recorded(SET, Collect())
    trace = with_last(conforming, stored=())
    told = timeline(
        Counterexample(
            trace=trace,
            differences=(SeenDifference(clause="GC-1", subject="row", expected="", actual=""),),
            tier="examples",
            repeated=True,
        )
    )

    assert {"write": "written"} == told.glyphs
    assert ["collection", "expected", "actual", "missing"] == list(told.swatches)
    assert 2 == told.drawings.count("<svg ")
