"""What the author of a backend claims, in words, as every report shows it."""

from __future__ import annotations

from collections.abc import Mapping

from state_store_conformance.report import Report
from state_store_conformance.target import OWN_LIMITS


def claims_of_report(report: Report) -> str:
    """Give the claims that a target was judged by, in words, or "" where none can be made."""
    # The law says what a metastore does.
    return claims_in_words(report.claims) if OWN_LIMITS in report.capabilities else ""


def claims_in_words(stated: Mapping[str, object]) -> str:
    """Give claims in words: ``expiry = prompt, durable``."""
    words = (name if value is True else f"{name} = {value}" for name, value in stated.items())
    return ", ".join(words) or "none, so what every backend must do"
