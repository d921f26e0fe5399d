"""Drift: whether the installed release is still the one that a profile was written from.

Files are read and never imported, so the alarm rings before anything of the release runs.
"""

from __future__ import annotations

from state_store_conformance.drift.alarm import Alarm, alarms, in_words
from state_store_conformance.drift.described import Described, described_parts
from state_store_conformance.drift.installed import Installed, InstalledFiles, NotInstalledError

__all__ = [
    "Alarm",
    "Described",
    "Installed",
    "InstalledFiles",
    "NotInstalledError",
    "alarms",
    "described_parts",
    "in_words",
]
