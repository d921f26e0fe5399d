"""Alphabets: small fixed lists to draw from, the simplest first, some letters more often."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from hypothesis import strategies as st

Letter = TypeVar("Letter")

LONGEST_ALPHABET: Final = 100
"""Hypothesis harvests whole numbers of 100 and more from the modules around it and offers them
to every draw they fit, so a longer alphabet would give an author's module a say in what is drawn.
"""


def weighted(letters: Iterable[tuple[Letter, int]]) -> tuple[Letter, ...]:
    """Return the alphabet of these letters, each as often as its weight says.

    Every letter comes once before any comes twice: what shrinks ends at the simplest letter.
    """
    listed = [(letter, weight) for letter, weight in letters if weight > 0]
    again = [letter for letter, weight in listed for _ in range(weight - 1)]
    return (*(letter for letter, _ in listed), *again)


def drawn_from(alphabet: Iterable[Letter]) -> st.SearchStrategy[Letter]:
    """Return the strategy that draws a letter; earlier ones are simpler.

    Raises:
        ValueError: the alphabet is empty, or longer than a seed can be kept stable with.
    """
    letters = tuple(alphabet)
    if not 1 <= len(letters) <= LONGEST_ALPHABET:
        raise ValueError(
            f"an alphabet of {len(letters)} letters; expected 1 to {LONGEST_ALPHABET}, so that "
            "the constants of other modules cannot change what a seed draws. Draw in two parts."
        )
    return st.sampled_from(letters)
