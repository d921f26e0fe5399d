"""No two places share a path, no path leaves the base path, and every storage holds them all."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from state_store_reference.object_storage.path_names import (
    MOST_CHARACTERS,
    is_shortened,
    path_name,
    text_of,
)
from state_store_reference.object_storage.places import (
    LONGEST_PATH,
    Place,
    place_of,
    place_of_asset_reference,
    place_of_task_instance,
)
from state_store_reference.task_instance_id import task_instance_id
from state_store_spec import AssetScope, StateScope, TaskScope
from tests.reference.object_storage.nasty_texts import NASTY_TEXTS

MOST_BYTES_OF_A_FILE_NAME = 255
MOST_BYTES_OF_AN_S3_KEY = 1024

texts = st.one_of(st.sampled_from(NASTY_TEXTS), st.text(), st.text("aA/.! ", max_size=4))


def alike(text: str) -> st.SearchStrategy[str]:
    """Give texts that are easily taken for this one."""
    return st.sampled_from(
        [
            text.upper(),
            text.casefold(),
            unicodedata.normalize("NFC", text),
            unicodedata.normalize("NFD", text),
            unicodedata.normalize("NFKC", text),
            text.strip(),
            f"{text} ",
            f"{text}.",
            f"{text}/",
            f"{text}\0",
            path_name(text),
            text[:-1],
        ]
    )


task_scopes = st.builds(
    TaskScope, texts, texts, texts, st.sampled_from([-1, 0, 1, 10, -(10**200), 10**200])
)
asset_scopes = st.one_of(
    st.builds(AssetScope, asset_id=st.integers()),
    st.builds(AssetScope, name=texts),
    st.builds(AssetScope, uri=texts),
    st.builds(AssetScope, name=texts, uri=texts),
)
scopes: st.SearchStrategy[StateScope] = st.one_of(task_scopes, asset_scopes)


def folded(path: str) -> str:
    """Give what the least careful storage would make of a path."""
    parts = [part.rstrip(" .") for part in path.split("/")]
    return unicodedata.normalize("NFKC", "/".join(parts)).casefold()


def places_of_texts() -> list[Place]:
    """Give a place for each nasty text in each part of a scope, and for pairs in two parts."""
    scopes: list[StateScope] = []
    for text in NASTY_TEXTS:
        scopes += [TaskScope("x", "x", text), AssetScope(name=text), AssetScope(uri=text)]
    for one, other in product(NASTY_TEXTS, repeat=2):
        scopes += [TaskScope(one, other, "y"), AssetScope(name=one, uri=other)]
    scopes += [TaskScope("x", "x", "z", index) for index in range(-1, 12)]
    scopes += [AssetScope(asset_id=number) for number in range(-1, 12)]
    tasks = [scope for scope in scopes if isinstance(scope, TaskScope)]
    return [
        *map(place_of, scopes),
        *(place_of_task_instance(task_instance_id(task)) for task in tasks),
        *map(place_of_task_instance, NASTY_TEXTS),
        *map(place_of_asset_reference, NASTY_TEXTS),
    ]


def test_nasty_places_differ() -> None:
    """All places of nasty names have folders of their own, however they are folded."""
    folders = Counter(folded(place.folder) for place in places_of_texts())

    assert [] == [folder for folder, times in folders.items() if times > 1]


def test_nasty_keys_differ() -> None:
    """All nasty keys of a place have paths of their own, however they are folded."""
    place = place_of(AssetScope(name="x"))
    paths = Counter(folded(place.path(key)) for key in NASTY_TEXTS)

    assert [] == [path for path, times in paths.items() if times > 1]


@given(texts.flatmap(lambda text: st.tuples(st.just(text), st.one_of(alike(text), texts))))
def test_names_differ(pair: tuple[str, str]) -> None:
    """Two texts that are alike have two names, however they are folded."""
    one, other = pair
    assume(one != other)

    assert folded(path_name(one)) != folded(path_name(other))


@given(texts)
def test_name_is_plain(text: str) -> None:
    """A name has only characters that no storage reads as more than text, and not too many."""
    name = path_name(text)

    assert re.fullmatch(r"[a-z0-9_!-]*(\.[0-9a-f]{64})?", name)
    assert len(name) <= MOST_CHARACTERS


@given(texts)
def test_name_gives_its_text_back(text: str) -> None:
    """A name that is not shortened says which text it stands for."""
    name = path_name(text)
    assume(not is_shortened(name))

    assert text == text_of(name)


@given(scopes, texts, scopes, texts)
def test_paths_differ(one: StateScope, key: str, other: StateScope, other_key: str) -> None:
    """Two pairs of scope and key have two paths, and neither lies below the other."""
    assume((one, key) != (other, other_key))
    path, other_path = place_of(one).path(key), place_of(other).path(other_key)

    assert folded(path) != folded(other_path)
    assert not f"{path}/".startswith(f"{other_path}/")
    assert not f"{other_path}/".startswith(f"{path}/")


@given(texts, texts, texts, texts)
def test_task_instances_differ(one: str, key: str, other: str, other_key: str) -> None:
    """A hook's opaque texts have paths of their own, whatever they look like."""
    assume((one, key) != (other, other_key))

    assert place_of_task_instance(one).path(key) != place_of_task_instance(other).path(other_key)


@given(task_scopes)
def test_task_instance_of_a_scope(scope: TaskScope) -> None:
    """The text of a task scope has the folders of the scope, apart from the scope's own."""
    place = place_of_task_instance(task_instance_id(scope))

    assert (place_of(scope).names, f"worker/{place_of(scope).folder}") == (
        place.names,
        place.folder,
    )


def test_other_text_of_the_same_task_instance() -> None:
    """Only the one text of a scope is taken for the scope; all others are opaque."""
    opaque = [
        '["d", "r", "t", -1]',
        '["d","r","t",-1.0]',
        '["d","r","t"]',
        '["d","r","t","-1"]',
        '["d","r",null,-1]',
        '{"d":1}',
        "[" * 100_000,
        f"[{'9' * 5000}]",
    ]

    assert [(("ti_id", text),) for text in opaque] == [
        place_of_task_instance(text).names for text in opaque
    ]


@given(scopes, texts)
def test_path_stays_below_the_base_path(scope: StateScope, key: str) -> None:
    """A path is what it is after all dots are resolved, and each storage holds one so long."""
    path = place_of(scope).path(key)

    assert path == posixpath.normpath(path)
    assert not path.startswith(("/", ".", "~"))
    assert path.isascii()
    assert len(path) <= LONGEST_PATH < MOST_BYTES_OF_AN_S3_KEY
    assert max(map(len, path.split("/"))) <= MOST_BYTES_OF_A_FILE_NAME


def test_longest_path() -> None:
    """The longest path is as long as it is said to be."""
    scope = TaskScope("d" * 1000, "r" * 1000, "t" * 1000, 10**1000)

    assert LONGEST_PATH == len(place_of_task_instance(task_instance_id(scope)).path("k" * 1000))
