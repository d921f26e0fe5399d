"""Renamings: symbols that play the same role are told apart only once.

Two keys of a universe differ in nothing but their names: exchange them everywhere in a world and
in what happens to it, and the oracle's next world and answer are the same, exchanged. So of the
worlds and operations that exchanging makes from one another, one is enough. The oracle loses
nothing by it, which a test shows by enumerating a universe both ways. A target loses what it would
do to one text and not to another; that is asked by the namings of random traces, over texts that no
small universe could hold. And a tour meets both names all the same: it goes on from the world it
has come to, not from the one that stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import permutations, product
from typing import Any, TypeAlias, TypeVar, cast

from state_store_conformance.exhaustive.facts import Fact

Symbol: TypeAlias = str | int
"""A key, a value or another name, or a map index."""

Renaming: TypeAlias = Mapping[Symbol, Symbol]
"""From symbols to symbols, one to one; a symbol that is not in it keeps its name."""

Renamed = TypeVar("Renamed")


def renamings(roles: Iterable[tuple[Symbol, ...]]) -> tuple[Renaming, ...]:
    """Give every renaming that exchanges symbols of one role, the one that changes nothing first.

    Args:
        roles: the symbols of each role.
    """
    return tuple(
        {old: new for before, after in parts for old, new in zip(before, after, strict=True)}
        for parts in product(*(_orders(role) for role in roles))
    )


def _orders(role: tuple[Symbol, ...]) -> Iterator[tuple[tuple[Symbol, ...], tuple[Symbol, ...]]]:
    return ((role, order) for order in permutations(role))


def renamed(item: Renamed, renaming: Renaming) -> Renamed:
    """Give an operation or a fact with other names; of numbers, map indices alone have a name."""
    return cast("Renamed", _renamed(item, renaming))


def _renamed(item: Any, renaming: Renaming) -> Any:  # noqa: ANN401 - data of any type
    if isinstance(item, str):
        return renaming.get(item, item)
    if isinstance(item, tuple):
        parts = cast("tuple[Any, ...]", item)  # type: ignore[redundant-cast] # not to pyright
        names = getattr(parts, "_fields", None)
        if names is None:
            return tuple(_renamed(part, renaming) for part in parts)
        return item._replace(**_renamed_fields(item, names, renaming))  # type: ignore[attr-defined]
    if is_dataclass(item) and not isinstance(item, type):
        names = [field.name for field in fields(item)]
        return replace(item, **_renamed_fields(item, names, renaming))
    return item


def _renamed_fields(item: object, names: Iterable[str], renaming: Renaming) -> dict[str, object]:
    changed = {name: _renamed(getattr(item, name), renaming) for name in names}
    if "map_index" in changed:
        changed["map_index"] = renaming.get(changed["map_index"], changed["map_index"])
    return changed


class Symmetry:
    """The renamings of a universe, and what they make of facts.

    Facts are numbered as they are met, and what a renaming makes of a fact is looked up: a world
    is renamed a million times.

    Args:
        roles: the symbols of each role.
    """

    def __init__(self, roles: Iterable[tuple[Symbol, ...]]) -> None:
        self.renamings = renamings(roles)
        self._numbers: dict[Fact, int] = {}
        self._facts: list[Fact] = []
        self._images: list[list[int]] = []
        numbers = {tuple(sorted(one.items(), key=repr)): n for n, one in enumerate(self.renamings)}
        inverted = ({new: old for old, new in one.items()} for one in self.renamings)
        self._inverse = [numbers[tuple(sorted(one.items(), key=repr))] for one in inverted]
        self._after = [
            [
                numbers[tuple(sorted(((s, later[t]) for s, t in first.items()), key=repr))]
                for first in self.renamings
            ]
            for later in self.renamings
        ]

    def inverse(self, renaming: int) -> int:
        """Give the number of the renaming that takes this one back."""
        return self._inverse[renaming]

    def after(self, later: int, first: int) -> int:
        """Give the number of the renaming that renames by ``first`` and then by ``later``."""
        return self._after[later][first]

    def canonical(self, facts: Iterable[Fact]) -> tuple[tuple[int, ...], list[int]]:
        """Give the form that all renamings of a world share, and the renamings that lead to it."""
        images = [self._image(self._number(fact)) for fact in facts]
        forms = [
            tuple(sorted([image[renaming] for image in images]))
            for renaming in range(len(self.renamings))
        ]
        least = min(forms)
        return least, [renaming for renaming, form in enumerate(forms) if form == least]

    def _number(self, fact: Fact) -> int:
        number = self._numbers.get(fact)
        if number is None:
            number = self._numbers[fact] = len(self._facts)
            self._facts.append(fact)
            self._images.append([])
        return number

    def _image(self, number: int) -> list[int]:
        image = self._images[number]
        if not image:
            fact = self._facts[number]
            image.extend(self._number(renamed(fact, renaming)) for renaming in self.renamings)
        return image
