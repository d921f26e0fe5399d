"""Tests on a released Airflow: they run where one is installed, which is `make test-airflow`."""

from __future__ import annotations

from importlib.util import find_spec

# Not a skip: in the environment of the other tests there is no Airflow by design.
collect_ignore_glob = [] if find_spec("airflow") else ["test_*.py"]
