"""Reading back: what is read after each step, where nothing but ``get`` shows the rows."""

from __future__ import annotations

from state_store_conformance.reading_back import MOST_READS, places_to_read
from state_store_spec.operations import (
    Clear,
    Delete,
    Get,
    Operation,
    Set,
    SymbolicAssetScope,
    SymbolicTaskScope,
    Transaction,
)
from state_store_spec.trace import Trace

TASK = SymbolicTaskScope(dag="d", run="r", task="t")
MAPPED = SymbolicTaskScope(dag="d", run="r", task="t", map_index=0)
ASSET = SymbolicAssetScope(asset="a")


def read(*operations: Operation) -> list[tuple[object, str]]:
    """Give the places that are read for a trace of the operations."""
    gets = places_to_read(Trace().with_operations(tuple(operations)))
    return [(get.scope, get.key) for get in gets]


def test_every_key_is_read_in_every_scope() -> None:
    """A call that touches a neighbor is seen at once; places that are spoken of come first."""
    places = read(
        Set(scope=TASK, key="k", value="v"), Clear(scope=MAPPED), Get(scope=ASSET, key="m")
    )

    assert [(TASK, "k"), (ASSET, "m")] == places[:2]
    assert {(scope, key) for scope in (TASK, MAPPED, ASSET) for key in "km"} == set(places)
    assert len(places) == 6


def test_calls_of_a_transaction_are_read_back_too() -> None:
    """What is called in a session is spoken of."""
    assert [(TASK, "k")] == read(Transaction(operations=(Delete(scope=TASK, key="k"),)))


def test_what_is_no_place_is_not_read() -> None:
    """The empty scope, and assets that have but a name, mean nothing by themselves."""
    assert [] == read(
        Get(scope=SymbolicAssetScope(), key="k"),
        Get(scope=SymbolicAssetScope(name="n"), key="k"),
    )


def test_a_large_trace_is_read_as_far_as_there_is_room() -> None:
    """Ten keys in ten tasks are a hundred places: each is read where a call spoke of it."""
    tasks = [SymbolicTaskScope(dag="d", run="r", task=f"t{number}") for number in range(10)]
    spoken_of = [(task, f"k{number}") for number, task in enumerate(tasks)]
    places = read(*(Delete(scope=task, key=key) for task, key in spoken_of))

    assert spoken_of == places[:10]
    assert len(places) == len(set(places)) == MOST_READS


def test_all_that_a_trace_speaks_of_is_read() -> None:
    """However much that is: nothing that was written is left unread."""
    places = read(*(Set(scope=TASK, key=f"k{number}", value="v") for number in range(40)))

    assert [(TASK, f"k{number}") for number in range(40)] == places
