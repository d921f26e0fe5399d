"""Isolation: no trace shares its names with another one, and hostile names keep their bite."""

from __future__ import annotations

from state_store_conformance.targets.isolation import Isolation
from state_store_spec.naming import NamedText
from state_store_spec.operations import Get, SymbolicTaskScope
from state_store_spec.trace import Trace


def trace(**texts: NamedText) -> Trace:
    """Give a trace that speaks of runs of these texts."""
    return Trace(naming=texts).with_operations(
        tuple(Get(scope=SymbolicTaskScope(dag="d", run=run, task="t"), key="k") for run in texts)
    )


def test_each_trace_has_run_ids_of_its_own() -> None:
    """The token differs from trace to trace, and from one judging to the next."""
    one, other = Isolation(), Isolation()
    texts = [
        symbols.text("run")
        for symbols in (
            one.symbols_of(trace(run="monday")),
            one.symbols_of(trace(run="monday")),
            other.symbols_of(trace(run="monday")),
        )
    ]

    assert len(set(texts)) == 3
    assert all(text.endswith("-monday") for text in texts)


def test_other_names_stay_bare() -> None:
    """Dags, tasks and keys are written as the naming has them."""
    symbols = Isolation().symbols_of(trace(run="monday"))

    assert ["d", "t", "k"] == [symbols.text(symbol) for symbol in "dtk"]


def test_run_ids_come_back_as_their_symbols() -> None:
    """Who reads a run id back finds the symbol that it stands for."""
    symbols = Isolation().symbols_of(trace(run="monday"))

    assert "run" == symbols.symbol(symbols.text("run"))


def test_a_run_id_of_250_characters_stays_one() -> None:
    """The token takes the place of the first letters, so that no limit is passed by it."""
    text = Isolation().symbols_of(trace(run="r" * 249 + "x")).text("run")

    assert len(text) == 250
    assert text.endswith("rrx")


def test_a_run_id_beyond_the_limit_stays_beyond() -> None:
    """What a store may refuse it may still refuse."""
    assert len(Isolation().symbols_of(trace(run="r" * 251)).text("run")) > 251


def test_run_ids_that_differ_in_their_first_letter_stay_apart() -> None:
    """Where cutting would make one of two run ids, nothing is cut."""
    symbols = Isolation().symbols_of(trace(one="a" + "r" * 249, other="b" + "r" * 249))

    assert symbols.text("one") != symbols.text("other")
    assert symbols.text("one").endswith("-a" + "r" * 249)


def test_each_asset_of_each_trace_has_an_id_of_its_own() -> None:
    """No id comes twice, and ids for one symbol leave one remainder: a fault by parity repeats."""
    isolation = Isolation()
    ids = {asset: [isolation.asset_id(asset) for _ in range(50)] for asset in ("a", "b", "c")}

    assert len({each for of_asset in ids.values() for each in of_asset}) == 150
    assert all(len({each % 16 for each in of_asset}) == 1 for of_asset in ids.values())
    assert max(map(max, ids.values())) < 2**31
