"""Tests of the released Airflow: they are collected where it is installed, and nowhere else.

Airflow pins versions of its own, so it lives in an environment of its own.
"""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("airflow") else ["test_*.py"]
