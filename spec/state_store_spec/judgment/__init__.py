"""Judgment: what differs from the oracle's answer, and which clause that breaks."""

from __future__ import annotations

from state_store_spec.judgment.difference import Difference
from state_store_spec.judgment.judge import differences

__all__ = ["Difference", "differences"]
