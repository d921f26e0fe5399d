"""Operations and answers in words: nothing that matters is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from state_store_conformance.target import raised
from state_store_conformance.targets.symbols import Symbols
from state_store_conformance.wording import (
    answer_in_words,
    duration_in_words,
    operation_in_words,
    text_in_words,
)
from state_store_spec import NaiveExpiryError
from state_store_spec.answers import DONE, Answer, Answers, Collected, Raised, Refused, Value
from state_store_spec.naming import CodePoints, NamedText, RepeatedText
from state_store_spec.operations import (
    ActivateAsset,
    AddDagRun,
    Advance,
    ChangeSettings,
    Clear,
    Collect,
    DeactivateAsset,
    Delete,
    DeleteAsset,
    DeleteDagRun,
    Get,
    Operation,
    RenameAsset,
    Set,
    SetNeverExpire,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
)
from state_store_spec.trace import Trace

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
MAPPED = SymbolicTaskScope(dag="d", run="r", task="t", map_index=2)
ASSET = SymbolicAssetScope(asset="A", name="n", uri="u")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (Get(scope=TASK, key="k"), "get d/r/t k"),
        (Get(scope=MAPPED, key="k", mode="async"), "aget d/r/t[2] k"),
        (Set(scope=ASSET, key="k", value="v"), "set asset(id of A, name n, uri u) k = v"),
        (Set(scope=TASK, key="k", value="v", expires_in=DAY), "set d/r/t k = v, expires in 1 day"),
        (
            Set(scope=TASK, key="k", value="v", expires_in=DAY, expires_zone="naive"),
            "set d/r/t k = v, expires in 1 day, without a time zone",
        ),
        (
            Set(scope=TASK, key="k", value="v", expires_in=-DAY, expires_zone="+05:30"),
            "set d/r/t k = v, expires in minus 1 day, written in +05:30",
        ),
        (SetNeverExpire(scope=TASK, key="k", value="v"), "set_never_expire d/r/t k = v"),
        (Delete(scope=SymbolicAssetScope(), key="k"), "delete asset(nothing) k"),
        (Clear(scope=MAPPED), "clear d/r/t[2]"),
        (Clear(scope=TASK, all_map_indices=True, mode="async"), "aclear d/r/t, all map indices"),
        (
            Transaction(operations=(Get(scope=TASK, key="k"),), end="rollback"),
            "in one session of the caller:\n  get d/r/t k\n  rollback",
        ),
        (
            Transaction(
                operations=tuple(Get(scope=TASK, key=f"k{number}") for number in range(13)),
                end="commit",
            ),
            (
                "in one session of the caller:\n  get d/r/t k0\n  get d/r/t k1\n  get d/r/t k2\n"
                "  ... 7 further calls, which the trace has ...\n"
                "  get d/r/t k10\n  get d/r/t k11\n  get d/r/t k12\n  commit"
            ),
        ),
        (Advance(by=timedelta(days=30, microseconds=1)), "time passes: 30 days, 1 microsecond"),
        (Collect(), "collect garbage"),
        (Collect(dry_run=True), "collect garbage (dry run)"),
        (ChangeSettings(default_retention_days=0), "settings: default_retention_days = 0"),
        (ChangeSettings(), "settings: none changed"),
        (AddDagRun(dag="d", run="r"), "dag run d/r is added"),
        (DeleteDagRun(dag="d", run="r"), "dag run d/r is deleted"),
        (ActivateAsset(asset="A"), "asset A is activated"),
        (DeactivateAsset(asset="A"), "asset A is deactivated"),
        (RenameAsset(asset="A", to="B"), "asset A is renamed to B"),
        (DeleteAsset(asset="A"), "asset A is deleted"),
    ],
)
def test_operations_in_words(operation: Operation, words: str) -> None:
    """Each operation is a line that says what happens and to what."""
    assert operation_in_words(operation) == words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (DONE, "done"),
        (Value(None), "None"),
        (Value("v"), "'v'"),
        (Refused("naive-expiry", "ValueError"), "ValueError: naive expiry"),
        (Raised(("KeyError", "Exception"), ""), "KeyError"),
        (Raised(("KeyError",), "x  \n y"), "KeyError: x y"),
        (Collected(1, 2, 3), "1 expired, 2 by the fallback, 3 orphaned"),
        (Answers((DONE, Value("v"))), "done\n'v'"),
        (Answers((DONE,) * 12), "\n".join(["done"] * 12)),
        (Answers((*(DONE,) * 6, Value("v"), *(DONE,) * 6)), "done, 6 times\n'v'\ndone, 6 times"),
    ],
)
def test_answers_in_words(answer: Answer, words: str) -> None:
    """Each answer is a line, those of a transaction a line each."""
    assert answer_in_words(answer) == words


def test_long_messages_are_cut() -> None:
    """A driver's essay does not fill the table."""
    words = answer_in_words(Raised(("Error",), "x" * 1000))

    assert len(words) < 200
    assert words.endswith("...")


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(0), "no time"),
        (timedelta(days=2, hours=1, minutes=1, seconds=2), "2 days, 1 hour, 1 minute, 2 seconds"),
        (-timedelta(microseconds=1), "minus 1 microsecond"),
    ],
)
def test_durations_in_words(duration: timedelta, words: str) -> None:
    """Units that are zero are left out, and no microsecond is lost."""
    assert duration_in_words(duration) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a ", "'a '"),
        ("é", "'é' = '\\xe9'"),
        (RepeatedText(repeat="x", times=3), "'x' repeated 3 times"),
        (CodePoints(code_points=(0, 0xD800)), "U+0000 U+D800"),
    ],
)
def test_texts_in_words(text: NamedText, words: str) -> None:
    """Texts that look alike can be told apart."""
    assert text_in_words(text) == words


def test_foreign_texts_are_shown_shortened() -> None:
    """What no symbol stands for is shown as itself; lone surrogates are escaped."""
    symbols = Symbols(Trace(naming={"k": "text"}))

    assert symbols.text("k") == "text"
    assert symbols.symbol("text") == "k"
    assert symbols.symbol("foreign") == "foreign"
    assert symbols.symbol("x" * 100) == f"{'x' * 35}... (100 characters)"
    assert symbols.symbol("\ud800") == "\\ud800"


def test_an_error_is_an_answer_with_its_types() -> None:
    """The types come nearest first, so that a judge can ask for the least of them."""
    answer = raised(NaiveExpiryError("no zone"))

    assert answer.types[:3] == ("NaiveExpiryError", "StateStoreError", "ValueError")
    assert answer.message == "no zone"
