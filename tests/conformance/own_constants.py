"""A module of somebody's own, with constants that Hypothesis would like to draw from."""

from __future__ import annotations

from tests.conformance.own_backends import InMemory

ODD_NUMBERS = (424_242, 31_337, 987_654_321)
ODD_TEXTS = ("a text of somebody's own", "another one")


class WithConstants(InMemory):
    """A right one, in this module."""
