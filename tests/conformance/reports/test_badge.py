"""The badge: the verdict in its color, readable by people and by machines."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from state_store_conformance.report import Report, Verdict
from state_store_conformance.reports.badge import badge

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("verdict", "told", "color"),
    [
        ("PASS", "conforms, with 1 known deviation", "#1b7443"),
        ("FAIL", "does not conform", "#b3261e"),
        ("INCONCLUSIVE", "inconclusive", "#855600"),
        ("ERROR", "error", "#83309e"),
    ],
)
def test_it_says_the_verdict(failing: Report, verdict: Verdict, told: str, color: str) -> None:
    """By which law, what was found, and in which color; a known deviation is not hidden."""
    drawn = ET.fromstring(badge(replace(failing, verdict=verdict)))  # noqa: S314 - our own text
    texts = [found.text for found in drawn.iter(f"{SVG}text")]
    fills = [found.get("fill") for found in drawn.iter(f"{SVG}rect")]

    assert ["state store pr-67299", told] == texts
    assert f"state store pr-67299: {told}" == drawn.get("aria-label")
    assert color in fills


def test_the_text_lies_within_its_field(failing: Report) -> None:
    """Whatever font is there, the text is fitted to the room that it has."""
    drawn = ET.fromstring(badge(failing))  # noqa: S314 - our own text
    width = float(drawn.get("width", "0"))
    ends = [
        float(found.get("x", "0")) + float(found.get("textLength", "0"))
        for found in drawn.iter(f"{SVG}text")
    ]

    assert sorted(ends) == ends
    assert ends[-1] < width


def test_hostile_text_stays_text(hostile: Report) -> None:
    """The profile is a name of ours, and still it is escaped."""
    drawn = ET.fromstring(badge(replace(hostile, profile="<b>\0&")))  # noqa: S314 - our own text

    assert r"state store <b>\x00&" == next(drawn.iter(f"{SVG}text")).text
