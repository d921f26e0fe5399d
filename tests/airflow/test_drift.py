"""The installed Airflow is the one that its profile was written from."""

from __future__ import annotations

from state_store_conformance.drift import alarms, in_words


def test_the_release_has_not_drifted() -> None:
    """Every described part of every file is as it was, and every quote stands where it stood."""
    found = alarms("airflow-3.3")

    assert () == found, in_words(found, "airflow-3.3")
